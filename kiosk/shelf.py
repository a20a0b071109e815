"""The directory as this site has it: its bundle, the index made from it, and where the telephone stands.

One thread at a time; it blocks on the card. Imported by the librarian's thread and not by core's start, which would
wait a second for it on a Pi. ``python -m kiosk.shelf BUNDLE INDEX`` makes the index at the lowest priority, and
``python -m kiosk.shelf INDEX`` proves it.
"""

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.directory import bundle, formats
from kiosk.directory.index import live
from kiosk.directory.places.gazetteer import Gazetteer, gazetteer
from kiosk.directory.places.spot import Spot
from kiosk.directory.search.directory import Directory
from kiosk.directory.search.question import Answer, Clock, Question
from kiosk.errors import BadInput, KioskError
from kiosk.settings import Settings


@dataclass(frozen=True)
class Stamp:
    """Tells two files of one name apart."""

    inode: int
    size: int
    changed_ns: int


@dataclass(frozen=True)
class Label:
    """What stands on the shelf, for the technician."""

    services: int
    bundle: str
    """SHA-256 of the records."""
    date: str
    """The newest day that a source of the bundle says its data are of."""
    near: str
    """Where the telephone is taken to stand; empty: nobody said."""
    is_outdated: bool
    """There is a newer bundle than the one that this index was made from."""


class Shelf:
    """The open index. Close it when it is no longer asked."""

    def __init__(self, directory: Directory, near: Spot | None, label: Label) -> None:
        self._directory = directory
        self.near = near
        """Where the telephone stands."""
        self.label = label

    @classmethod
    def open(cls, settings: Settings) -> "Shelf":
        """Raises: KioskError or OSError, when the index must be built, or there is no bundle to build it from."""
        manifest = bundle.manifest_of(laid_out(settings))
        near = site_spot(settings, gazetteer())
        directory = Directory.open(settings.index_path)
        about = directory.about
        label = Label(
            services=int(about.get("relays", "0")),
            bundle=about.get("bundle", ""),
            date=max((source.state for source in manifest.sources), default=""),
            near="" if near is None else near.name,
            is_outdated=about.get("bundle") != manifest.sha256,
        )
        return cls(directory, near, label)

    def search(self, question: Question, clock: Clock) -> Answer:
        """What answers ``question``, asked from here if it does not say from where. Raises: KioskError."""
        return self._directory.search(replace(question, home=self.near), clock)

    def close(self) -> None:
        """Let go of the index."""
        self._directory.close()


def bundle_path(settings: Settings) -> Path:
    """The site's bundle, else where the one that ships is laid out."""
    return Path(settings.directory.bundle or settings.index_path.with_name("helplines.bundle")).absolute()


def laid_out(settings: Settings) -> Path:
    """The bundle to use, there to be read; the one that ships is written beside the index. Raises: OSError."""
    path = bundle_path(settings)
    if not settings.directory.bundle:
        content = bundle.build(*formats.shipped())
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            fresh = path.with_suffix(".new")
            fresh.write_bytes(content)
            fresh.replace(path)
    return path


def stamps(settings: Settings) -> tuple[Stamp | None, Stamp | None]:
    """Of index and bundle as they are now."""
    return _stamp(settings.index_path), _stamp(bundle_path(settings))


def build_command(settings: Settings) -> list[str]:
    """What makes the index, in a process of its own."""
    return [sys.executable, "-m", "kiosk.shelf", str(bundle_path(settings)), str(settings.index_path)]


def proof_command(settings: Settings) -> list[str]:
    """What reads the index through, in a process of its own; 1 when it is damaged."""
    return [sys.executable, "-m", "kiosk.shelf", str(settings.index_path)]


def site_spot(settings: Settings, places: Gazetteer) -> Spot | None:
    """Where the telephone stands: its commune, with its own point where that was measured; None: nobody said."""
    at, insee = settings.location, settings.directory.insee
    named = " ".join(part for part in (at.city, at.postal_code) if part)
    commune = places.by_insee(insee) if insee else next(iter(places.find(named)), None) if named else None
    if at.latitude is None or at.longitude is None:
        return commune
    return replace(commune or Spot(at.city), latitude=at.latitude, longitude=at.longitude)


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return Stamp(found.st_ino, found.st_size, found.st_mtime_ns)


def main(*paths: str) -> int:
    """Make the index of a bundle, or prove an index; 1, and a word for the technician, when that fails."""
    os.nice(LEAST_URGENT)
    try:
        match [Path(path) for path in paths]:
            case [source, index]:
                live.build(source, index)
            case [index]:
                live.prove(index)
            case _:
                raise BadInput("give BUNDLE INDEX, or INDEX")
    except KioskError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


LEAST_URGENT = 19

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
