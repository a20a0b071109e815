"""What publishers pack: opened beside, read as if it lay bare, and gone afterwards."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.directory import bundle
from kiosk.directory.sources import dila
from kiosk.directory.sources.files import laid_out
from kiosk.directory.sources.helplines import SHIPPED
from kiosk.directory.sources.report import Report
from kiosk.errors import BadInput

DATA = SHIPPED.read_bytes()


def bare(folder: Path) -> Path:
    path = folder / "h.json"
    path.write_bytes(DATA)
    return path


def in_folder(folder: Path) -> Path:
    home = folder / "given" / "2026"
    home.mkdir(parents=True)
    (home / "h.json.gz").write_bytes(gzip.compress(DATA))
    (home / "README.md").write_text("about", encoding="utf-8")
    return home.parent


def gz(folder: Path) -> Path:
    path = folder / "h.json.gz"
    path.write_bytes(gzip.compress(DATA))
    return path


def bz(folder: Path) -> Path:
    path = folder / "h.json.bz2"
    path.write_bytes(bz2.compress(DATA))
    return path


def xz(folder: Path) -> Path:
    path = folder / "h.json.xz"
    path.write_bytes(lzma.compress(DATA))
    return path


def zipped(folder: Path) -> Path:
    path = folder / "h.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/b/h.json", DATA)
        archive.writestr("__MACOSX/a/._h.json", b"x")
    return path


def tape(folder: Path) -> Path:
    path = folder / "h.tar.bz2"
    with tarfile.open(path, "w:bz2") as archive:
        member = tarfile.TarInfo("../../h.json")
        member.size = len(DATA)
        archive.addfile(member, io.BytesIO(DATA))
        link = tarfile.TarInfo("passwd.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return path


@pytest.mark.parametrize("packed", [bare, in_folder, gz, bz, xz, zipped, tape])
def test_the_same_data_give_the_same_bundle_however_they_are_packed(
    packed: Callable[[Path], Path], tmp_path: Path
) -> None:
    given, out = tmp_path / "given_here", tmp_path / "out"
    given.mkdir()
    out.mkdir()
    words = ["directory", "import", "--format", "helplines", str(packed(given)), "--out", str(out / "b"), "--strict"]
    assert main(words) == 0
    assert main([*words[:4], str(SHIPPED), "--out", str(out / "c")]) == 0
    assert (out / "b").read_bytes() == (out / "c").read_bytes()
    assert bundle.manifest_of(out / "b").counts["services"] == 33
    assert sorted(path.name for path in out.iterdir()) == ["b", "c"]


def read(path: Path) -> None:
    """Import ``path``, as the command does."""
    with laid_out("dila", [path], path if path.is_dir() else path.parent) as found:
        list(dila.read(found, Report())[0])


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz", "x.json.gz", "x.json.xz", "x.json.bz2", "x.tar"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", gzip.compress(DATA)[:-900]])
def test_what_cannot_be_unpacked_is_refused_by_name_and_nothing_is_left(
    name: str, content: bytes, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=f"{name}: cannot be unpacked|x.json: empty"):
        read(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_folder_without_anything_to_read_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("about", encoding="utf-8")
    with pytest.raises(BadInput, match=r"no file in it that --format dila reads \(\.json"):
        read(tmp_path)


def test_packages_below_a_folder_stay_packages(tmp_path: Path) -> None:
    for town in ("a", "b"):
        (tmp_path / town).mkdir()
        (tmp_path / town / "services.csv").write_text("id,name\n1,Soup\n", encoding="utf-8")
    with laid_out("hsds", [tmp_path]) as found:
        assert found == [tmp_path / "a", tmp_path / "b"]


def test_a_folder_or_a_missing_one_is_no_place_to_write_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["directory", "import", "--format", "helplines", str(SHIPPED), "--out"]
    assert main([*words, str(tmp_path / "none" / "b")]) == 2
    assert main([*words, str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "no such folder" in said
    assert "give the name of a file" in said
