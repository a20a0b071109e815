"""Where the platform was when DNS last said it, in a small file: a terminal that starts without DNS can call."""

import hashlib
import logging
import os
from pathlib import Path

import msgspec

from kiosk.voip.targets import Target

log = logging.getLogger(__name__)

LIFE_S = 30 * 86_400.0
"""Older answers are not used: the address may be somebody else's by then."""
REWRITE_S = 86_400.0
"""An unchanged answer is written anew once a day, to spare the card."""


class LastGood(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file's content."""

    server: str
    transport: str
    saved_at: float
    """Wall clock, seconds since 1970; of whatever quality that clock was."""
    targets: tuple[Target, ...]


class LastGoodFile:
    """The file for one server. Blocking: called from a worker thread, one call at a time."""

    def __init__(self, folder: Path, server: str, transport: str) -> None:
        mark = hashlib.sha256(f"{transport}:{server}".encode()).hexdigest()[:12]
        self._path = folder / f"platform-{mark}.json"
        self._server = server
        self._transport = transport
        self._written: LastGood | None = None

    def load(self, wall: float) -> tuple[Target, ...]:
        """What it holds, if that is young enough, else nothing. A file that cannot be read is set aside and told."""
        try:
            held = msgspec.json.decode(self._path.read_bytes(), type=LastGood)
        except FileNotFoundError:
            return ()
        except (OSError, msgspec.DecodeError) as error:
            log.error("%s: cannot be used, set aside: %s", self._path, error)
            self._set_aside()
            return ()
        if (held.server, held.transport) != (self._server, self._transport):
            return ()
        self._written = held
        # A file from the future was written when the clock was right, and now it is not (no battery): still good.
        return held.targets if wall - held.saved_at <= LIFE_S else ()

    def save(self, targets: tuple[Target, ...], wall: float) -> None:
        """Hold ``targets``; never raises: without the file only the next start is poorer."""
        held = self._written
        is_same = held is not None and set(held.targets) == set(targets)
        if held is not None and is_same and 0 <= wall - held.saved_at < REWRITE_S:
            return
        fresh = LastGood(self._server, self._transport, wall, targets)
        unfinished = self._path.with_suffix(".new")
        try:
            with unfinished.open("wb") as file:
                file.write(msgspec.json.encode(fresh))
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._path)
        except OSError as error:
            log.error("%s: cannot be written, a start without DNS will not find the platform: %s", self._path, error)
            return
        self._written = fresh

    def _set_aside(self) -> None:
        try:
            self._path.replace(self._path.with_suffix(".bad"))
        except OSError as error:
            log.error("%s: cannot be set aside: %s", self._path, error)
