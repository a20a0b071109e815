"""Keeps the modem's port open and the modem in our state: found, set up, looked at, and brought back when it is ill.

On the event loop; what may block (opening a port, pressing the power key) is done in one thread. Recovery goes up the
ladder of :mod:`hardware.recovery`, each step with its reason in the log, and none of them while a call is up.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from hardware.answers import sim_state
from hardware.at import Command
from hardware.at_channel import AtChannel, Urgency
from hardware.errors import DeviceError, DeviceMissing
from hardware.families.family import Family
from hardware.families.generic import GENERIC
from hardware.modem_config import ModemConfig
from hardware.modem_events import ModemStatus
from hardware.modem_health import Health, Wishes
from hardware.modem_port import ModemPorts
from hardware.modem_power import ModemPower
from hardware.outgoing import is_call_listed
from hardware.recovery import Ladder, Rung, Trouble
from hardware.serial_port import SerialPort
from hardware.urcs import Notice, is_unplugged_sim, notice_of

log = logging.getLogger(__name__)

FIRST_BACK_OFF_S = 1.0
LONGEST_BACK_OFF_S = 30.0
OPEN_S = 10.0
OPENED = "its port has just been opened; SIM and network are being looked at"
POWER_S = 20.0
"""The longest that a power key or a switch is worked at."""
BLANK_LOOKS = 3
"""So many looks in a row without an answer about SIM and network, and the modem counts as silent."""
RESET_AGAIN_S = 600.0
"""A module is not reset for its sound more often than this."""
OWN_START_S = 30.0
"""What a modem says of having come up counts as our own doing for this long after a set-up or a radio cycle."""


class Owner(Protocol):
    """Whom the keeper serves; called on the event loop."""

    def is_idle(self) -> bool:
        """Whether no call is up, so that the modem may be asked, and recovered."""

    def may_give_up(self) -> bool:
        """Whether a modem that answers no command may be given up."""

    def on_lost(self) -> None:
        """The modem went away, or restarted: whatever call there was is gone."""

    def on_urc(self, text: str) -> None:
        """A line about a call, perhaps."""

    def on_ringing(self, channel: AtChannel) -> None:
        """Somebody calls this telephone."""

    def on_status(self, status: ModemStatus) -> None:
        """The status is news."""


class ModemKeeper:
    """One modem's life. ``on_traffic`` hears what crosses the port (:class:`~hardware.at_channel.AtChannel`)."""

    def __init__(
        self,
        config: ModemConfig,
        owner: Owner,
        ports: ModemPorts,
        power: ModemPower,
        ladder: Ladder,
        on_traffic: Callable[[str, bytes], None] | None = None,
    ) -> None:
        self._config = config
        self._owner = owner
        self._ports = ports
        self._power = power
        self._on_traffic = on_traffic
        self._health = Health(Wishes(config.pin, config.family, config.by_card))
        self._ladder = ladder
        self._lost: asyncio.Future[str] | None = None
        self._wake = asyncio.Event()
        """Set when SIM or network are news: the next look comes at once."""
        self._restarted = False
        self._own_start_until = 0.0
        self._blank_looks = 0
        self._mute_reason = ""
        self._reset_at: float | None = None
        self._opener = ThreadPoolExecutor(1, "modem-open")
        self.family: Family = GENERIC
        self.status = ModemStatus()
        self.proved_at: float | None = None
        """Loop time of the last complete look at SIM and network."""
        self.channel: AtChannel | None = None
        """While the port is open; the modem may still be in its set-up."""

    def see_call(self) -> None:
        """A call rings or is open: SIM and network are there. Nothing else looks at them while it is up, and what was
        known may be of a time before the modem was plugged in.
        """
        self.proved_at = asyncio.get_running_loop().time()
        if not self.status.is_ready:
            self._set_status(replace(self.status, is_open=True, sim="READY", is_registered=True, reason=""))

    def look_soon(self) -> None:
        """SIM, network or the end of a call are news."""
        self._wake.set()

    def reset_when_idle(self, reason: str) -> None:
        """The modem works but for its sound: a module that has lost it gets it back by a reset alone."""
        self._mute_reason = reason

    def shut(self) -> None:
        """Give the port and the thread back."""
        if self.channel is not None:
            self.channel.close()
            self.channel = None
        self._opener.shutdown(wait=False)

    async def run(self) -> None:
        """For ever, until cancelled: open, serve, open again."""
        loop = asyncio.get_running_loop()
        back_off_s = FIRST_BACK_OFF_S
        while True:
            began = loop.time()
            try:
                async with asyncio.timeout(OPEN_S):
                    port = await self._open()
            except (DeviceError, TimeoutError) as error:
                reason = str(error) or f"opening {self._config.port} hangs; cut the modem's power"
                trouble = Trouble.MISSING if isinstance(error, DeviceMissing) else Trouble.SILENT
                # Another program's port, and one that we may not open, are no fault of the modem's.
                is_ill = isinstance(error, DeviceMissing | TimeoutError)
            else:
                reason = await self._session(port)
                log.warning("modem lost -> %s", reason)
                self._owner.on_lost()
                trouble, is_ill = Trouble.SILENT, True
            if loop.time() - began > LONGEST_BACK_OFF_S:
                back_off_s = FIRST_BACK_OFF_S
            self.proved_at = None
            self._set_status(ModemStatus(family=self.status.family, reason=reason))
            await self._climb_alone(trouble if is_ill else Trouble.NONE, reason)
            await asyncio.sleep(back_off_s)
            back_off_s = min(back_off_s * 2, LONGEST_BACK_OFF_S)

    def on_urc(self, text: str) -> None:
        """Each line that nobody asked for, first of all."""
        notice = notice_of(text)
        match notice:
            case Notice.RESTARTED:
                self._on_restart("the modem restarted by itself (brown-out?); check its power supply")
            case Notice.SWITCHED_OFF:
                self._on_restart(f"the modem switched itself off ({text}); check its power supply and its heat")
            case Notice.POWER:
                log.warning("modem -> %s", text)
                self._set_status(replace(self.status, warning=f"the modem says {text}; check its power supply"))
            case Notice.CAME_UP if text.upper() == "CALL READY" and self._owner.is_idle():
                # A SIM800 that finds its speed by itself has no RDY; all settings may be forgotten.
                if asyncio.get_running_loop().time() > self._own_start_until:
                    self._restarted = True
                    self._wake.set()
            case Notice.SIM:
                if is_unplugged_sim(text) and self.status.sim not in ("", "none"):
                    log.warning("modem -> the SIM is gone (%s)", sim_state(text) or "unplugged")
                    reason = "no SIM card; insert one (112 needs it too in France)"
                    self._set_status(replace(self.status, sim="none", is_registered=False, reason=reason))
                self._wake.set()
            case Notice.NETWORK:
                self._wake.set()
            case Notice.RINGING if self.channel is not None and self._owner.is_idle():
                self._owner.on_ringing(self.channel)
        self._owner.on_urc(text)

    def _on_restart(self, reason: str) -> None:
        """All settings are forgotten and any call is gone."""
        self._restarted = True
        if self.status.is_open:
            self._set_status(ModemStatus(family=self.status.family, reason=reason, warning=self.status.warning))
        self._owner.on_lost()
        self._wake.set()

    # The port.

    async def _open(self) -> SerialPort:
        opening = asyncio.get_running_loop().run_in_executor(self._opener, self._ports.open, self._config.baud)
        try:
            port = await asyncio.shield(opening)
        except asyncio.CancelledError:
            # The thread cannot be stopped; what it opens in the end must not stay locked.
            opening.add_done_callback(_close_late)
            raise
        self._power.remember(port.path, self._ports.identity)
        return port

    async def _session(self, port: SerialPort) -> str:
        """Serve one opened port until it is lost; returns why."""
        loop = asyncio.get_running_loop()
        lost: asyncio.Future[str] = loop.create_future()
        self._lost = lost
        self.family = self._health.guess(self._ports.identity)
        if self.status != ModemStatus():
            # What was wrong is so no more.
            self._set_status(ModemStatus(family=self.status.family, reason=OPENED))
        self.channel = AtChannel(port, self.on_urc, self._on_lost, self._owner.may_give_up, self._on_traffic)
        watching = loop.create_task(self._watch(self.channel), name="modem health")
        watching.add_done_callback(self._reap_watch)
        try:
            return await lost
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            if self.channel is not None:
                self.channel.close()
            self.channel = None

    def _on_lost(self, reason: str) -> None:
        self._owner.on_lost()
        if self._lost is not None and not self._lost.done():
            self._lost.set_result(reason)

    # The watch over an open modem.

    async def _watch(self, channel: AtChannel) -> None:
        loop = asyncio.get_running_loop()
        self._restarted = True
        while not channel.is_closed:
            self._wake.clear()
            if self._restarted:
                await self._set_up(channel)
            # While a call is up its own poll proves the modem; nothing else may stand in its way.
            if self._owner.is_idle():
                status = await self._health.look(channel, lambda: not self._owner.is_idle())
                if status is not None and not self._restarted:
                    self._blank_looks = 0
                    self.proved_at = loop.time()
                    self._set_status(replace(status, warning=self.status.warning))
                    await self._climb(channel, _trouble_of(status))
                    await self._mend_sound(channel)
                elif status is None and self._owner.is_idle() and not channel.is_closed:
                    await self._looked_in_vain(channel)
            pause_s = self._config.health_s if self.status.is_ready else self._config.health_s / 4
            # Not wait_for: on Python 3.11 it swallows a cancellation that meets the event.
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._wake.wait()

    async def _set_up(self, channel: AtChannel) -> None:
        self._restarted = False  # set again by an RDY: what a booting modem was told before it is forgotten
        self._own_start_until = asyncio.get_running_loop().time() + OWN_START_S
        self.family = await self._health.set_up(channel, self._ports.identity)
        if self._owner.is_idle() and await is_call_listed(channel):
            log.warning("a call of an earlier life is up -> hang up")
            await channel.ask(Command(self.family.hang_up, 5.0), Urgency.HANG_UP, self._owner.is_idle)

    async def _looked_in_vain(self, channel: AtChannel) -> None:
        self._blank_looks += 1
        if self._blank_looks < BLANK_LOOKS:
            return
        reason = "the modem answers AT, but no question about SIM and network"
        self._set_status(replace(self.status, is_registered=False, reason=reason))
        await self._climb(channel, Trouble.SILENT)

    async def _mend_sound(self, channel: AtChannel) -> None:
        """Reset a module that carried a call without its sound; not often, and never in a call."""
        reason, self._mute_reason = self._mute_reason, ""
        now = asyncio.get_running_loop().time()
        if not reason or not self.family.reset or (self._reset_at is not None and now - self._reset_at < RESET_AGAIN_S):
            return
        self._reset_at = now
        log.warning("modem -> %s, because: %s", Rung.RESET, reason)
        await channel.ask(Command(self.family.reset, 15.0), Urgency.POLL, self._owner.is_idle)

    # Recovery.

    async def _climb(self, channel: AtChannel, trouble: Trouble) -> None:
        """The step that is due for a modem that answers."""
        rung = self._due(trouble, str(trouble))
        if rung is Rung.RADIO:
            self._own_start_until = asyncio.get_running_loop().time() + OWN_START_S
            await channel.ask(Command("AT+CFUN=4", 15.0), Urgency.POLL, self._owner.is_idle)
            # Whatever came between: a radio that is off carries no call.
            await channel.ask(Command("AT+CFUN=1", 15.0), Urgency.DIAL)
        elif rung is Rung.RESET:
            await channel.ask(Command(self.family.reset, 15.0), Urgency.POLL, self._owner.is_idle)
        elif rung is not None:
            await self._power_cycle(rung, is_there=True)

    async def _climb_alone(self, trouble: Trouble, reason: str) -> None:
        """The step that is due for a modem without an open port."""
        rung = self._due(trouble, reason)
        if rung is not None:
            await self._power_cycle(rung, is_there=trouble is Trouble.SILENT)

    def _due(self, trouble: Trouble, reason: str) -> Rung | None:
        now = asyncio.get_running_loop().time()
        self._ladder.see(trouble, now)
        ways = self._power.ways | {Rung.RADIO} | ({Rung.RESET} if self.family.reset else set())
        rung = self._ladder.due(now, ways) if self._owner.is_idle() else None
        for_s = now - self._ladder.since
        if self._ladder.is_news(now):
            log.error("modem -> out of use for %.0f min: %s", for_s / 60, reason)
        if rung is not None:
            log.warning("modem -> %s, because for %.0f s: %s", rung, for_s, reason)
        return rung

    async def _power_cycle(self, rung: Rung, is_there: bool) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(POWER_S):
                if rung is Rung.KEY:
                    await loop.run_in_executor(self._opener, self._power.press_key, is_there)
                else:
                    await loop.run_in_executor(self._opener, self._power.cut)
        except (DeviceError, OSError, TimeoutError) as error:
            log.error("modem -> %s failed: %s", rung, error or "it hangs")

    # Small things.

    def _reap_watch(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and task.exception() is not None:
            log.error("the modem's watch failed", exc_info=task.exception())
            self._on_lost("the modem's watch failed")

    def _set_status(self, status: ModemStatus) -> None:
        if status != self.status:
            if status.reason != self.status.reason:
                log.info("modem -> %s", status.reason or "ready")
            self.status = status
            self._owner.on_status(status)


def _trouble_of(status: ModemStatus) -> Trouble:
    """What recovery may mend: not a locked card, and not a module that cannot speak."""
    if status.is_registered or not status.has_voice:
        return Trouble.NONE
    return {"READY": Trouble.NO_SERVICE, "none": Trouble.NO_SIM}.get(status.sim, Trouble.NONE)


def _close_late(opening: "asyncio.Future[SerialPort]") -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
