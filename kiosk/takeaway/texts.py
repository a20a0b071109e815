"""Core's hold on text messages to people: at most so many a visit and a day, and never in the way of a call.

The number is in memory alone, from the moment it is whole to the modem's answer: it is in no log, file or record.
"""

import logging
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path

import msgspec

from hardware.text_message import Sending
from kiosk.outbox.clock import Clock
from kiosk.takeaway.settings import Texts
from kiosk.takeaway.sms import mobile_of

log = logging.getLogger(__name__)

DAY_S = 86_400.0


class Posted(StrEnum):
    """What became of a message. Catalogue names ``sms.<value>`` of ``takeaway.toml``."""

    SENT = "sent"
    MAYBE = "maybe"
    """The network did not say: it may arrive."""
    FAILED = "failed"
    """Nothing went out."""
    NOT_NOW = "not_now"
    """A call is up, or the mobile line is not ready."""
    NO_MOBILE = "no_mobile"
    """Not a French mobile number."""
    ENOUGH = "enough"
    """This visit, or this day, has had its messages."""


class _Day(msgspec.Struct, frozen=True):
    """When messages went out: seconds since boot, so that a core that restarts goes on counting."""

    boot: str
    sent_s: tuple[float, ...] = ()


class PostOffice:
    """Sends messages by ``send`` (a line's ``send_text``). On core's event loop; nothing on the call path waits.

    ``note`` is a file of the runtime folder (a memory file system): how many went out when, and nothing else.
    """

    def __init__(
        self, settings: Texts, send: Callable[[str, str], Awaitable[Sending]], clock: Clock, note: Path
    ) -> None:
        self._settings = settings
        self._send = send
        self._clock = clock
        self._note = note
        self._in_visit = 0
        self._day = self._recall()

    @property
    def is_open(self) -> bool:
        """Whether this site sends messages at all."""
        return self._settings.enabled

    def visit_over(self) -> None:
        """The next message is another visit's."""
        self._in_visit = 0

    async def post(self, dialled: str, text: str) -> Posted:
        """Send ``text`` to the number that a person dialled."""
        number = mobile_of(dialled)
        if number is None:
            return Posted.NO_MOBILE
        now_s = self._clock.boot_ms() / 1000.0
        today = tuple(at for at in self._day.sent_s if now_s - at < DAY_S)
        if not self.is_open or self._in_visit >= self._settings.per_visit or len(today) >= self._settings.per_day:
            return Posted.ENOUGH
        # Counted before it is sent: whoever presses fast, and a core that dies in the sending, sends no more for it.
        self._in_visit += 1
        self._remember(_Day(self._clock.boot(), (*today, now_s)))
        fate = await self._send(number, text)
        log.info("text message to a person -> %s", fate)
        if fate in (Sending.NOT_NOW, Sending.REFUSED):
            self._in_visit = max(0, self._in_visit - 1)
            kept = list(self._day.sent_s)
            kept.remove(now_s)
            self._remember(_Day(self._day.boot, tuple(kept)))
        return _POSTED[fate]

    def _remember(self, day: _Day) -> None:
        self._day = day
        try:
            fresh = self._note.with_suffix(".new")
            fresh.write_bytes(msgspec.json.encode(day))
            fresh.replace(self._note)
        except OSError as error:
            log.warning("%s: %s", self._note, error)

    def _recall(self) -> _Day:
        try:
            found = msgspec.json.decode(self._note.read_bytes(), type=_Day)
        except (OSError, msgspec.MsgspecError):
            found = None
        return found if found is not None and found.boot == self._clock.boot() else _Day(self._clock.boot())


_POSTED = {
    Sending.SENT: Posted.SENT,
    Sending.UNKNOWN: Posted.MAYBE,
    Sending.REFUSED: Posted.FAILED,
    Sending.NOT_NOW: Posted.NOT_NOW,
}
