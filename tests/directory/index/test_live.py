"""The index in use: swapped in whole or not at all, and made again when it is damaged."""

import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import msgspec
import pytest

from kiosk.directory import bundle
from kiosk.directory.bundle import Source
from kiosk.directory.index import live
from kiosk.directory.index.schema import INDEX_VERSION
from kiosk.directory.index.store import Damaged, Index
from kiosk.directory.parts import Phone
from kiosk.directory.sources import helplines
from kiosk.directory.sources.report import Report
from kiosk.errors import BadInput, NeedsTechnician
from tests.directory.search.towns import line, made, relay

PROJECT = Path(__file__).resolve().parents[3]


def names(index: Index) -> set[str]:
    """The ids of the records that are not helplines that ship."""
    lines = index.lines(range(index.relays))
    index.close()
    return {text.split(b'"id":"')[1].split(b'"')[0].decode() for text in lines if b'"source":"essai"' in text}


def test_building_leaves_index_and_seal_alone_and_adds_the_helplines_that_ship(tmp_path: Path) -> None:
    index = made(tmp_path, relay("a"), relay("b"))
    assert sorted(path.name for path in tmp_path.iterdir()) == [".index.lock", "bundle", "index", "index.seal"]
    opened = live.opened(index)
    assert opened.relays == 2 + 33
    assert opened.line_of("helplines-fr--3114") is not None
    assert names(opened) == {"essai--a", "essai--b"}


@pytest.mark.parametrize("has_helplines", [False, True])
def test_what_another_source_says_of_a_helpline_is_left_out_and_nothing_else(
    has_helplines: bool, tmp_path: Path
) -> None:
    """Sheets of 2020 have the hours and prices of 2020."""
    known, other = Phone("3919"), Phone("0800111222")
    ours, sources = helplines.read([helplines.SHIPPED], Report())
    services = [
        msgspec.structs.replace(line("same", "Femmes"), phones=(known,)),
        msgspec.structs.replace(line("checked", "Femmes"), phones=(known,), verified_on=date(2026, 11, 22)),
        msgspec.structs.replace(line("also", "Femmes et autres"), phones=(known, other)),
        msgspec.structs.replace(line("other", "Autres"), phones=(other,)),
        relay("place", "Permanence", phones=(known,)),
        relay("mute", "Rien", phones=()),
    ]
    source = tmp_path / "bundle"
    named = [Source(name="essai", licence="CC0-1.0"), *(sources if has_helplines else ())]
    source.write_bytes(bundle.build([*services, *(ours if has_helplines else ())], named))
    assert live.build(source, tmp_path / "index") == 5 + 33
    opened = live.opened(tmp_path / "index")
    assert names(opened) == {"essai--checked", "essai--also", "essai--other", "essai--place", "essai--mute"}


def test_the_same_bundle_gives_the_same_index_byte_for_byte(tmp_path: Path) -> None:
    index = made(tmp_path, relay("a"), relay("b"), line("c", "Écoute"))
    before = index.read_bytes()
    live.build(tmp_path / "bundle", index)
    assert index.read_bytes() == before


def test_who_reads_the_old_index_keeps_it_until_it_opens_the_new_one(tmp_path: Path) -> None:
    index = made(tmp_path, relay("old"))
    reader = live.opened(index)
    made(tmp_path, relay("new"))
    assert reader.line_of("essai--old") is not None
    assert reader.line_of("essai--new") is None
    assert names(reader) == {"essai--old"}
    assert names(live.opened(index)) == {"essai--new"}


def garbage_in_the_middle(index: Path) -> None:
    content = bytearray(index.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4096] = os.urandom(4096)
    index.write_bytes(content)


def older_release(index: Path) -> None:
    base = sqlite3.connect(index)
    base.execute(f"PRAGMA user_version = {INDEX_VERSION - 1}")
    base.close()
    (index.with_name("index.seal")).write_bytes(b"[]")


def other_database(index: Path) -> None:
    index.unlink()
    base = sqlite3.connect(index)
    base.execute("CREATE TABLE x (y)")
    base.close()


DAMAGE = [
    pytest.param(lambda index: index.unlink(), id="missing"),
    pytest.param(lambda index: index.write_bytes(b""), id="empty"),
    pytest.param(lambda index: index.write_bytes(b"no database"), id="no database"),
    pytest.param(lambda index: index.write_bytes(index.read_bytes()[:30_000]), id="cut short"),
    pytest.param(garbage_in_the_middle, id="garbage in the middle"),
    pytest.param(other_database, id="another database"),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_refused_and_built_again_by_itself(tmp_path: Path, damage: object) -> None:
    index = made(tmp_path, relay("a"))
    whole = index.read_bytes()
    damage(index)  # type: ignore[operator]
    with pytest.raises(Damaged, match="build it"):
        live.opened(index)
    assert names(live.opened_or_rebuilt(index, tmp_path / "bundle")) == {"essai--a"}
    assert index.read_bytes() == whole


def test_an_index_of_an_older_release_is_built_again(tmp_path: Path) -> None:
    index = made(tmp_path, relay("a"))
    older_release(index)
    with pytest.raises(Damaged, match="no index of this release"):
        live.opened(index)
    assert names(live.opened_or_rebuilt(index, tmp_path / "bundle")) == {"essai--a"}


def test_the_seal_remembers_the_bundle(tmp_path: Path) -> None:
    index = made(tmp_path, relay("a"))
    index.write_bytes(b"spoiled")
    assert names(live.opened_or_rebuilt(index)) == {"essai--a"}
    (tmp_path / "bundle").unlink()
    index.write_bytes(b"spoiled")
    with pytest.raises(Damaged):
        live.opened_or_rebuilt(index)


def test_a_copy_without_its_seal_is_read_through_once(tmp_path: Path) -> None:
    index = made(tmp_path, relay("a"))
    copy = tmp_path / "copy"
    shutil.copy(index, copy)
    assert names(live.opened(copy)) == {"essai--a"}
    copy.write_bytes(index.read_bytes()[:-8192])
    with pytest.raises(Damaged):
        live.opened(copy)


def test_a_bad_bundle_leaves_the_old_index(tmp_path: Path) -> None:
    index = made(tmp_path, relay("a"))
    (tmp_path / "bad").write_bytes((tmp_path / "bundle").read_bytes()[:-10])
    with pytest.raises(BadInput):
        live.build(tmp_path / "bad", index)
    assert not (tmp_path / ".index.new").exists()
    assert names(live.opened(index)) == {"essai--a"}


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    made(tmp_path, relay("a"))
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NeedsTechnician, match="make its folder writable"):
        live.build(tmp_path / "bundle", tmp_path / "file" / "index")


def test_what_is_swapped_in_is_on_the_card_before_it_has_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = made(tmp_path, relay("a"))
    done: list[str] = []
    sync, replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        done.append(f"sync {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        sync(descriptor)

    def rename(self: Path, target: Path) -> Path:
        done.append(f"{self.name} > {target.name}")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", rename)
    live.build(tmp_path / "bundle", index)
    assert done == [
        "sync .index.new",
        "sync .index.seal.new",
        ".index.seal.new > index.seal",
        ".index.new > index",
        f"sync {tmp_path.name}",
    ]


KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk.directory.index import live
from tests.directory.index.test_live import names

folder, source, every = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
index = folder / "index"
seen = set()
at = 0
while True:
    at += every
    child = os.fork()
    if child == 0:
        left = at

        def hook(event, arguments):
            global left
            if event in WATCHED:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        WATCHED = {"open", "os.rename", "os.remove", "os.open", "sqlite3.connect", "object.__getattr__", "os.listdir"}
        sys.addaudithook(hook)
        live.build(source, index)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    seen.add(tuple(sorted(names(live.opened(index)))))
    if status == 0:
        break
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert at < 2000
print(at // every, sorted(seen))
"""


def test_a_kill_at_any_step_leaves_the_old_index_or_the_new_one(tmp_path: Path) -> None:
    made(tmp_path, relay("old"))
    (tmp_path / "other").mkdir()
    made(tmp_path / "other", relay("new"))
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(tmp_path / "other" / "bundle"), "5"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    kills, _, seen = done.stdout.strip().partition(" ")
    assert int(kills) > 5
    assert seen == "[('essai--new',), ('essai--old',)]"
    # the builder that came through took away what the dead ones left
    assert sorted(path.name for path in tmp_path.iterdir()) == [".index.lock", "bundle", "index", "index.seal", "other"]


def test_a_kill_in_the_midst_of_writing_leaves_the_old_index(tmp_path: Path) -> None:
    """Steps are seen between writes; this one dies inside, as soon as the new file has grown."""
    index = made(tmp_path, relay("old"))
    (tmp_path / "other").mkdir()
    made(tmp_path / "other", *(relay(f"n{count}") for count in range(300)))
    code = "import sys; from pathlib import Path; from kiosk.directory.index import live; print(flush=True)\n"
    code += "while True: live.build(Path(sys.argv[1]), Path(sys.argv[2]).with_name('never'))"
    fresh = tmp_path / ".never.new"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "other" / "bundle"), str(index)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
    ) as builder:
        assert builder.stdout is not None
        builder.stdout.readline()
        for _ in range(10_000_000):
            if fresh.exists():
                break
        builder.kill()
    assert names(live.opened(index)) == {"essai--old"}
    live.build(tmp_path / "other" / "bundle", tmp_path / "never")
    assert not fresh.exists()
    assert len(names(live.opened(tmp_path / "never"))) == 300
