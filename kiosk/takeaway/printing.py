"""One print job, in a process of its own: ``python -m kiosk.takeaway.printing``, the job on stdin, the word on stdout.

Core lives without it: a printer that hangs, a library that crashes or takes a second to load costs a slip and no call.
"""

import sys
from enum import StrEnum

import msgspec

from hardware.errors import DeviceError, DeviceForbidden
from hardware.printer import Paper, Printer, PrinterStalled, PrinterState
from kiosk.errors import BadInput
from kiosk.takeaway import settings
from kiosk.takeaway.slip import Piece


class Fate(StrEnum):
    """What became of a slip. Catalogue names ``print.<value>`` of ``takeaway.toml``."""

    PRINTED = "printed"
    NO_PAPER = "no_paper"
    """Before it began, or in the middle: what came out may be cut short."""
    OPEN = "open"
    """The cover."""
    AWAY = "away"
    """Not plugged in, not switched on, or not to be reached."""
    FAILED = "failed"
    """Anything else; the reason is for the technician."""


class Job(msgspec.Struct, frozen=True):
    """What to print, and where."""

    pieces: tuple[Piece, ...]
    printer: settings.Printer


class Word(msgspec.Struct, frozen=True):
    """What became of it."""

    fate: Fate
    why: str = ""
    """In English, for the technician; nothing of the slip is in it."""
    is_low: bool = False
    """The roll is near its end."""


def printed(job: Job) -> Word:
    """Print ``job``; every trouble is a word, never an error. Blocking, at most about a minute."""
    own = job.printer
    if own.connection == "none":
        return Word(Fate.AWAY, "no printer is configured; set printer.connection")
    try:
        # Loaded here: it costs most of a second, and a printer that is away need not wait for it.
        from kiosk.takeaway.composing import composed
    except ImportError as error:
        return Word(Fate.FAILED, f"{error}; install the extra packages of 'printer' (docs/takeaway.md)")
    try:
        data = composed(job.pieces, own)
        printer = Printer(own.connection, own.device, own.baud)
    except BadInput as error:
        return Word(Fate.FAILED, str(error))
    except DeviceError as error:
        return Word(Fate.FAILED if isinstance(error, DeviceForbidden) else Fate.AWAY, str(error))
    try:
        trouble = _trouble(printer.state())
        if trouble is not None:
            return trouble
        printer.write(data)
        # It prints from its buffer: paper that ends in the middle shows only now.
        after = printer.state()
        return _trouble(after) or Word(Fate.PRINTED, is_low=after.paper is Paper.LOW)
    except PrinterStalled as error:
        return _trouble(printer.state_or_silence()) or Word(Fate.FAILED, str(error))
    except DeviceError as error:
        return Word(Fate.AWAY, str(error))
    finally:
        printer.close()


def _trouble(state: PrinterState) -> Word | None:
    if state.paper is Paper.OUT:
        return Word(Fate.NO_PAPER, "printer: no paper; put a new roll in")
    if state.is_open:
        return Word(Fate.OPEN, "printer: its cover is open; shut it")
    if state.is_offline:
        return Word(Fate.FAILED, "printer: off line; press its feed button, or switch it off and on")
    return None


def main() -> int:
    """Read a job, print it, say what became of it; 0 whatever that is, 2 for what is no job."""
    try:
        job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    except msgspec.DecodeError as error:
        sys.stderr.write(f"error: print job: {error}\n")
        return 2
    sys.stdout.buffer.write(msgspec.json.encode(printed(job)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
