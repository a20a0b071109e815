"""The index that a terminal uses: built beside the one in use, proved, swapped in, made again when it is damaged.

Building writes ``.NAME.new``, proves it, has it on the card, and only then gives it the name, in one step. A power cut
leaves the old index or the new one. Who reads the old one keeps it until it opens the name again. Beside the index lies
its seal (``NAME.seal``): what the file is when it is whole, and the bundle that it was built from.

Any process may call these; two that build the same index wait for each other.
"""

import fcntl
import hashlib
import heapq
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from kiosk.directory import bundle
from kiosk.directory.bundle import Manifest
from kiosk.directory.index import building
from kiosk.directory.index.store import Damaged, Index
from kiosk.directory.parts import Level, Place
from kiosk.directory.record import Service, canonical
from kiosk.directory.sources import helplines
from kiosk.directory.sources.report import Report
from kiosk.errors import NeedsTechnician, RetryLater

logger = logging.getLogger(__name__)

OTHERS_WAIT_S = 300.0
"""For another process that builds the same index."""
LOOK_EVERY_S = 0.1


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """What one index file is when it is whole."""

    bytes: int
    changed_ns: int
    """Its time of change, as the file system has it: while size and time are these, nobody has written to it."""
    sha256: str
    bundle: str
    """Path of the bundle that it was built from."""


def build(source: Path, index: Path) -> int:
    """Make ``index`` the index of the bundle ``source``; how many relays it has.

    The helplines that ship are added to a bundle that has none of their source: a national line is always there. What
    another source says of their numbers, and nobody checked, is left out: who rings gets the same line, and an older
    sheet may call it closed.
    Raises: BadInput for the bundle; NeedsTechnician for folder or card; RetryLater while another process builds it.
    """
    with _building(index):
        manifest = bundle.manifest_of(source)
        fresh = index.with_name(f".{index.name}.new")
        fresh.unlink(missing_ok=True)
        try:
            count = building.write(
                fresh, _lines(source, manifest), {"bundle": manifest.sha256, "schema": str(manifest.schema)}
            )
            _prove(fresh, count)
            seal = _seal(fresh, source)
            _put(_seal_path(index), msgspec.json.encode([seal, *_seals(index)][:2]))
            fresh.replace(index)
            _sync_folder(index.parent)
        except OSError as error:
            raise NeedsTechnician(f"{index}: {error.strerror}; make its folder writable") from error
        finally:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
    return count


def opened(index: Path) -> Index:
    """The index in the file ``index``, whole as far as its seal can tell. Raises: Damaged when it is not."""
    seals = _seals(index)
    try:
        found = index.stat()
    except OSError as error:
        raise Damaged(f"{index}: {error.strerror}; build it from a bundle") from error
    if any((seal.bytes, seal.changed_ns) == (found.st_size, found.st_mtime_ns) for seal in seals):
        return Index(index)
    # copied from elsewhere, or written to: its content says which
    if seals and _digest(index) not in {seal.sha256 for seal in seals}:
        raise Damaged(f"{index}: it was changed after it was built; build it again from its bundle")
    opened_index = Index(index)
    try:
        if not seals:
            opened_index.prove()
    except Damaged:
        opened_index.close()
        raise
    return opened_index


def prove(index: Path) -> None:
    """Read every byte of the file ``index`` and hold it against its seal. Raises: Damaged when it is not whole.

    Seconds of a card's time for a country: not on the way to an answer, and best in a process of its own.
    """
    seals = _seals(index)
    if seals and _digest(index) not in {seal.sha256 for seal in seals}:
        raise Damaged(f"{index}: it is not what was built; build it again from its bundle")
    found = Index(index)
    try:
        if not seals:
            found.prove()
    finally:
        found.close()


def opened_or_rebuilt(index: Path, source: Path | None = None) -> Index:
    """As :func:`opened`; a missing or damaged index, or one of another release, is first :func:`rebuilt`."""
    try:
        return opened(index)
    except Damaged as error:
        return rebuilt(index, error, source)


def rebuilt(index: Path, fault: Damaged, source: Path | None = None) -> Index:
    """The index built again, since it has the ``fault``, and opened.

    ``source``: its bundle, else the one that its seal names. Raises: ``fault`` without a bundle; else as :func:`build`.
    """
    known = source or next((Path(seal.bundle) for seal in _seals(index) if Path(seal.bundle).is_file()), None)
    if known is None or not known.is_file():
        raise fault
    logger.log(logging.WARNING if index.exists() else logging.INFO, "the directory's index is built: %s", fault)
    build(known, index)
    return opened(index)


def _lines(source: Path, manifest: Manifest) -> Iterator[bytes]:
    """The lines of a bundle with the helplines that ship where their ids put them, unless it has that source itself."""
    ours: list[Service] = []
    if all(one.name != helplines.NAME for one in manifest.sources):
        ours = sorted(helplines.read([helplines.SHIPPED], Report())[0], key=lambda service: service.id.encode())
        known = ours
    else:
        known = [service for service in bundle.read(source).services() if service.source == helplines.NAME]
    numbers = frozenset(phone.number for service in known for phone in service.phones)
    theirs = (line for line, service in bundle.stream(source) if not _is_known(service, numbers))
    own = ((service.id.encode(), canonical(service)) for service in ours)
    return (line for _, line in heapq.merge(((_ID.decode(line).id.encode(), line) for line in theirs), own))


def _is_known(service: Service, numbers: frozenset[str]) -> bool:
    """Whether another source speaks of helplines alone, and nobody checked it: a national line of their ``numbers``."""
    is_line = service.level is Level.NATIONAL and service.place == Place() and bool(service.phones)
    is_checked = service.source == helplines.NAME or service.verified_on is not None
    return is_line and not is_checked and all(phone.number in numbers for phone in service.phones)


class _Id(msgspec.Struct):
    id: str


_ID = msgspec.json.Decoder(_Id)


def _prove(path: Path, count: int) -> None:
    """Read it as a whole, and put it on the card."""
    index = Index(path)
    try:
        index.prove()
        if index.relays != count:
            raise Damaged(f"{path}: it has {index.relays} relays, {count} were written; build it again")
    finally:
        index.close()
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _seal(path: Path, source: Path) -> Seal:
    found = path.stat()
    return Seal(bytes=found.st_size, changed_ns=found.st_mtime_ns, sha256=_digest(path), bundle=str(source.absolute()))


def _seal_path(index: Path) -> Path:
    return index.with_name(f"{index.name}.seal")


def _seals(index: Path) -> list[Seal]:
    """The seals of the index and of the one before, newest first; none when they are missing or unreadable."""
    try:
        return msgspec.json.decode(_seal_path(index).read_bytes(), type=list[Seal])
    except (OSError, msgspec.DecodeError):
        return []


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Damaged(f"{path}: {error.strerror}; build it again from its bundle") from error


def _put(path: Path, content: bytes) -> None:
    """``path`` holds exactly ``content``, or what it held before, whenever the power goes."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _building(index: Path) -> Iterator[None]:
    """Alone with the name ``index``: what lies about half-built is a dead process's."""
    lock = index.with_name(f".{index.name}.lock")
    try:
        index.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise NeedsTechnician(f"{index}: {error.strerror}; make its folder writable") from error
    try:
        until = time.monotonic() + OTHERS_WAIT_S
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > until:
                    raise RetryLater(f"{index}: another process builds it; try again later") from error
                time.sleep(LOOK_EVERY_S)
        yield
    finally:
        os.close(descriptor)
