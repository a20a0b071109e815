"""``kiosk directory``: what a person types and reads."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.directory import bundle
from kiosk.directory.bundle import Source
from kiosk.directory.record import Service
from kiosk.directory.sources.helplines import SHIPPED

PROJECT = Path(__file__).resolve().parents[2]


def test_import_verify_patch_and_apply_from_end_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, patch, again = (tmp_path / name for name in ("old", "new", "patch", "again"))
    fewer = json.loads(SHIPPED.read_text(encoding="utf-8"))
    fewer["lignes"] = fewer["lignes"][1:]
    (tmp_path / "fewer.json").write_text(json.dumps(fewer), encoding="utf-8")
    assert main(["directory", "import", "--format", "helplines", str(tmp_path / "fewer.json"), "--out", str(old)]) == 0
    assert main(["directory", "import", "--format", "helplines", str(SHIPPED), "--out", str(new), "--strict"]) == 0
    assert main(["directory", "patch", str(old), str(new), "--out", str(patch)]) == 0
    assert main(["directory", "apply", str(old), str(patch), "--out", str(again)]) == 0
    assert again.read_bytes() == new.read_bytes()
    assert main(["directory", "verify", str(again)]) == 0
    assert "sound, 33 services" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "fewer.json", "new", "old", "patch"]


def test_a_refused_line_is_told_and_reported_and_fails_only_when_strict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out, report = tmp_path / "h.json", tmp_path / "b", tmp_path / "r.json"
    source.write_text(json.dumps({"etat": "2026-11-01", "lignes": [{"numero": "x"}]}), encoding="utf-8")
    words = ["directory", "import", "--format", "helplines", str(source), "--out", str(out), "--report", str(report)]
    assert main(words) == 0
    assert main([*words, "--strict"]) == 1
    assert "refused h.json:1 numero: 'x' is not one telephone number" in capsys.readouterr().out
    refused = json.loads(report.read_text(encoding="utf-8"))["refused"]
    assert refused == [{"line": "h.json:1", "field": "numero", "reason": "'x' is not one telephone number"}]


def test_base_keeps_the_records_of_another_bundle(tmp_path: Path) -> None:
    source, first, both = tmp_path / "h.json", tmp_path / "first", tmp_path / "both"
    source.write_text(SHIPPED.read_text(encoding="utf-8").replace('"3114"', '"3199"'), encoding="utf-8")
    main(["directory", "import", "--format", "helplines", str(source), "--out", str(first)])
    main(["directory", "import", "--format", "helplines", str(SHIPPED), "--out", str(both), "--base", str(first)])
    assert bundle.verify(both.read_bytes()).manifest.counts["services"] == 34


def test_a_damaged_bundle_is_told_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b"
    path.write_bytes(b"nothing")
    assert main(["directory", "verify", str(path)]) == 1
    assert main(["directory", "verify", str(path), "--json"]) == 1
    assert '"sound": false' in capsys.readouterr().out
    assert main(["directory", "stats", str(path)]) == 2
    assert main(["directory", "apply", str(path), str(path), "--out", str(tmp_path / "o")]) == 2
    assert main(["directory", "stats", str(tmp_path / "none")]) == 2
    said = capsys.readouterr().err
    assert f"kiosk: bundle {path}: no manifest in front" in said
    assert f"kiosk: patch {path}: no manifest in front" in said
    assert f"{tmp_path / 'none'}: No such file" in said


def test_without_a_bundle_the_shipped_helplines_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert main(["directory", "show", "3114", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["phones"][0]["number"] == "3114"
    assert main(["directory", "show", "116117"]) == 0
    assert capsys.readouterr().out.startswith("À VÉRIFIER / TO BE CHECKED\n")
    assert main(["directory", "show", "nobody"]) == 2
    assert main(["directory", "stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["services"] == 33
    assert main(["directory", "verify"]) == 0


def test_an_unknown_format_is_named_with_those_there_are(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["directory", "import", "--format", "xml", "a", "--out", str(tmp_path / "b")]) == 2
    assert main(["directory", "export", "--format", "xml", "--out", str(tmp_path / "b")]) == 2
    words = capsys.readouterr().err
    assert "--format xml: not a format that can be imported; one of data-inclusion, " in words
    assert "can be exported; one of data-inclusion, " in words


def test_who_reads_only_the_first_lines_is_told_nothing_of_a_broken_pipe() -> None:
    command = [sys.executable, "-m", "kiosk", "directory", "stats"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=PROJECT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_letters_that_a_terminal_does_not_have_are_no_fault() -> None:
    command = [sys.executable, "-m", "kiosk", "directory", "stats"]
    found = subprocess.run(
        command, capture_output=True, cwd=PROJECT, env={**os.environ, "PYTHONIOENCODING": "ascii"}, check=False
    )
    assert (found.returncode, found.stderr) == (0, b"")
    assert b"Num?ros d'aide" in found.stdout


def test_who_stops_it_is_told_so(tmp_path: Path) -> None:
    source = tmp_path / "pipe"
    os.mkfifo(source)  # reading it waits for us
    command = [sys.executable, "-m", "kiosk", "directory", "verify", str(source)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=PROJECT) as process,
        source.open("wb"),  # the command reads, once this returns
    ):
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == (b"", b"kiosk: stopped\n")
    assert process.returncode == 1


def test_a_file_that_cannot_be_finished_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    out = tmp_path / "x.json"
    assert main(["directory", "export", "--format", "hsds", "--out", str(out)]) == 1
    assert f"kiosk: {out}: No space left on device; make room" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["directory", "search", "faim", "--index", str(tmp_path)]) == 2
    assert f"--index {tmp_path}: a folder; give the index in it" in capsys.readouterr().err


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_bundle_is_written_whoever_reads_what_is_said_of_it(is_closed: bool, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "kiosk",
        "directory",
        "import",
        "--format",
        "helplines",
        str(SHIPPED),
        "--out",
        "b",
    ]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    if is_closed:
        command = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=environment
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == (0 if is_closed else 1)
    assert bundle.verify(tmp_path / "b").manifest.counts["services"] == 33


def test_an_index_that_may_not_be_looked_at_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = Path.exists

    def refuse(path: Path) -> bool:
        if path.parent == tmp_path:
            raise PermissionError(13, "Permission denied")
        return looked(path)

    monkeypatch.setattr(Path, "exists", refuse)
    assert main(["directory", "search", "faim", "--index", str(tmp_path / "i")]) == 1
    assert f"{tmp_path / 'i'}: Permission denied; run this as a user who may read it" in capsys.readouterr().err


def test_an_export_says_what_it_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, undated = Source(name="essai", licence="CC0-1.0"), Service(id="essai--1", source="essai", name="Sans date")
    (tmp_path / "b").write_bytes(bundle.build([undated], [source]))
    words = ["directory", "export", str(tmp_path / "b"), "--format", "data-inclusion", "--out", str(tmp_path / "o")]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "refused essai--1 updated_on: " in said
    assert ": 0 services, 1 refused, " in said


WRONG: dict[str, tuple[str, str]] = {
    "data-inclusion": (json.dumps([{"foo": 1}, {"bar": {"x": 2}}]), "--format table with --mapping"),
    "dila": (
        json.dumps([{"source": "x", "structure_id": "x--1", "id": "x--1", "nom": "x", "telephone": "0241000000",
                     "date_maj": "2026-01-01", "thematiques": [], "frais": "gratuit", "publics": []}]),
        "it looks like data-inclusion",
    ),
    "helplines": (json.dumps([{"id": "1", "name": "x"}]), "give a helplines file"),
    "hsds": (json.dumps([{"id": "1", "type": "x", "text": "Par téléphone 0241000000", "maxdate": "2020-01-01"}]),
             "it looks like dila"),
    "table": (json.dumps([{"id": "1", "name": "x"}]), "give the mapping of its layout"),
}  # fmt: skip


@pytest.mark.parametrize("form", WRONG)
def test_a_file_of_another_kind_is_an_error_that_names_it_and_replaces_no_bundle(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "x.json", tmp_path / "b"
    content, remedy = WRONG[form]
    source.write_text(content, encoding="utf-8")
    out.write_bytes(b"the bundle of yesterday")
    words = ["directory", "import", "--format", form, str(source), "--out", str(out)]
    assert main([*words, "--mapping", "angers"] if form == "table" else words) == 2
    said = capsys.readouterr().err
    assert str(source) in said
    assert remedy in said
    assert out.read_bytes() == b"the bundle of yesterday"


def test_lines_that_are_all_bad_are_told_and_replace_no_bundle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "x.json", tmp_path / "b"
    source.write_text('[{"id": "1", "status": "active"}]', encoding="utf-8")
    words = ["directory", "import", "--format", "hsds", str(source), "--out", str(out)]
    assert main(words) == 0
    assert bundle.verify(out).manifest.counts["services"] == 0
    out.write_bytes(b"the bundle of yesterday")
    assert main(words) == 1
    assert f"nothing was taken of what was read\n{out}: there is one already; it stays" in capsys.readouterr().out
    assert out.read_bytes() == b"the bundle of yesterday"


@pytest.mark.parametrize("content", ["[]", '{"services": [], "structures": []}'])
def test_an_export_without_any_service_is_an_empty_bundle_and_says_so(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "x.json", tmp_path / "b"
    source.write_text(content, encoding="utf-8")
    words = ["directory", "import", "--format", "data-inclusion", str(source), "--out", str(out), "--strict"]
    assert main(words) == 0
    assert "nothing is in what was given: an empty export" in capsys.readouterr().out
    assert bundle.verify(out).manifest.counts == {"services": 0}
