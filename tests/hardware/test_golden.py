"""What the driver concludes of each recorded conversation, however its bytes are cut and whatever is said between.

The recordings' own ``=`` lines are the law; what they demand stands beside each file's entry in :data:`MEANT`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hardware.at import Answered, TimedOut
from hardware.families import FAMILIES
from hardware.modem_events import CallAlerting, CallDialling, CallEnded, LineOpened, ModemEvent
from hardware.replay import Conclusions, conclude
from hardware.transcript import Arrived, Step, Transcript
from tests.hardware.transcripts import FILES, transcript_of

MEANT: dict[str, dict[str, Any]] = {
    # dialing -> (connected-or-ringback) -> ended; no NO CARRIER at all; two calls come in, one is missed
    "01": {
        "family": "sim7600", "calls": ["dialling, line open, ended by the far end"], "incoming": 2, "errors": [None],
    },
    "02": {"family": "sim7600", "incoming": 1},
    # an A7672 says "connected" at ringback: never certain
    "04": {"family": "a76xx", "calls": ["dialling, alerting, line open, ended by the far end"]},
    "06": {"family": "sim7600", "lte": 1, "calls": ["dialling, line open, hung up by us"]},
    "08": {"family": "sim7600", "sim": "READY", "restarts": 1},
    "10": {
        "family": "a76xx", "sim": "none", "unanswered": ["AT+COPS=?"], "errors": [10, 30],
        "against": "no SIM card; insert one (112 needs it too in France)",
    },
    "12": {"family": "a76xx", "sim": "SIM CRASH", "against": "the SIM says SIM CRASH; ask its operator"},
    # 6, 7 and 11 are not registered for voice, although signal and operator look fine
    "14": {
        "family": "a76xx", "sim": "READY", "voice": 6, "lte": 11, "served by": "73001 LTE", "dBm": -61,
        "restarts": 2, "errors": [None], "against": "registered for SMS only",
    },
    # ^CONN marks the answer; 31 is no cause
    "16": {
        "family": "huawei", "served by": "25507 UMTS", "errors": [None],
        "calls": ["dialling, alerting, answered, ended by the far end"],
    },
    "18": {
        "family": "huawei", "errors": [None],
        "calls": [*["dialling, answered, ended by the far end"] * 3, "modem lost (255)"],
    },
    # 7 is alerting here, 3 connected
    "20": {"family": "quectel", "incoming": 1, "calls": ["dialling, alerting, answered, hung up by us"]},
    # -1 is released; the data call in +CLCC is nobody's
    "22": {"family": "quectel", "incoming": 1, "calls": ["dialling, alerting, declined"]},
    "24": {
        "family": "quectel", "sim": "READY", "voice": 1, "served by": "IND airtel airtel LTE", "dBm": -79,
        "restarts": 2, "errors": [None],
    },
    "26": {
        "family": "sim7600", "sim": "SIM PUK", "errors": [13, 16], "against": "the SIM says SIM PUK; ask its operator",
    },
    "28": {"family": "ublox", "voice": 0, "lte": 0, "errors": [22], "against": "not registered and not searching"},
    "31": {"family": "quectel", "lte": 0, "dBm": -75},
    "33": {"family": "sim7600", "incoming": 1, "voice": 1},
    "35": {"family": "quectel", "restarts": 1, "losses": 1, "calls": ["dialling, modem lost"]},
    "38": {"family": "sim7600", "advice": ["AT+COPS=0"]},
    "41": {
        "family": "generic", "sim": "SIM PIN", "errors": [30, 515, 14, 11, 22, 30],
        "against": "the SIM asks for its PIN; set sim_pin in the secrets file, or take the PIN off the card",
    },
}  # fmt: skip
"""By the file's number; what is not named is not concluded."""

CHATTER = {
    "": ("+CMTI: \"SM\",5", "+CTZV: +08", "+CGEV: ME DETACH", '+CUSD: 0,"a\r\nb",15', "+CIEV: 2,4", "+NEW: 1,\"x\""),
    "sim7600": ("SMS DONE", "PB DONE", "+MSTK: 14", "*PSUTTZ: 26,11,22,9,0,0,\"+4\",0", "+CNSMOD: 8", "+CGREG: 1"),
    "a76xx": ("SMS DONE", "PB DONE", "+MSTK: 11, \"D0238103\"", "+NITZ: 26/11/22", "+CGREG: 0,1", "*ISIMAID: \"A0\""),
    "quectel": ('+QIND: "csq",31,99', '+QIND: "act","FDD LTE"', "+QIND: SMS DONE", "+QUSIM: 1", "+QPCMV: 1"),
    "huawei": ("^RSSI:15", "^BOOT:3020443,0,0,0,6", "^MODE:5,4", "^HCSQ:\"LTE\",50,40,100,20", "^DSFLOWRPT:0000,0,0"),
    "ublox": ("+UUSORD: 0,32", "+UMWI: 0,1", "+CIEV: 9,2", "+UUPSDA: 0", "+CGREG: 5"),
    "generic": ("^RSSI:15", "SMS DONE", "+CGREG: 1"),
}  # fmt: skip
"""What modems say of themselves that concludes nothing, by family; the empty name: any."""
NEWS = (
    "RING", "NO CARRIER", "BUSY", "NO ANSWER", "RDY", "+CREG: 3", '+CREG: 1,"D509","80D413D",7', "+CPIN: SIM REMOVED",
    "VOICE CALL: END: 000001", "^CEND:1,0,104,17", "^DSCI: 1,0,6,0,1,129,0", '+QIND: "ccinfo",1,0,-1,0,0,"1",129',
    "+UCALLSTAT: 1,6", '+CLCC: 1,1,4,0,0,"1",129', "UNDER-VOLTAGE WARNNING", "NORMAL POWER DOWN", "+CRING: VOICE", "> ",
)  # fmt: skip
"""What concludes something, and must still not move an answer from its command."""


def words(events: tuple[ModemEvent, ...]) -> str:
    said = []
    for event in events:
        match event:
            case CallDialling():
                said.append("dialling")
            case CallAlerting():
                said.append("alerting")
            case LineOpened(_, is_certain):
                said.append("answered" if is_certain else "line open")
            case CallEnded(_, reason, code):
                said.append(reason if code is None else f"{reason} ({code})")
    return ", ".join(said)


def concluded(found: Conclusions) -> dict[str, Any]:
    """All that is worth a word, by name."""
    everything = {
        "family": found.family, "sim": found.sim, "voice": found.voice_stat, "lte": found.lte_stat,
        "served by": f"{found.operator} {found.technology}".strip(), "dBm": found.signal_dbm,
        "calls": [words(call.events) for call in found.calls], "incoming": found.incoming or None,
        "restarts": found.restarts or None, "losses": found.losses or None,
        "errors": [code for _, _, code in found.errors], "unanswered": found.unanswered,
        "advice": found.advice, "against": found.against,
    }  # fmt: skip
    return {name: value for name, value in everything.items() if value not in ("", None, [])}


def answers(found: Conclusions) -> list[tuple[str, str]]:
    """Which result each command got, in order; and what got none."""
    return [
        (event.command.text, event.result.word if isinstance(event, Answered) else "none")
        for event in found.events
        if isinstance(event, Answered | TimedOut)
    ]


def interrupted(steps: tuple[Step, ...], urc: bytes) -> Iterator[tuple[Step, ...]]:
    """The conversation with ``urc`` once at each line boundary of what the modem says."""
    at_start = True
    for number, step in enumerate(steps):
        if not isinstance(step, Arrived):
            continue
        ends = [index + 1 for index, byte in enumerate(step.data) if byte == ord("\n")]
        for place in ([0] if at_start else []) + ends:
            data = step.data[:place] + b"\r\n" + urc + b"\r\n" + step.data[place:]
            yield (*steps[:number], Arrived(data), *steps[number + 1 :])
        at_start = step.data.endswith(b"\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_recording_is_understood_however_its_bytes_are_cut(path: Path) -> None:
    transcript = transcript_of(path)
    for chunk in (None, *range(1, 8)):
        assert concluded(conclude(transcript, chunk=chunk)) == MEANT[path.stem[:2]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_chatter_at_any_line_boundary_changes_no_conclusion(path: Path) -> None:
    transcript = transcript_of(path)
    meant = MEANT[path.stem[:2]]
    family = FAMILIES[meant["family"]]
    for urc in (*CHATTER[""], *CHATTER[meant["family"]]):
        for number, steps in enumerate(interrupted(transcript.steps, urc.encode())):
            changed = Transcript(transcript.head, steps)
            assert concluded(conclude(changed, chunk=number % 8 or None, family=family)) == meant, (urc, number)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_news_at_any_line_boundary_leave_each_answer_with_its_command(path: Path) -> None:
    transcript = transcript_of(path)
    family = FAMILIES[MEANT[path.stem[:2]]["family"]]
    whole = answers(conclude(transcript))
    for urc in NEWS:
        for number, steps in enumerate(interrupted(transcript.steps, urc.encode())):
            changed = Transcript(transcript.head, steps)
            found = answers(conclude(changed, chunk=number % 8 or None, family=family))
            dials = {text for text, _ in whole if text.upper().startswith("ATD") or text.upper() == "ATA"}
            assert [one for one in found if one[0] not in dials] == [one for one in whole if one[0] not in dials], urc
