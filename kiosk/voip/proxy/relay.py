"""Decides what becomes of each SIP message between an engine and the platform. Pure: times and randomness come in.

Towards the platform it is one user agent: it puts its own Via and Contact in the place of the engine's, keeps the
route set, repeats what UDP may lose, acknowledges what is repeated to it, and releases calls that nobody waits for
any more: cancelled at their first sign of life, hung up when they were answered all the same. The engines do some
of this, each with other gaps (docs/voice.md); here it is done once, for both. Towards the engine it is a server that
loses nothing. Clauses are RFC 3261's.
"""

from collections.abc import Callable
from dataclasses import replace

from kiosk.voip.proxy import making
from kiosk.voip.proxy.actions import (
    Action,
    Completed,
    Heard,
    Redirected,
    Sent,
    ToEngine,
    ToPlatform,
    Undelivered,
    WorkedOn,
)
from kiosk.voip.proxy.legs import LIFE_S, T2_S, Address, Asked, Dialog, Leg, Stage
from kiosk.voip.proxy.making import Ends
from kiosk.voip.proxy.message import Message, uri_of

ATTEMPT_HEADER = "X-Kiosk-Attempt"
"""On the engine's INVITE, taken off here: which attempt it dials."""
TARGET_HEADER = "X-Kiosk-Target"
"""The same: where the platform redirected the call to."""
PLAIN_HEADER = "X-Kiosk-Plain"
"""The same: nothing is laid on this INVITE."""

_ATTEMPT, _TARGET, _PLAIN = (name.lower() for name in (ATTEMPT_HEADER, TARGET_HEADER, PLAIN_HEADER))


class Relay:
    """One engine's account and one platform."""

    def __init__(self, ends: Callable[[], Ends], stamp: Callable[[], str], dress: Callable[[Message], Message]) -> None:
        """``stamp`` gives the random part of a branch; ``dress`` lays on each first INVITE what it is to carry."""
        self._ends, self._stamp, self._dress = ends, stamp, dress
        self.service_route: tuple[str, ...] = ()
        """The way that the registrar asked each call to take (RFC 3608 §6.1); not a call that was redirected."""
        self._inner: dict[tuple[str, str], Leg] = {}
        """By the engine's branch and method."""
        self._outer: dict[tuple[str, str], Leg] = {}
        """By our branch and method."""
        self._dialogs: dict[str, Dialog] = {}
        self._asked: dict[tuple[str, str], Asked] = {}
        """By what stands for the platform's branch in ours, and method."""
        self._gone: dict[str, float] = {}
        """Attempts given up, and when: an INVITE of theirs, the first or the answer to a challenge, may still be on its
        way from the engine.
        """

    # --- the engine speaks ----------------------------------------------------------------------------------

    def from_engine(self, message: Message, engine: Address, now: float) -> list[Action]:
        """What becomes of one message of the engine's."""
        if not message.is_request:
            return self._engine_answers(message)
        known = self._inner.get((message.branch, "INVITE" if message.method in ("ACK", "CANCEL") else message.method))
        match message.method:
            case "ACK" if known is None or known.winner:
                return self._engine_acknowledges(message)
            case "ACK":
                return []  # of a refusal: ours went out when it came (§17.1.1.3)
            case "CANCEL":
                done: list[Action] = [ToEngine(making.reply(message, 200, "OK"), engine)]
                if known is not None:
                    known.is_abandoned = True
                    done += self._cancel(known, now)
                return done
            case _ if known is not None:
                return []  # repeated: we repeat it ourselves where that is needed
            case _:
                return self._ask(message, engine, now)

    def _ask(self, message: Message, engine: Address, now: float) -> list[Action]:
        if message.method == "INVITE" and message.get(_ATTEMPT) in self._gone:
            # Sent on, it would ring, and be answered, for nobody.
            return [ToEngine(making.reply(message, 487, "Request Terminated"), engine)]
        dialog = self._dialogs.setdefault(message.call_id, Dialog(message.call_id))
        dialog.attempt = dialog.attempt or message.get(_ATTEMPT)
        dialog.engine = engine
        if message.get("contact"):
            dialog.contact = uri_of(message.get("contact"))
        is_first = message.method == "INVITE" and not message.to_tag
        outer, hop, target = self._outward(message, dialog), self._hop(message, dialog), message.get(_TARGET)
        if target and is_first:
            outer, hop = replace(outer, start=f"INVITE {target} SIP/2.0"), making.address_in(target)
        if is_first and not message.get(_PLAIN):
            outer = self._dress(outer)
        leg = Leg(message, engine, outer, hop, begun=now)
        leg.attempt = dialog.attempt if is_first else ""
        self._inner[message.branch, message.method] = self._outer[outer.branch, outer.method] = leg
        told: list[Action] = [Sent(leg.attempt)] if leg.attempt else []
        return told + self._send(leg, now)

    def _send(self, leg: Leg, now: float) -> list[Action]:
        leg.repeat_at = None if self._ends().is_reliable else now + leg.pause_s
        return [ToPlatform(leg.outer.encode(), leg.hop)]

    def _engine_acknowledges(self, message: Message) -> list[Action]:
        dialog = self._dialogs.get(message.call_id)
        if dialog is None:
            return []
        ack, hop = self._outward(message, dialog), self._hop(message, dialog)
        dialog.acks = {message.cseq: (ack.encode(), hop)}
        sent: list[Action] = [ToPlatform(ack.encode(), hop)]
        if dialog.attempt:
            sent.append(Completed(dialog.attempt, making.farewell_of(ack, self._ends().transport, hop)))
        return sent

    def _engine_answers(self, message: Message) -> list[Action]:
        asked = self._asked.get((making.token_of(message.branch), message.method))
        if asked is None:
            return []
        outer = message.pop("via")
        if outer.get("contact"):
            outer = outer.put("Contact", self._ends().contact(outer.get("contact")))
        if message.status >= 200:
            asked.answer = outer.encode()
        return [ToPlatform(outer.encode(), asked.source)]

    # --- the platform speaks --------------------------------------------------------------------------------

    def from_platform(self, message: Message, source: Address, now: float) -> list[Action]:
        """What becomes of one message of the platform's, which came from ``source``."""
        if message.is_request:
            return self._platform_asks(message, source, now)
        leg = self._outer.get((message.branch, message.method))
        if leg is None:
            return []
        return self._invite_answered(leg, message, now) if message.method == "INVITE" else self._answered(leg, message)

    def _answered(self, leg: Leg, message: Message) -> list[Action]:
        if leg.stage is Stage.SETTLED:
            return []
        if message.status < 200:
            leg.stage, leg.pause_s = Stage.HEARD, T2_S  # §17.1.2.2: slower, but still repeated
        else:
            leg.stage, leg.repeat_at = Stage.SETTLED, None
        return [] if leg.is_own else [self._to_engine(leg, message)]

    def _invite_answered(self, leg: Leg, message: Message, now: float) -> list[Action]:
        leg.repeat_at = None
        is_first, is_repeated = leg.stage is Stage.SENT, leg.stage is Stage.SETTLED
        dialog = self._dialogs.get(message.call_id)
        if dialog is not None and 100 < message.status < 300 and message.to_tag and leg.attempt and not leg.winner:
            dialog.routes = tuple(reversed(message.all("record-route")))
        told: list[Action] = [Heard(leg.attempt, message.status)] if leg.attempt and is_first else []
        if message.status < 200:
            if is_repeated:
                return []
            leg.stage = Stage.HEARD
            if leg.is_abandoned:
                return told + self._cancel(leg, now)
            if message.status == 183 and not message.body and not message.get("rseq"):
                # To the native stack this would be ringing; who waits for that lets the other path go.
                told += [WorkedOn(leg.attempt)] if leg.attempt else []
                message = replace(message, start="SIP/2.0 100 Trying")
            return [*told, self._to_engine(leg, message)]
        leg.stage = Stage.SETTLED
        if message.status < 300:
            return told + self._call_answered(leg, message, dialog, now)
        told.append(ToPlatform(making.ack_of_refusal(leg.outer, message).encode(), leg.hop))
        if is_repeated:
            return told
        if leg.attempt and message.status < 400:
            told.append(Redirected(leg.attempt, making.contacts_of(message)))
        return [*told, self._to_engine(leg, message)]

    def _call_answered(self, leg: Leg, message: Message, dialog: Dialog | None, now: float) -> list[Action]:
        if leg.winner == message.to_tag and dialog is not None:
            # Repeated: our ACK was lost, or is not made yet (§13.2.2.4).
            ack = dialog.acks.get(message.cseq)
            return [] if ack is None else [ToPlatform(*ack)]
        if leg.winner or leg.is_abandoned or leg.is_undelivered:
            return self._release(leg, message, now)
        leg.winner = message.to_tag
        return [self._to_engine(leg, message)]

    def _platform_asks(self, message: Message, source: Address, now: float) -> list[Action]:
        dialog = self._dialogs.get(message.call_id)
        if not self._ends().is_reliable:
            message, source = making.with_source(message, source), making.reply_to(message, source)
        if message.method == "ACK":
            return [] if dialog is None else self._into(dialog, message)
        key = making.token(message.branch), message.method
        known = self._asked.get(key)
        if known is not None:
            return [ToPlatform(known.answer, source)] if known.answer else []
        if dialog is None or not message.to_tag:
            refusal = making.OUTSIDE.get(message.method, (481, "No Such Call"))
            return [ToPlatform(making.reply(message, *refusal), source)]
        self._asked[key] = Asked(source, now)
        return self._into(dialog, message)

    def _into(self, dialog: Dialog, message: Message) -> list[Action]:
        inner = replace(message, start=f"{message.method} {dialog.contact} SIP/2.0").without("route", "record-route")
        return [ToEngine(inner.push("Via", self._ends().inner_via(message.branch)).encode(), dialog.engine)]

    # --- nobody waits any more ------------------------------------------------------------------------------

    def abandon(self, attempt: str, now: float) -> list[Action]:
        """The attempt is over for us: release whatever it has left on the way. Safe to repeat."""
        actions: list[Action] = []
        self._gone = {each: at for each, at in self._gone.items() if now - at < LIFE_S}
        self._gone[attempt] = now
        for leg in [leg for leg in self._outer.values() if leg.attempt == attempt and leg.stage is not Stage.SETTLED]:
            leg.is_abandoned, leg.repeat_at = True, None
            actions += self._cancel(leg, now)
        for dialog in self._dialogs.values():
            if dialog.attempt == attempt and dialog.over_at is None:
                dialog.over_at = now + LIFE_S
        return actions

    def _cancel(self, leg: Leg, now: float) -> list[Action]:
        if leg.stage is not Stage.HEARD or leg.is_cancelled:
            return []  # not before its first response (§9.1): that one brings us here again
        leg.is_cancelled = True
        return self._own(making.cancel_of(leg.outer), leg, now)

    def _release(self, leg: Leg, answer: Message, now: float) -> list[Action]:
        """An answer to a call that nobody waits for: acknowledged each time it comes, and hung up."""
        ends = self._ends()
        ack, bye = making.release_of(leg.outer, answer, (ends.via(self._stamp()), ends.via(self._stamp())))
        routes = ack.all("route")
        leg = replace(leg, hop=making.address_in(uri_of(routes[0]) if routes else ack.uri))
        acknowledged: list[Action] = [ToPlatform(ack.encode(), leg.hop)]
        is_hung_up = any(each.is_own and each.outer.get("to") == bye.get("to") for each in self._outer.values())
        return acknowledged if is_hung_up else acknowledged + self._own(bye, leg, now)

    def _own(self, request: Message, leg: Leg, now: float) -> list[Action]:
        own = Leg(request, leg.engine, request, leg.hop, begun=now, is_own=True)
        self._outer[request.branch, request.method] = own
        return self._send(own, now)

    # --- the clock, and broken ways -------------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """A call is up, or a request is on its way."""
        return any(leg.stage is not Stage.SETTLED for leg in self._outer.values()) or any(
            dialog.over_at is None for dialog in self._dialogs.values()
        )

    @property
    def deadline(self) -> float | None:
        """When :meth:`advance` has something to do."""
        times = [leg.repeat_at for leg in self._outer.values() if leg.repeat_at is not None]
        times += [leg.begun + LIFE_S for leg in self._outer.values() if not self._is_live(leg)]
        times += [asked.begun + LIFE_S for asked in self._asked.values()]
        times += [dialog.over_at for dialog in self._dialogs.values() if dialog.over_at is not None]
        return min(times, default=None)

    def advance(self, now: float) -> list[Action]:
        """Repeat what was not answered in time, and forget what is over."""
        actions: list[Action] = []
        for leg in list(self._outer.values()):
            if now >= leg.begun + LIFE_S and not self._is_live(leg):
                actions += self._forget(leg)
            elif leg.repeat_at is not None and now >= leg.repeat_at:
                leg.pause_s = 2 * leg.pause_s if leg.outer.method == "INVITE" else min(2 * leg.pause_s, T2_S)
                actions += self._send(leg, now)
        self._asked = {key: asked for key, asked in self._asked.items() if now < asked.begun + LIFE_S}
        for dialog in list(self._dialogs.values()):
            if dialog.over_at is not None and now >= dialog.over_at:
                del self._dialogs[dialog.call_id]
        return actions

    def undelivered(self, branch: str, method: str) -> list[Action]:
        """A request of ours could not be delivered: nobody listens there."""
        leg = self._outer.get((branch, method))
        return [] if leg is None or leg.stage is not Stage.SENT else self._fail(leg)

    def broken(self) -> list[Action]:
        """The connection to the platform broke: what it carried and was not answered is not delivered."""
        return [action for leg in list(self._outer.values()) if leg.stage is Stage.SENT for action in self._fail(leg)]

    def _fail(self, leg: Leg) -> list[Action]:
        leg.stage, leg.repeat_at, leg.is_undelivered = Stage.SETTLED, None, True
        if leg.is_own or leg.is_abandoned:
            return []
        told: list[Action] = [Undelivered(leg.attempt)] if leg.attempt else []
        return [*told, ToEngine(making.reply(leg.inner, 503, "Not Delivered"), leg.engine)]

    def _forget(self, leg: Leg) -> list[Action]:
        del self._outer[leg.outer.branch, leg.outer.method]
        self._inner.pop((leg.inner.branch, leg.inner.method), None)
        dialog = self._dialogs.get(leg.outer.call_id)
        if dialog is not None and leg.attempt and not leg.winner and dialog.over_at is None:
            dialog.over_at = leg.begun + LIFE_S
        if leg.stage is Stage.SETTLED or leg.is_abandoned or leg.is_own:
            return []
        return [ToEngine(making.reply(leg.inner, 408, "Request Timeout"), leg.engine)]

    def _is_live(self, leg: Leg) -> bool:
        """An INVITE that is worked on, or whose answer may still be repeated."""
        if leg.outer.method != "INVITE" or leg.outer.call_id not in self._dialogs:
            return False
        return leg.stage is Stage.HEARD or leg.winner != ""

    # --- rewriting ------------------------------------------------------------------------------------------

    def _outward(self, message: Message, dialog: Dialog) -> Message:
        ahead = () if message.get(_TARGET) else self.service_route
        routes = dialog.routes if message.to_tag else ahead
        return making.outward(message.without(_ATTEMPT, _TARGET, _PLAIN), self._ends(), routes, self._stamp())

    def _to_engine(self, leg: Leg, message: Message) -> ToEngine:
        inner = message.without("record-route").put("Via", *leg.inner.all("via"))
        if message.to_tag and message.status > 100 and message.method == "INVITE":
            # The dialog's next request comes to us, whatever its target.
            inner = inner.push("Record-Route", f"<sip:{making.host_port(self._ends().inner)};lr>")
        return ToEngine(inner.encode(), leg.engine)

    def _hop(self, message: Message, dialog: Dialog) -> Address | None:
        """None outside a dialog: the server."""
        if not message.to_tag:
            return None
        return making.address_in(uri_of(dialog.routes[0]) if dialog.routes else message.uri)
