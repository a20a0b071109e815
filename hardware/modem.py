"""The modem: kept open and watched by its keeper, one outgoing call at a time.

All methods are for one asyncio event loop. Events reach ``emit`` on that loop, never from inside a method.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from hardware import text_message
from hardware.at import Command
from hardware.at_channel import AtChannel, Urgency
from hardware.call_tracker import CallTracker
from hardware.card_sound import PREFIX
from hardware.families.family import Family
from hardware.modem_config import ModemConfig as ModemConfig  # also named here: who drives a modem needs both
from hardware.modem_events import (
    CallAlerting,
    CallEnded,
    EndReason,
    LineOpened,
    ModemEvent,
    ModemStatus,
    SoundReady,
    StatusChanged,
)
from hardware.modem_keeper import ModemKeeper
from hardware.modem_port import ModemPorts
from hardware.modem_power import ModemPower
from hardware.outgoing import GRACE_S, OutgoingCall
from hardware.recovery import Ladder
from hardware.text_message import Sending

log = logging.getLogger(__name__)

CLOSE_S = 2.0
NEXT_DIAL_S = 6.0
"""How long a dial waits for the hang-up of the call before it: a module takes a second, or three tries."""


class Modem:
    """One modem. Calls are named by the caller's own ids, which come back in the events.

    ``on_traffic`` hears all that crosses the command port (:class:`~hardware.at_channel.AtChannel`); ``ports``,
    ``power`` and ``ladder`` stand for the machine's own in tests.
    """

    def __init__(
        self,
        config: ModemConfig,
        emit: Callable[[ModemEvent], None],
        on_traffic: Callable[[str, bytes], None] | None = None,
        ports: ModemPorts | None = None,
        power: ModemPower | None = None,
        ladder: Ladder | None = None,
    ) -> None:
        self._config = config
        self._emit_now = emit
        self._ports = ports or ModemPorts(config.port, config.pcm_port)
        self._keeper = ModemKeeper(
            config, self, self._ports, power or ModemPower(config.power), ladder or Ladder(), on_traffic
        )
        self._call: OutgoingCall | None = None
        self._next: str | None = None
        """The id of a call that waits for the hang-up of the one before it."""
        self._is_no_call = asyncio.Event()
        self._is_no_call.set()
        self._ended_at = 0.0
        self._is_refusing = False
        """One ring says itself in several words (RING, CRING, CLCC); one hang-up is enough."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: asyncio.Task[None] | None = None

    @property
    def status(self) -> ModemStatus:
        """What was last proved; ``proved_at`` says when."""
        return self._keeper.status

    @property
    def proved_at(self) -> float | None:
        """Loop time of the last complete look at SIM and network; None before the first."""
        return self._keeper.proved_at

    @property
    def family(self) -> Family:
        """The family that the modem was recognised as."""
        return self._keeper.family

    @property
    def is_open(self) -> bool:
        """Whether the port is open; the modem may still be in its set-up."""
        return self._keeper.channel is not None

    @property
    def sound_port(self) -> str:
        """Where the call's sound is now: a serial port's present name, ``card:NAME``, or nothing (analogue)."""
        family = self._keeper.family
        if self._config.by_card:
            return PREFIX + family.card_name if family.card_name else ""
        return self._ports.sound(family.sound_interface)

    @property
    def call(self) -> str | None:
        """The id of the call that has not ended."""
        return self._call.call if self._call is not None else None

    def start(self) -> None:
        """Begin to look for the modem; a missing one is retried for ever."""
        self._runner = asyncio.get_running_loop().create_task(self._keeper.run(), name="modem")

    async def close(self) -> None:
        """Hang up what is up (at most 2 s), then give the port back."""
        if self._next is not None:
            self.hang_up(self._next)
        if self._call is not None:
            self._call.hang_up()
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_S):
                    await self._is_no_call.wait()
            self._end(EndReason.OURS)
        tasks = [*self._tasks, *([self._runner] if self._runner else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._keeper.shut()

    def dial(self, call: str, number: str) -> None:
        """Dial ``number``. Whatever happens, one :class:`CallEnded` follows for ``call``.

        A call that is being hung up is waited for; one that is up is a reason not to dial. Raises: ValueError for
        what is not a telephone number.
        """
        if not re.fullmatch(r"\+?[0-9]{2,20}", number):
            raise ValueError("a number is digits, or + and digits")
        if self._call is not None and self._call.is_hanging_up and self._next is None:
            self._next = call
            self._spawn(self._dial_next(call, number))
            return
        is_emergency = number in self._config.emergency
        channel, status = self._keeper.channel, self.status
        reason = None
        if self._call is not None:
            reason = "a call is up"
        elif channel is None:
            reason = status.reason or "the port is not open"
        elif not is_emergency and (status.sim not in ("", "READY", "busy") or not status.has_voice):
            reason = status.reason or "the SIM is not ready"
        if reason is not None or channel is None:
            log.warning("call %s -> not dialled: %s", call, reason)
            self._emit(CallEnded(call, EndReason.NOT_READY))
            return
        now = asyncio.get_running_loop().time()
        tracker = CallTracker(call, self.family, now, status.is_registered)
        self._call = OutgoingCall(
            channel,
            tracker,
            is_emergency,
            self._config.sound_s,
            self._on_call_event,
            self._spawn,
            self._config.ringing_s,
        )
        self._is_no_call.clear()
        self._spawn(self._call.place(number, self._ended_at + GRACE_S, not status.is_ready))

    def hang_up(self, call: str) -> None:
        """End ``call`` in whatever phase it is; unknown ids are ignored, and asking twice changes nothing."""
        if self._next == call:
            self._next = None
            self._emit(CallEnded(call, EndReason.OURS))
        if self._call is not None and self._call.call == call:
            self._call.hang_up()

    def send_digit(self, call: str, digit: str) -> None:
        """One DTMF digit on an open line; elsewhere it is ignored. Raises: ValueError for no digit."""
        if not re.fullmatch(r"[0-9*#]", digit):
            raise ValueError("a digit is 0-9, * or #")
        if self._call is not None and self._call.call == call:
            self._call.send_digit(digit)

    async def send_text(self, number: str, text: str) -> Sending:
        """Send a short message between calls; a dial breaks it off. Raises: ValueError for what is no such text."""
        channel = self._keeper.channel
        if channel is None or self._call is not None or not self.status.is_ready:
            return Sending.NOT_NOW
        return await text_message.send(channel, number, text, self.is_idle)

    async def _dial_next(self, call: str, number: str) -> None:
        """Dial as soon as the call before has ended; the caller may hang up meanwhile."""
        with suppress(TimeoutError):
            async with asyncio.timeout(NEXT_DIAL_S):
                await self._is_no_call.wait()
        if self._next == call:
            self._next = None
            self.dial(call, number)

    # What the keeper asks and tells: hardware.modem_keeper.Owner.

    def is_idle(self) -> bool:
        """Whether no call is up, so that the modem may be asked, and recovered."""
        return self._call is None

    def may_give_up(self) -> bool:
        """Whether a modem that answers no command may be given up."""
        return self._call is None or self._call.is_hanging_up

    def on_lost(self) -> None:
        """The modem went away, or restarted: whatever call there was is gone."""
        self._end(EndReason.MODEM_LOST)

    def on_urc(self, text: str) -> None:
        """A line about a call, perhaps."""
        if self._call is not None:
            self._call.on_urc(text)

    def on_ringing(self, channel: AtChannel) -> None:
        """This telephone is not called; an incoming call would keep the line busy."""
        if not self._is_refusing:
            self._is_refusing = True
            self._spawn(self._refuse_caller(channel))

    def on_status(self, status: ModemStatus) -> None:
        """The status is news."""
        self._emit(StatusChanged(status))

    # The call.

    def _on_call_event(self, event: ModemEvent) -> None:
        if isinstance(event, CallEnded) and self._call is not None and self._call.call == event.call:
            self._call = None
            self._is_no_call.set()
            self._keeper.look_soon()
            self._ended_at = asyncio.get_running_loop().time()
        is_emergency = self._call is not None and self._call.is_emergency
        if isinstance(event, CallAlerting | LineOpened) and not is_emergency:
            # An emergency call needs neither SIM nor our network.
            self._keeper.see_call()
        if isinstance(event, SoundReady) and not event.is_on:
            self._keeper.reset_when_idle("a call had no sound")
        self._emit(event)

    def _end(self, reason: EndReason) -> None:
        if self._call is not None:
            self._call.end(reason)

    async def _refuse_caller(self, channel: AtChannel) -> None:
        try:
            await channel.ask(Command(self.family.hang_up, 5.0), Urgency.HANG_UP, is_wanted=self.is_idle)
        finally:
            self._is_refusing = False

    # Small things.

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._reap)

    def _reap(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("the modem driver failed", exc_info=task.exception())
            self._end(EndReason.FAILED)

    def _emit(self, event: ModemEvent) -> None:
        """Deliver on the loop's next turn, so that no method answers before it returns."""
        asyncio.get_running_loop().call_soon(self._emit_now, event)
