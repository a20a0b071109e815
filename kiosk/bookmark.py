"""Which number is called or spoken to, kept in memory outside the process: a crash or a restart of core loses no call.

The file lies in the runtime folder (a memory file system, gone with the power), readable by its owner alone, and
only while a call is made or up. It is never logged and never leaves the terminal (docs/privacy.md).
"""

import logging
from pathlib import Path

log = logging.getLogger(__name__)


class Bookmark:
    """The call that is up. Core's event loop only: a memory file system does not wait."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._noted: str | None = None
        self._is_kept = False

    def note(self, number: str | None) -> None:
        """Remember that ``number`` is spoken to; None: nobody is."""
        if self._is_kept or number == self._noted:
            return
        self._noted = number
        try:
            if number is None:
                self._path.unlink(missing_ok=True)
                return
            fresh = self._path.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(number, encoding="ascii")
            fresh.replace(self._path)
        except OSError as error:
            log.error("%s: a crash now would lose the call: %s", self._path, error)

    def keep(self) -> None:
        """The switchboard ends: what is noted now is for the next one, which calls back (at once, or not at all)."""
        self._is_kept = True

    def take(self) -> str | None:
        """The number that was spoken to when the switchboard before this one ended in mid-call, once."""
        try:
            number = self._path.read_text(encoding="ascii")
            self._path.unlink()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            log.error("%s: cannot be read: %s", self._path, error)
            return None
        return number
