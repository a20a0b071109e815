"""What an importer is given, laid out as plain files: folders are opened, what is packed is unpacked beside.

A folder stands for all the files of the format's endings in and below it; a zip or tar for the folder that it is.
"""

import bz2
import gzip
import lzma
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from kiosk.directory.sources.csv_rows import ENDINGS
from kiosk.errors import BadInput, NeedsTechnician

MOST_BYTES = 1 << 31
"""Of what one source unpacks to."""
DESCRIPTION = "datapackage.json"
"""Beside the tables of a package (frictionless); no data."""
DOCUMENTS = (".json", ".jsonl", ".ndjson", ".geojson")
"""Of the files that are looked for in a folder; tables (``csv_rows.ENDINGS``) where there are none, or beside."""
_PACKED: dict[str, Callable[[Path], Any]] = {".gz": gzip.GzipFile, ".bz2": bz2.BZ2File, ".xz": lzma.LZMAFile}
_TAPES = (".tar", ".tgz", ".tbz2", ".txz")
_FAULTS = (zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, RuntimeError, ValueError)
"""With :class:`OSError`: what unpacking a damaged or locked file raises."""


@contextmanager
def laid_out(form: str, paths: list[Path], spool: Path | None = None) -> Iterator[list[Path]]:
    """``paths`` as files that the importer of ``form`` reads, unpacked in ``spool`` until the block is left.

    A package of HSDS tables stays a folder. Raises: BadInput for a folder with nothing of the format in it, or for
    what cannot be unpacked; NeedsTechnician without room.
    """
    found: list[Path] = []
    folder = _Folder(spool)
    try:
        for path in paths:
            plain = folder.unpacked(path)
            found += folder.opened(form, plain, path) if plain.is_dir() else [plain]
        yield found
    finally:
        folder.remove()


class _Folder:
    """Where things are unpacked: made when the first one is."""

    def __init__(self, spool: Path | None) -> None:
        self._spool = spool
        self._home: Path | None = None
        self._count = 0

    def unpacked(self, path: Path) -> Path:
        """``path`` itself, or what is packed in it: a file of the same name without the ending, or a folder."""
        name = path.name.lower()
        if path.is_dir() or not path.exists():
            return path
        try:
            if name.endswith(".zip"):
                return self._zip(path)
            if name.endswith(_TAPES) or PurePosixPath(name).with_suffix("").suffix == ".tar":
                return self._tape(path)
            if (ending := path.suffix.lower()) in _PACKED:
                target = self._room() / path.stem
                with _PACKED[ending](path) as packed, target.open("wb") as file:
                    _copied(packed, file, path, MOST_BYTES)
                return target
        except (*_FAULTS, OSError) as error:
            raise BadInput(f"{path}: cannot be unpacked ({error}); give it whole, or unpacked") from error
        return path

    def opened(self, form: str, folder: Path, given: Path) -> list[Path]:
        """The files of the format in ``folder``; of HSDS, the folder itself or those below it that are packages."""
        if form == "hsds":
            homes = sorted({path.parent for path in _files(folder, (".csv",))})
            if folder in homes or (homes and (folder / DESCRIPTION).is_file()):
                return [folder]
            if homes:
                return homes
        # what is published as both is the same
        groups = [DOCUMENTS + ENDINGS] if form == "table" else [DOCUMENTS, ENDINGS]
        found = [self.unpacked(path) for path in next(filter(None, (_files(folder, some) for some in groups)), [])]
        if not found:
            wanted = " ".join(DOCUMENTS + ENDINGS)
            raise BadInput(f"{given}: no file in it that --format {form} reads ({wanted}); give such a file or folder")
        return found

    def remove(self) -> None:
        """All that was unpacked is gone."""
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)

    def _room(self) -> Path:
        try:
            if self._home is None:
                self._home = Path(tempfile.mkdtemp(dir=self._spool, prefix=".import."))
            self._count += 1
            room = self._home / str(self._count)
            room.mkdir()
        except OSError as error:
            raise NeedsTechnician(
                f"{self._spool or tempfile.gettempdir()}: {error.strerror}; make room in it"
            ) from error
        return room

    def _zip(self, path: Path) -> Path:
        home = self._room() / path.stem
        left = MOST_BYTES
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if not member.is_dir():
                    with archive.open(member) as packed:
                        left -= _filed(packed, home, member.filename, path, left)
        return _without_wrapper(home)

    def _tape(self, path: Path) -> Path:
        home = self._room() / path.name.partition(".tar")[0]
        left = MOST_BYTES
        with tarfile.open(path) as archive:
            for member in archive:
                packed = archive.extractfile(member) if member.isfile() else None
                if packed is not None:
                    left -= _filed(packed, home, member.name, path, left)
        return _without_wrapper(home)


def _filed(packed: IO[bytes], home: Path, name: str, source: Path, most: int) -> int:
    """Unpack one member below ``home``, wherever its name would lead; how many bytes it has."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    if not parts or parts[-1].startswith(".") or parts[0] == "__MACOSX":
        return 0
    target = home.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        return _copied(packed, file, source, most)


def _copied(packed: IO[bytes], file: IO[bytes], source: Path, most: int) -> int:
    size = 0
    while piece := packed.read(1 << 20):
        size += len(piece)
        if size > most:
            raise BadInput(f"{source}: it unpacks to more than {MOST_BYTES} bytes; give what is in it, unpacked")
        file.write(piece)
    return size


def _without_wrapper(home: Path) -> Path:
    """``home``, named as it is, with what its one folder holds, if that is all there is in it."""
    home.mkdir(parents=True, exist_ok=True)
    inside = list(home.iterdir())
    while len(inside) == 1 and inside[0].is_dir():
        bare = home.with_name(f"{home.name}.bare")
        inside[0].rename(bare)
        home.rmdir()
        bare.rename(home)
        inside = list(home.iterdir())
    return home


def _ending(path: Path) -> str:
    """``.json`` of ``x.json`` and of ``x.json.gz``."""
    ending = path.suffix.lower()
    return Path(path.stem).suffix.lower() if ending in _PACKED else ending


def _files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if _ending(path) in endings
        and path.name != DESCRIPTION
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
