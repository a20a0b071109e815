"""The platform's side of one race as a sipp scenario. Pure.

A wait is a ``recv`` of a CANCEL that may not come: sipp goes on at its time-out, and to the cancelled end if it comes.
"""

from tests.campaign.plan import Race, Voip

PATIENCE_S = 30.0
"""For what must come: longer than any wait of the terminal's."""

_HEAD = """SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:]{tag}
[last_Call-ID:]
{cseq}
Contact: <sip:platform@{contact}>
"""
_TAG = ";tag=[pid]campaign[call_number]"
_SAME_CSEQ = "[last_CSeq:]"
_INVITES_CSEQ = "CSeq: [last_cseq_number] INVITE"
_SDP = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=platform 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio {media} RTP/AVP 8
a=rtpmap:8 PCMA/8000
"""
_RECV_INVITE = """<recv request="INVITE"><action>
  <ereg regexp="sip:[^&gt;;]*" search_in="hdr" header="Contact:" assign_to="target"/>
  <ereg regexp="&lt;sip.*" search_in="hdr" header="From:" assign_to="caller"/>
</action></recv>"""
_BYE = """<send retrans="500"><![CDATA[
BYE [$target] SIP/2.0
Via: SIP/2.0/UDP {contact};branch=[branch]
Max-Forwards: 70
From: <sip:platform@{contact}>;tag=[pid]campaign[call_number]
To: [$caller]
[last_Call-ID:]
CSeq: 1 BYE
Content-Length: 0

]]></send>"""


def scenario(race: Race, contact: str, media: int) -> str:
    """The scenario of ``race``; in-dialog requests go to ``contact``, sound to the loopback port ``media``."""
    say = _Sayer(contact, media)
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8" ?>',
            f'<scenario name="{race.voip}">',
            _RECV_INVITE,
            say.response("100 Trying", tag=""),
            *_beginning(race, say),
            say.end_of_answered(),
            say.end_of_cancelled(race),
            '<label id="over"/>',
            say.aftermath(),
            '<Reference variables="target,caller"/>',
            "</scenario>",
        ]
    )


def _beginning(race: Race, say: "_Sayer") -> list[str]:
    """From the INVITE to the answer; ends in the label that fits, or falls through to the answered end."""
    wait, ringing, answer = say.wait, say.response("180 Ringing"), say.answer()
    match race.voip:
        case Voip.HOLE | Voip.TRYING:
            return [wait(PATIENCE_S, "first"), say.goto("over")]
        case Voip.PROGRESS:
            return [wait(race.voip_first_s, "first"), say.progress(sound=True), wait(PATIENCE_S, "then")]
        case Voip.BARE_PROGRESS:
            return [wait(race.voip_first_s, "first"), say.progress(sound=False), wait(PATIENCE_S, "then")]
        case Voip.ENDLESS:
            return [wait(race.voip_first_s, "first"), ringing, wait(PATIENCE_S, "then"), say.goto("over")]
        case Voip.CROSSING:
            return [wait(race.voip_first_s, "first"), ringing, wait(max(race.voip_then_s, 0.3), "then"), answer]
        case Voip.DIRECT:
            return [wait(race.voip_first_s, "first"), answer]
        case Voip.ANSWERS_TOGETHER:
            return [answer]
        case Voip.ALERTS_TOGETHER:
            return [ringing, wait(1.0 + race.voip_then_s, "then"), answer]
        case Voip.REFUSES:
            refusal = say.response(f"{race.voip_status} Refused", retrans=True)
            return [wait(race.voip_first_s, "first"), refusal, say.ack(), say.goto("over")]
        case Voip.RINGS_AND_REFUSES:
            refusal = say.response(f"{race.voip_status} Refused", retrans=True)
            steps = [wait(race.voip_first_s, "first"), ringing, wait(race.voip_then_s, "then"), refusal, say.ack()]
            return [*steps, say.goto("over")]
        case Voip.BYE_AT_ONCE:
            bye = _BYE.format(contact=say.contact)
            steps = [wait(race.voip_first_s, "first"), ringing, wait(race.voip_then_s, "then"), answer, say.ack(), bye]
            return [*steps, say.bye_crossing(), '<recv response="200"/>', say.goto("over")]
        case Voip.RINGS | Voip.LATE | Voip.LOST_ACK | Voip.LOST_ANSWER:
            return [wait(race.voip_first_s, "first"), ringing, wait(race.voip_then_s, "then"), answer]


class _Sayer:
    """Pieces of a scenario."""

    def __init__(self, contact: str, media: int) -> None:
        self.contact = contact
        self._media = media

    def response(
        self, status: str, *, tag: str = _TAG, cseq: str = _SAME_CSEQ, body: str = "", retrans: bool = False
    ) -> str:
        head = _HEAD.format(status=status, tag=tag, cseq=cseq, contact=self.contact)
        text = head + (body or "Content-Length: 0\n")
        repeated = ' retrans="500"' if retrans else ""
        return f"<send{repeated}><![CDATA[\n{text}\n]]></send>"

    def answer(self, cseq: str = _SAME_CSEQ) -> str:
        return self.response("200 OK", cseq=cseq, body=_SDP.format(media=self._media), retrans=True)

    def progress(self, *, sound: bool) -> str:
        return self.response("183 Session Progress", body=_SDP.format(media=self._media) if sound else "")

    def wait(self, seconds: float, name: str) -> str:
        wait_ms = max(1, round(seconds * 1000))
        return f'<recv request="CANCEL" timeout="{wait_ms}" ontimeout="{name}" next="cancelled"/>\n<label id="{name}"/>'

    def goto(self, label: str) -> str:
        return f'<nop next="{label}"/>'

    def ack(self, again: str = "") -> str:
        """The ACK; a CANCEL that crossed the final response comes too late, is told so, and gets that ``again``."""
        too_late = self.response("481 Call/Transaction Does Not Exist", tag="")
        return (
            '<recv request="CANCEL" optional="true" next="late_cancel"/>\n'
            f'<recv request="ACK" next="acknowledged"/>\n<label id="late_cancel"/>\n{too_late}\n{again}\n'
            '<recv request="ACK"/>\n<label id="acknowledged"/>'
        )

    def aftermath(self) -> str:
        """What may still come of a call that is over: the last ACK again, a CANCEL that was overtaken."""
        gone = self.response("481 Call/Transaction Does Not Exist", tag="")
        return (
            '<recv request="ACK" optional="true" next="over"/>\n'
            f'<recv request="CANCEL" timeout="300" ontimeout="done" next="gone"/>\n<label id="gone"/>\n{gone}\n'
            '<label id="done"/>\n<pause milliseconds="1"/>'
        )

    def bye_crossing(self) -> str:
        """Their BYE may cross ours."""
        return '<recv request="BYE" optional="true" next="bye"/>'

    def end_of_answered(self) -> str:
        """Until their BYE, which may come before an ACK where those are lost."""
        bye = '<recv request="BYE" optional="true" next="bye"/>\n'
        ack = self.ack(self.answer(_INVITES_CSEQ))
        ack = bye + ack.replace("late_cancel", "late_cancel_2").replace("acknowledged", "acknowledged_2")
        # Straight on from the last word: sipp takes nothing while it goes from one place to another.
        ok = self.response("200 OK", tag="").replace("<send>", '<send next="over">')
        ending = f'<recv request="BYE"/>\n<label id="bye"/>\n{ok}'
        again = '<label id="up"/>\n<recv request="ACK" optional="true" next="up"/>'
        return f"{ack}\n{again}\n{ending}"

    def end_of_cancelled(self, race: Race) -> str:
        ok = self.response("200 OK")
        if race.voip is Voip.CROSSING:
            end = self.answer(_INVITES_CSEQ) + '\n<recv request="ACK" next="up"/>'
        else:
            end = self.response("487 Request Terminated", cseq=_INVITES_CSEQ, retrans=True) + '\n<recv request="ACK"/>'
        return f'<label id="cancelled"/>\n{ok}\n{end}'
