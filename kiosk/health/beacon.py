"""The last resort of a terminal that no internet reaches: one short text message a day to the maintenance team.

Off by default. Sent over the mobile line, between calls, when for a day neither the hub nor the platform was reached.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import msgspec

from hardware.text_message import Sending
from kiosk.calls.line import LineKind, Readiness
from kiosk.errors import KioskError
from kiosk.health.report import Health
from kiosk.outbox.clock import Clock
from kiosk.settings import Settings

log = logging.getLogger(__name__)

SILENT_S = 86_400.0
"""Without any sign over the internet for this long, a message is due."""
BETWEEN_S = 86_400.0
"""Two messages are this far apart at least."""
AGAIN_S = 3_600.0
"""After one that the modem refused."""
LOOK_S = 60.0
LONGEST = 160
"""Letters: one message."""


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """When the terminal was last in touch; seconds since boot, so a core that restarts knows what the last one did."""

    boot: str
    reached_s: float
    """The internet: the hub took something, or the platform answered. From the boot on, if never."""
    sent_s: float | None = None
    """A message, or what may have been one."""
    tried_s: float | None = None
    """The last try, whatever became of it."""


def is_due(contact: Contact, now_s: float) -> bool:
    """Whether a message is to be sent now. Pure."""
    is_silent = now_s - contact.reached_s >= SILENT_S
    was_sent = contact.sent_s is not None and now_s - contact.sent_s < BETWEEN_S
    was_tried = contact.tried_s is not None and now_s - contact.tried_s < AGAIN_S
    return is_silent and not was_sent and not was_tried


def words(terminal: str, health: Health, silent_s: float) -> str:
    """The message, in French and English; nothing in it is about a person. Pure."""
    hours = int(silent_s // 3600)
    weak = ",".join(health.weak).replace("_", "-") or "-"
    text = (
        f"SOS Crise {terminal}: pas d'internet / no internet {hours} h. {health.verdict.value.replace('_', ' ')}; "
        f"{weak}; {health.outbox.queued} en attente / waiting"
    )
    return text[:LONGEST]


class Beacon:
    """Looks once a minute whether a message is due. On core's event loop; nothing waits for it.

    ``read`` gives the health as it is now, ``send`` the message's fate. What a restarted core must know of it stands in
    a file of the runtime folder (a memory file system, gone with the power).
    """

    def __init__(
        self,
        settings: Settings,
        read: Callable[[], Awaitable[Health]],
        send: Callable[[str, str], Awaitable[Sending]],
        is_idle: Callable[[], bool],
        clock: Clock,
    ) -> None:
        self._number = settings.health.beacon_number
        self._terminal = settings.terminal.id
        self._read = read
        self._send = send
        self._is_idle = is_idle
        self._clock = clock
        self._note = settings.socket_path.with_name("beacon.json")
        self._contact = self._recall()

    def reached(self) -> None:
        """The hub or the platform was reached just now."""
        self._contact = msgspec.structs.replace(self._contact, reached_s=self._now_s())

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while self._number:
            await asyncio.sleep(LOOK_S)
            try:
                await self.look()
            except KioskError as error:
                log.error("health beacon: %s", error)
            except Exception:  # a fault here must not end the switchboard
                log.exception("health beacon failed")

    async def look(self) -> None:
        """One look, and the message if it is due."""
        if not self._number:
            return
        health = await self._read()
        if any(one.line is LineKind.VOIP and one.readiness is Readiness.READY for one in health.lines):
            self.reached()
        now_s = self._now_s()
        if is_due(self._contact, now_s) and self._is_idle():
            # Noted before it is sent: a core that dies in the sending must not send again and again.
            self._contact = msgspec.structs.replace(self._contact, tried_s=now_s, sent_s=now_s)
            self._write()
            text = words(self._terminal, health, now_s - self._contact.reached_s)
            fate = await self._send(self._number, text)
            log.warning("no internet for %.0f h -> text message %s", (now_s - self._contact.reached_s) / 3600, fate)
            if fate in (Sending.REFUSED, Sending.NOT_NOW):
                tried_s = None if fate is Sending.NOT_NOW else now_s
                self._contact = msgspec.structs.replace(self._contact, sent_s=None, tried_s=tried_s)
        self._write()

    def _now_s(self) -> float:
        return self._clock.boot_ms() / 1000.0

    def _write(self) -> None:
        try:
            fresh = self._note.with_suffix(".new")
            fresh.write_bytes(msgspec.json.encode(self._contact))
            fresh.replace(self._note)
        except OSError as error:
            log.warning("%s: %s", self._note, error)

    def _recall(self) -> Contact:
        try:
            found = msgspec.json.decode(self._note.read_bytes(), type=Contact)
        except (OSError, msgspec.MsgspecError):
            found = None
        if found is not None and found.boot == self._clock.boot():
            return found
        return Contact(boot=self._clock.boot(), reached_s=0.0)
