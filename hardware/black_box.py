"""The modem's black box: its last conversations in memory, on the card only after a failure, without any number.

A ring of at most :data:`LIMIT_BYTES`. When a call fails or the modem is lost, the ring is written to a file that
``kiosk modem replay`` plays; the last :data:`KEPT` files stay. Nothing of it goes into a log or to the hub.
"""

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from hardware.masking import Masker, masked_line
from hardware.modem_events import CallEnded, EndReason, ModemEvent, SoundReady, StatusChanged
from hardware.transcript import Arrived, Happened, Sent, Step, Transcript, timed, write

log = logging.getLogger(__name__)

LIMIT_BYTES = 48 * 1024
"""About ten minutes of an idle modem, or the last five calls."""
STEP_BYTES = 16
"""What a step costs beside its bytes."""
LONGEST_REST = 4096
KEPT = 3
TAIL_S = 2.0
"""From a failure to the writing: what the modem says next belongs to it."""
BETWEEN_S = 300.0
"""Two boxes are this far apart at least: a modem that fails all day must not wear the card out."""
CLOSE_S = 2.0
FAILURES = frozenset((EndReason.MODEM_LOST, EndReason.FAILED, EndReason.TIMEOUT, EndReason.NO_NETWORK))
"""Ends of a call that a technician wants to look into; busy, declined and no answer are the far end's doings."""


class BlackBox:
    """Put ``traffic`` on the channel, ``note`` on the events. Event loop only; the card is written in a thread."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._now = now
        self._ring: deque[tuple[float, Step]] = deque()
        self._size = 0
        self._masker = Masker()
        self._rest = {"sent": "", "received": ""}
        self._head: dict[str, str] = {}
        self._last_reason = ""
        self._was_open = False
        self._due: asyncio.TimerHandle | None = None
        self._why = ""
        self._written_at: float | None = None
        self._writer = ThreadPoolExecutor(1, "black-box")

    def traffic(self, direction: str, data: bytes) -> None:
        """Bytes that crossed the port: ``sent`` or ``received``. Kept by whole lines: a number is never cut in two."""
        if direction == "sent" and self._rest["received"].strip() == ">":
            self._keep_received(self._take_rest("received"))
        text = self._rest[direction] + data.decode("latin-1")
        ends = "\r\x1a" if direction == "sent" else "\n"
        while cut := min((place + 1 for end in ends if (place := text.find(end)) >= 0), default=0):
            self._keep(direction, text[:cut])
            text = text[cut:]
        if len(text) > LONGEST_REST:
            self._keep(direction, text)
            text = ""
        self._rest[direction] = text

    def happened(self, text: str) -> None:
        """Something beside the line; numbers in it are masked."""
        self._put(Happened(masked_line(" ".join(text.split()))))

    def note(self, event: ModemEvent) -> None:
        """Hear what the driver concluded, and see whether that is a reason to write."""
        match event:
            case StatusChanged(status):
                if status.model:
                    self._head = {"modem": masked_line(status.model), "family": status.family}
                if status.reason != self._last_reason:
                    self._last_reason = status.reason
                    self.happened(f"status: {status.reason or 'ready'}")
                if self._was_open and not status.is_open:
                    self._fail(status.reason)
                self._was_open = status.is_open
            case CallEnded(_, reason, code):
                self.happened(f"call {reason.value}" + ("" if code is None else f", code {code}"))
                if reason in FAILURES:
                    self._fail(f"call {reason.value}")
            case SoundReady(_, is_on):
                self.happened(f"sound {'on' if is_on else 'refused'}")
                if not is_on:
                    self._fail("no sound in a call")
            case _:
                self.happened(type(event).__name__)

    async def close(self) -> None:
        """Write what is due, and end; a card that hangs is waited for :data:`CLOSE_S` at most."""
        if self._due is not None:
            self._due.cancel()
            self._save()
        last = asyncio.get_running_loop().run_in_executor(self._writer, str)
        await asyncio.wait((last,), timeout=CLOSE_S)
        self._writer.shutdown(wait=False)

    def text(self, reason: str) -> str:
        """The file as it would be written now."""
        steps = [*self._ring]
        for direction, rest in self._rest.items():
            if rest:
                steps.append((self._now(), _step(direction, self._masker_of(direction, rest))))
        head = {"id": "black-box", "purpose": "the modem's last conversations, numbers masked", **self._head}
        return write(Transcript({**head, "reason": masked_line(reason)}, tuple(timed(steps))))

    def _keep(self, direction: str, line: str) -> None:
        self._put(_step(direction, self._masker_of(direction, line)))

    def _keep_received(self, line: str) -> None:
        self._keep("received", line)

    def _masker_of(self, direction: str, line: str) -> str:
        return self._masker.sent(line) if direction == "sent" else self._masker.received(line)

    def _take_rest(self, direction: str) -> str:
        rest, self._rest[direction] = self._rest[direction], ""
        return rest

    def _put(self, step: Step) -> None:
        self._ring.append((self._now(), step))
        self._size += _cost(step)
        while self._size > LIMIT_BYTES:
            self._size -= _cost(self._ring.popleft()[1])

    def _fail(self, why: str) -> None:
        if self._due is not None:
            return
        if self._written_at is not None and self._now() - self._written_at < BETWEEN_S:
            return
        self._why = why
        self._due = asyncio.get_running_loop().call_later(TAIL_S, self._save)

    def _save(self) -> None:
        self._due = None
        self._written_at = self._now()
        self._writer.submit(_write, self._folder, self.text(self._why))


def _step(direction: str, text: str) -> Step:
    data = text.encode("latin-1")
    return Sent(data) if direction == "sent" else Arrived(data)


def _cost(step: Step) -> int:
    match step:
        case Sent(data) | Arrived(data):
            return len(data) + STEP_BYTES
        case Happened(text):
            return len(text) + STEP_BYTES
        case _:
            return STEP_BYTES


def _write(folder: Path, text: str) -> None:
    """The newest box as ``modem-1.txt``; the older ones move up. Writer's thread."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = folder / "modem-0.tmp"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii", errors="replace") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        for number in range(KEPT - 1, 0, -1):
            with suppress(FileNotFoundError):
                (folder / f"modem-{number}.txt").replace(folder / f"modem-{number + 1}.txt")
        fresh.replace(folder / "modem-1.txt")
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        log.warning("the modem's last conversations were kept: %s", folder / "modem-1.txt")
    except OSError as error:
        # A card that cannot be written has its own alarm; the call goes on without a box.
        log.error("the modem's black box cannot be written: %s", error)
