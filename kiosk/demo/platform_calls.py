"""What the demo's platform does with a call, step by step, by its rule: answer, be busy, ring for ever, say nothing.

One :class:`IncomingCall` a call. It is told of requests and sends messages through the function it was given; its
timers are tasks on the loop, ended with the call.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from kiosk.demo.platform_media import RtpStream, Samples
from kiosk.demo.platform_sip import Message, address_of, parameter, read_offer, respond, write_answer

T1_S = 0.5
"""RFC 3261 §17.1.1.1."""
GIVE_UP_S = 32.0
"""64 T1: an answer without ACK is given up after this."""


class Behaviour(StrEnum):
    """How the far end meets a call."""

    ANSWER = "answer"
    BUSY = "busy"
    DECLINE = "decline"
    NOT_FOUND = "not-found"
    FORBIDDEN = "forbidden"
    UNAVAILABLE = "unavailable"
    SERVER_ERROR = "server-error"
    NOT_ACCEPTABLE = "not-acceptable"
    RING_THEN_UNAVAILABLE = "ring-then-unavailable"
    NO_ANSWER = "no-answer"
    """180 and nothing more."""
    SILENT = "silent"
    """No response at all."""
    TRYING_ONLY = "trying-only"
    EARLY_MEDIA = "early-media"
    """183 with sound, then the answer."""
    RELIABLE_EARLY_MEDIA = "reliable-early-media"
    """The same, and the 183 must be acknowledged (RFC 3262)."""
    ECHO = "echo"
    """Answers, and sends back what it hears: a number for test calls."""
    MEDIA_GAP = "media-gap"
    """Answers; after 1 s its sound stops for 5 s."""


FINAL = {
    Behaviour.BUSY: 486,
    Behaviour.DECLINE: 603,
    Behaviour.NOT_FOUND: 404,
    Behaviour.FORBIDDEN: 403,
    Behaviour.UNAVAILABLE: 480,
    Behaviour.SERVER_ERROR: 503,
    Behaviour.NOT_ACCEPTABLE: 488,
}


@dataclass(frozen=True)
class Manner:
    """Behaviour and its times, in seconds from the INVITE (hang-up: from the answer)."""

    behaviour: Behaviour = Behaviour.ANSWER
    alert_after_s: float = 0.1
    answer_after_s: float = 1.0
    hang_up_after_s: float | None = None
    refuse_after_s: float = 0.1


@dataclass
class IncomingCall:
    """One call from INVITE to its end."""

    number: int
    invite: Message
    manner: Manner
    contact: str
    stream: RtpStream
    media_address: str
    send: Callable[[Message], None]
    log: Callable[..., None]
    over: Callable[["IncomingCall"], None]
    reliable_transport: bool = False
    """True over TCP: nothing is sent twice."""
    greeting: Samples | None = None
    tag: str = field(default_factory=lambda: f"p{random.getrandbits(48):x}")
    last: Message | None = None
    answered: bool = False
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    pracked: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None
    _sdp_version: int = 1
    _own_cseq: int = 1
    _closed: bool = False

    def start(self) -> None:
        """Meet the INVITE."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    # --- the script -----------------------------------------------------------------------------------------

    async def _run(self) -> None:
        manner, behaviour = self.manner, self.manner.behaviour
        if behaviour is Behaviour.SILENT:
            return
        self._respond(100)
        if behaviour is Behaviour.TRYING_ONLY:
            return
        if behaviour in FINAL:
            await asyncio.sleep(manner.refuse_after_s)
            await self._refuse(FINAL[behaviour])
            return
        offer = read_offer(self.invite.body)
        if offer is None or not offer.codec:
            await self._refuse(488)
            return
        self.stream.aim(offer.codec, offer.payload, offer.dtmf_payload, (offer.address, offer.port))
        started = time.monotonic()
        await asyncio.sleep(manner.alert_after_s)
        if behaviour in (Behaviour.EARLY_MEDIA, Behaviour.RELIABLE_EARLY_MEDIA):
            if not await self._early_media(behaviour is Behaviour.RELIABLE_EARLY_MEDIA):
                return
        else:
            self._respond(180)
            self.log("ringing", call=self.number)
        if behaviour is Behaviour.NO_ANSWER:
            return
        await asyncio.sleep(max(0.0, manner.answer_after_s - (time.monotonic() - started)))
        if behaviour is Behaviour.RING_THEN_UNAVAILABLE:
            await self._refuse(480)
            return
        await self._answer()

    async def _early_media(self, reliable: bool) -> bool:
        extra = (("require", "100rel"), ("rseq", "1")) if reliable else ()
        self._respond(183, *extra, body=self._sdp())
        self._play()
        self.log("progress", call=self.number)
        if reliable:
            try:
                await asyncio.wait_for(self.pracked.wait(), GIVE_UP_S if self.reliable_transport else 5.0)
            except TimeoutError:
                self.log("no_prack", call=self.number)
                await self._refuse(500)
                return False
            self.log("prack", call=self.number)
        return True

    async def _answer(self) -> None:
        self.answered = True
        early = self.manner.behaviour in (Behaviour.EARLY_MEDIA, Behaviour.RELIABLE_EARLY_MEDIA)
        answered_at = time.monotonic()
        self._respond(200, body=self._sdp())
        self.log("answered", call=self.number)
        if not early:
            self._play()
        if self.manner.behaviour is Behaviour.MEDIA_GAP:
            self.stream.muted_from, self.stream.muted_until = answered_at + 1.0, answered_at + 6.0
        if not await self._until_acknowledged():
            self.log("no_ack", call=self.number)
            self._bye()
            return
        if self.manner.hang_up_after_s is not None:
            await asyncio.sleep(max(0.0, answered_at + self.manner.hang_up_after_s - time.monotonic()))
            self._bye()

    def _play(self) -> None:
        self.stream.is_echo = self.manner.behaviour is Behaviour.ECHO
        if self.stream.is_echo:
            self.stream.play(np.zeros(0, dtype=np.int16))
        elif self.greeting is not None:
            self.stream.play(self.greeting)

    async def _refuse(self, status: int) -> None:
        self._respond(status)
        self.log("refused", call=self.number, status=status)
        await self._until_acknowledged()
        self._end()

    async def _until_acknowledged(self) -> bool:
        """Repeat the final response until its ACK (RFC 3261 §13.3.1.4, §17.2.1)."""
        pause, until = T1_S, time.monotonic() + GIVE_UP_S
        while time.monotonic() < until:
            try:
                await asyncio.wait_for(self.acknowledged.wait(), pause)
                return True
            except TimeoutError:
                if self.last is not None and (self.answered or not self.reliable_transport):
                    self.send(self.last)
                pause = min(2 * pause, 4.0)
        return False

    # --- requests from the far side -------------------------------------------------------------------------

    def take(self, request: Message, answer: Callable[[Message], None]) -> None:
        """A request of this call other than its first INVITE.

        ``answer`` goes to where it came from, which a caller that moved has changed (RFC 3261 §18.2.2).
        """
        match request.method:
            case "INVITE" if request.cseq == self.invite.cseq:
                if self.last is not None:  # the INVITE again: it has not heard our last word
                    self.send(self.last)
            case "ACK":
                self.acknowledged.set()
            case "PRACK":
                answer(respond(request, 200, tag=self.tag))
                self.pracked.set()
            case "CANCEL":
                answer(respond(request, 200, tag=self.tag))
                if not self.answered and not self._closed:
                    self.log("cancelled", call=self.number)
                    self._restart(self._refuse_quietly(487))
            case "BYE":
                answer(respond(request, 200, tag=self.tag))
                if not self._closed:
                    self.log("bye", call=self.number, by="caller", packets=self.stream.packets_received)
                self._end()
            case "INVITE" | "UPDATE" if request.body:
                self._renegotiate(request, answer)
            case "INVITE" | "UPDATE" | "OPTIONS" | "INFO" | "NOTIFY":
                answer(respond(request, 200, ("contact", f"<{self.contact}>"), tag=self.tag))
            case _:
                answer(respond(request, 501, tag=self.tag))

    def _renegotiate(self, request: Message, answer: Callable[[Message], None]) -> None:
        offer = read_offer(request.body)
        if offer is None or not offer.codec:
            answer(respond(request, 488, tag=self.tag))
            return
        self._sdp_version += 1
        self.stream.aim(offer.codec, offer.payload, offer.dtmf_payload, (offer.address, offer.port))
        self.log("held" if offer.direction in ("sendonly", "inactive") else "renegotiated", call=self.number)
        body = write_answer(offer, self.media_address, self.stream.port, self._sdp_version)
        answer(respond(request, 200, ("contact", f"<{self.contact}>"), tag=self.tag, body=body))

    async def _refuse_quietly(self, status: int) -> None:
        self._respond(status)
        await self._until_acknowledged()
        self._end()

    # --- sending --------------------------------------------------------------------------------------------

    def _sdp(self) -> str:
        offer = read_offer(self.invite.body)
        assert offer is not None
        return write_answer(offer, self.media_address, self.stream.port, self._sdp_version)

    def _respond(self, status: int, *extra: tuple[str, str], body: str = "") -> None:
        contact = (("contact", f"<{self.contact}>"),) if status < 300 and status != 100 else ()
        tag = "" if status == 100 else self.tag
        self.last = respond(self.invite, status, *contact, *extra, tag=tag, body=body)
        self.send(self.last)

    def _bye(self) -> None:
        """Hang up: a request of ours inside the dialog (RFC 3261 §12.2.1.1)."""
        self._own_cseq += 1
        routes = tuple(("route", value) for value in self.invite.all("record-route"))
        target = address_of(self.invite.get("contact"))
        mine = self.invite.get("to")
        mine = mine if parameter(mine, "tag") else f"{mine};tag={self.tag}"
        via = "TCP" if self.reliable_transport else "UDP"
        host = self.contact.split("@")[-1].split(";")[0]
        headers = (
            ("via", f"SIP/2.0/{via} {host};branch=z9hG4bK{random.getrandbits(48):x};rport"),
            ("max-forwards", "70"),
            *routes,
            ("from", mine),
            ("to", self.invite.get("from")),
            ("call-id", self.invite.get("call-id")),
            ("cseq", f"{self._own_cseq} BYE"),
        )
        self.log("bye", call=self.number, by="platform", packets=self.stream.packets_received)
        self.send(Message("BYE", target, 0, headers))
        self._end()

    def hang_up(self) -> None:
        """End it from our side, if it was answered."""
        if self.answered and not self._closed:
            self._bye()

    def _restart(self, script: Any) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.get_running_loop().create_task(script)

    def _end(self) -> None:
        if self._closed:
            return
        self._closed = True
        self.stream.close()
        task, self._task = self._task, None
        if task is not None and task is not asyncio.current_task():
            task.cancel()
        self.over(self)
