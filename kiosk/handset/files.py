"""The cradle test's memory on the card: its calibration, and the trend of its last two hundred results.

Two small files, each written whole beside the old one and put in its place (DESIGN, style: durability). A file that
cannot be read is set aside and reported; a spoilt trend never costs the calibration. Blocking: one thread of its own.
"""

import logging
from pathlib import Path
from typing import TypeVar

import msgspec

from kiosk.errors import NeedsTechnician
from kiosk.handset.verdict import Calibration, Verdict
from kiosk.outbox.disk import Disk, write_new

log = logging.getLogger(__name__)

KEPT = 200
"""Results in the trend: about a month and a half without a caller."""

_T = TypeVar("_T")


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One cradle test."""

    at_ms: int
    """Wall clock, ms since 1970."""
    verdict: Verdict
    tone_dbfs: tuple[float, ...]
    noise_dbfs: tuple[float, ...]
    snr_db: tuple[float, ...]
    delay_ms: float
    lost_db: float | None = None
    """Fainter than at the installation by this much; None without a calibration."""


class CradleFiles:
    """Both files in ``folder``."""

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self._folder = folder
        self._disk = disk or Disk()
        self.set_aside: list[str] = []
        """Files that could not be read, in English for the technician."""

    def calibration(self) -> Calibration | None:
        """What the installation found; None when there was none, or it cannot be read."""
        return self._read("cradle-calibration.json", Calibration)

    def trend(self) -> tuple[Result, ...]:
        """The last results, oldest first."""
        return self._read("cradle-trend.json", tuple[Result, ...]) or ()

    def keep_calibration(self, calibration: Calibration) -> None:
        """Raises: NeedsTechnician when the card fails."""
        self._write("cradle-calibration.json", calibration)

    def keep_trend(self, trend: tuple[Result, ...]) -> None:
        """The last :data:`KEPT` of them. Raises: NeedsTechnician when the card fails."""
        self._write("cradle-trend.json", trend[-KEPT:])

    def _read(self, name: str, kind: type[_T]) -> _T | None:
        path = self._folder / name
        try:
            found = self._disk.read(path)
            return None if found is None else msgspec.json.decode(found, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            aside = path.with_name(path.name + ".spoilt")
            try:
                self._disk.replace(path, aside)
            except OSError:
                log.exception("%s: cannot be set aside", path)
            self.set_aside.append(f"{path}: unreadable ({error}); set aside as {aside.name}")
        except OSError as error:
            self.set_aside.append(f"{path}: {error.strerror}; see the card")
        log.error("%s", self.set_aside[-1])
        return None

    def _write(self, name: str, value: object) -> None:
        path = self._folder / name
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o750)
            write_new(self._disk, path, msgspec.json.encode(value))
        except OSError as error:
            raise NeedsTechnician(f"{path}: {error.strerror}; make room on the card, or change it") from error
