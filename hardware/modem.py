"""The modem: opened again whenever it is lost, watched while idle, one outgoing call at a time.

All methods are for one asyncio event loop. Events reach ``emit`` on that loop, never from inside a method. The port
is opened in a thread (a wedged USB device can hold ``open`` up); everything else is non-blocking on the loop.
Recovery, mildest first: ESC and AT x3 -> the port opened again -> CFUN=4/1 -> module reset; never while a call is up.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hardware.answers import registration
from hardware.at import Command
from hardware.at_channel import AtChannel, Urgency
from hardware.call_tracker import CallTracker
from hardware.errors import DeviceError
from hardware.families import generic
from hardware.families.family import Family
from hardware.modem_events import (
    CallEnded,
    EndReason,
    ModemEvent,
    ModemStatus,
    StatusChanged,
)
from hardware.modem_health import Health
from hardware.outgoing import GRACE_S, OutgoingCall, is_call_listed
from hardware.serial_port import SerialPort, open_port

log = logging.getLogger(__name__)

FIRST_BACK_OFF_S = 1.0
LONGEST_BACK_OFF_S = 30.0
OPEN_S = 10.0
CLOSE_S = 2.0
NEXT_DIAL_S = 6.0
"""How long a dial waits for the hang-up of the call before it: a module takes a second, or three tries."""


@dataclass(frozen=True)
class ModemConfig:
    """Where the modem is, and what it may do."""

    port: str
    baud: int = 115_200
    pin: str = field(default="", repr=False)
    emergency: frozenset[str] = frozenset()
    """Numbers dialled whatever the SIM's and the network's state."""
    health_s: float = 10.0
    """Pause between two looks at SIM and network; a quarter of it while the modem is not ready."""
    sound_s: float = 12.0
    """How long sound is asked for in a call: a SIM7600 was seen to refuse CPCMREG for that long."""
    family: str = ""
    """A name of ``families.FAMILIES`` that is believed instead of the modem's own words; empty: recognise it."""
    black_box: Path | None = None
    """Folder for the conversations before a failure; None: none are kept."""


class Modem:
    """One modem. Calls are named by the caller's own ids, which come back in the events."""

    def __init__(self, config: ModemConfig, emit: Callable[[ModemEvent], None]) -> None:
        self._config = config
        self._emit_now = emit
        self._family: Family = generic.GENERIC
        self._status = ModemStatus()
        self._proved_at: float | None = None
        self._channel: AtChannel | None = None
        self._health: Health = Health(config.pin)
        self._call: OutgoingCall | None = None
        self._next: str | None = None
        """The id of a call that waits for the hang-up of the one before it."""
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._ended_at = 0.0
        self._wake = asyncio.Event()
        """Set when SIM or network are news: the next look comes at once."""
        self._restarted = False
        self._opener = ThreadPoolExecutor(1, "modem-open")
        self._lost: asyncio.Future[str] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: asyncio.Task[None] | None = None

    @property
    def status(self) -> ModemStatus:
        """What was last proved; ``proved_at`` says when."""
        return self._status

    @property
    def proved_at(self) -> float | None:
        """Loop time of the last complete look at SIM and network; None before the first."""
        return self._proved_at

    @property
    def family(self) -> Family:
        """The family that the modem was recognised as."""
        return self._family

    @property
    def is_open(self) -> bool:
        """Whether the port is open; the modem may still be in its set-up."""
        return self._channel is not None

    @property
    def call(self) -> str | None:
        """The id of the call that has not ended."""
        return self._call.call if self._call is not None else None

    def start(self) -> None:
        """Begin to look for the modem; a missing one is retried for ever."""
        self._runner = asyncio.get_running_loop().create_task(self._run(), name="modem")

    async def close(self) -> None:
        """Hang up what is up (at most 2 s), then give the port back."""
        if self._next is not None:
            self.hang_up(self._next)
        if self._call is not None:
            self._call.hang_up()
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_S):
                    await self._is_idle.wait()
            self._end(EndReason.OURS)
        tasks = [*self._tasks, *([self._runner] if self._runner else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        self._opener.shutdown(wait=False)

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
        channel = self._channel
        reason = None
        if self._call is not None:
            reason = "a call is up"
        elif channel is None:
            reason = self._status.reason or "the port is not open"
        elif not is_emergency and self._status.sim not in ("", "READY"):
            reason = self._status.reason or "the SIM is not ready"
        if reason is not None or channel is None:
            log.warning("call %s -> not dialled: %s", call, reason)
            self._emit(CallEnded(call, EndReason.NOT_READY))
            return
        now = asyncio.get_running_loop().time()
        tracker = CallTracker(call, self._family, now, self._status.is_registered)
        self._call = OutgoingCall(
            channel, tracker, is_emergency, self._config.sound_s, self._on_call_event, self._spawn
        )
        self._is_idle.clear()
        self._spawn(self._call.place(number, self._ended_at + GRACE_S, not self._status.is_ready))

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

    async def _dial_next(self, call: str, number: str) -> None:
        """Dial as soon as the call before has ended; the caller may hang up meanwhile."""
        with suppress(TimeoutError):
            async with asyncio.timeout(NEXT_DIAL_S):
                await self._is_idle.wait()
        if self._next == call:
            self._next = None
            self.dial(call, number)

    # The session with the port.

    async def _run(self) -> None:
        back_off_s = FIRST_BACK_OFF_S
        while True:
            try:
                async with asyncio.timeout(OPEN_S):
                    port = await self._open()
            except (DeviceError, TimeoutError) as error:
                reason = str(error) or f"opening {self._config.port} hangs; cut the modem's power"
                self._set_status(ModemStatus(reason=reason))
                await asyncio.sleep(back_off_s)
                back_off_s = min(back_off_s * 2, LONGEST_BACK_OFF_S)
                continue
            began = asyncio.get_running_loop().time()
            reason = await self._session(port)
            log.warning("modem lost -> %s", reason)
            self._end(EndReason.MODEM_LOST)
            self._set_status(replace(ModemStatus(reason=reason), family=self._status.family))
            lasted_s = asyncio.get_running_loop().time() - began
            back_off_s = FIRST_BACK_OFF_S if lasted_s > LONGEST_BACK_OFF_S else back_off_s
            await asyncio.sleep(back_off_s)
            back_off_s = min(back_off_s * 2, LONGEST_BACK_OFF_S)

    async def _open(self) -> SerialPort:
        opening = asyncio.get_running_loop().run_in_executor(
            self._opener, open_port, self._config.port, self._config.baud
        )
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            # The thread cannot be stopped; what it opens in the end must not stay locked.
            opening.add_done_callback(_close_late)
            raise

    async def _session(self, port: SerialPort) -> str:
        """Serve one opened port until it is lost; returns why."""
        loop = asyncio.get_running_loop()
        lost: asyncio.Future[str] = loop.create_future()
        self._lost = lost
        self._channel = AtChannel(port, self._on_urc, self._on_lost, self._may_give_up)
        watching = loop.create_task(self._watch(self._channel), name="modem health")
        watching.add_done_callback(self._reap_watch)
        try:
            return await lost
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            if self._channel is not None:
                self._channel.close()
            self._channel = None

    async def _watch(self, channel: AtChannel) -> None:
        self._restarted = True
        while not channel.is_closed:
            self._wake.clear()
            if self._restarted:
                await self._set_up(channel)
            # While a call is up its own poll proves the modem; nothing else may stand in its way.
            if self._call is None:
                status = await self._health.look(channel, lambda: self._call is not None)
                if status is not None:
                    self._proved_at = asyncio.get_running_loop().time()
                    self._set_status(status)
                    if self._call is None:
                        await self._health.recover(channel, status, lambda: self._call is None, self._proved_at)
            pause_s = self._config.health_s if self._status.is_ready else self._config.health_s / 4
            # Not wait_for: on Python 3.11 it swallows a cancellation that meets the event.
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._wake.wait()

    async def _set_up(self, channel: AtChannel) -> None:
        self._restarted = False  # set again by an RDY: what a booting modem was told before it is forgotten
        self._family = await self._health.set_up(channel)
        if self._call is None and await is_call_listed(channel):
            log.warning("a call of an earlier life is up -> hang up")
            await channel.ask(Command(self._family.hang_up, 5.0), Urgency.HANG_UP)

    def _may_give_up(self) -> bool:
        return self._call is None or self._call.is_hanging_up

    def _on_lost(self, reason: str) -> None:
        self._end(EndReason.MODEM_LOST)
        if self._lost is not None and not self._lost.done():
            self._lost.set_result(reason)

    def _on_urc(self, text: str) -> None:
        if text in ("RDY", "APP RDY", "QCRDY") or text.startswith("*ATREADY"):
            # All settings are forgotten and any call is gone.
            self._restarted = True
            if self._status.is_open:
                reason = "the modem restarted by itself (brown-out?); check its power supply"
                self._set_status(ModemStatus(family=self._status.family, reason=reason))
            self._end(EndReason.MODEM_LOST)
            self._wake.set()
            return
        if registration(text) is not None or text.startswith("+CPIN:"):
            self._wake.set()
            return
        if text == "RING" and self._call is None and self._channel is not None:
            # This telephone is not called; an incoming call would keep the line busy.
            self._spawn(self._refuse_caller(self._channel))
            return
        if self._call is not None:
            self._call.on_urc(text)

    # The call.

    def _on_call_event(self, event: ModemEvent) -> None:
        if isinstance(event, CallEnded) and self._call is not None and self._call.call == event.call:
            self._call = None
            self._is_idle.set()
            self._wake.set()
            self._ended_at = asyncio.get_running_loop().time()
        self._emit(event)

    def _end(self, reason: EndReason) -> None:
        if self._call is not None:
            self._call.end(reason)

    async def _refuse_caller(self, channel: AtChannel) -> None:
        await channel.ask(Command(self._family.hang_up, 5.0), Urgency.HANG_UP, is_wanted=lambda: self._call is None)

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

    def _reap_watch(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and task.exception() is not None:
            log.error("the modem's watch failed", exc_info=task.exception())
            self._on_lost("the modem's watch failed")

    def _set_status(self, status: ModemStatus) -> None:
        if status != self._status:
            if status.reason != self._status.reason:
                log.info("modem -> %s", status.reason or "ready")
            self._status = status
            self._emit(StatusChanged(status))

    def _emit(self, event: ModemEvent) -> None:
        """Deliver on the loop's next turn, so that no method answers before it returns."""
        asyncio.get_running_loop().call_soon(self._emit_now, event)


def _close_late(opening: "asyncio.Future[SerialPort]") -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
