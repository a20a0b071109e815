"""``kiosk directory build`` and ``search``: what a person types, and the JSON that programs read."""

import json
import os
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.directory.parts import Confidence, Hours, Place
from kiosk.outbox.clock import ClockQuality, SystemClock
from tests.directory.search.towns import FOOD, line, made, relay


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    return made(
        folder,
        relay("jour", "Accueil de jour", needs=(FOOD,), hours=Hours("Mo-Fr 09:00-17:00"), languages=("fr", "ar")),
        line("c", "Ligne alimentaire", FOOD, confidence=Confidence.C),
        relay("reunion", "Table", needs=(FOOD,), place=Place(postcode="97410", insee="97416")),
    )


def search(index: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert main(["directory", "search", *words, "--index", str(index), "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_an_index_that_turns_out_damaged_while_it_is_read_is_built_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = made(tmp_path, relay("jour", "Accueil de jour", needs=(FOOD,)))
    whole, known = index.read_bytes(), index.stat()
    wrong = whole.replace(b'"0200000000"', b'"7200000000"')  # a page has copies that nobody reads any more
    for words in (["search", "accueil", "de", "jour"], ["show", "jour"]):
        index.write_bytes(wrong)
        os.utime(index, ns=(known.st_atime_ns, known.st_mtime_ns))
        assert main(["directory", *words, "--index", str(index), "--json"]) == 0
        said = capsys.readouterr().out
        assert '"0200000000"' in said
        assert '"7200000000"' not in said
        assert index.read_bytes() == whole
        known = index.stat()


def test_words_may_stand_on_both_sides_of_an_option(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert search(index, capsys, "accueil", "--limit", "1", "de", "jour")["query"] == "accueil de jour"
    with pytest.raises(SystemExit, match="2"):
        main(["directory", "search", "accueil", "--limits", "1"])
    with pytest.raises(SystemExit, match="2"):
        main(["directory", "stats", "a", "b"])


@pytest.mark.parametrize("is_named", [False, True])
def test_a_clock_that_may_be_wrong_is_told_unless_the_time_is_named(
    index: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, is_named: bool
) -> None:
    monkeypatch.setattr(SystemClock, "quality", lambda self: ClockQuality.NONE)
    when = ["--open-at", "2026-11-24T10:00"] if is_named else []
    assert main(["directory", "search", "accueil", "--near", "Angers", *when, "--index", str(index)]) == 0
    said = capsys.readouterr().out
    assert ("does not know the time" in said) is not is_named
    assert ("     open, 2026-11-24T17:00+01:00" in said) is is_named


def test_the_answer_as_json(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--near", "Angers", "--radius", "30", "--open-at", "2026-11-24T10:00", "--limit", "1")
    found = search(index, capsys, "accueil", "de", "jour", *where)
    assert found.pop("took_ms")
    clock = found.pop("clock")
    assert isinstance(clock, dict)
    assert sorted(clock) == ["now", "trusted"]
    assert found == {
        "query": "accueil de jour",
        "results": [
            {
                "id": "essai--jour",
                "name": "Accueil de jour",
                "level": "local",
                "phones": [{"number": "0200000000", "cost": "unknown", "channel": "voice"}],
                "open": {"state": "open", "until": "2026-11-24T17:00+01:00"},
                "distance_km": pytest.approx(0.9, abs=0.3),
                "languages": ["fr", "ar"],
                "capacity": "unknown",
                "verified_on": None,
            }
        ],
    }


def test_bytes_that_are_no_text_are_answered_too(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = search(index, capsys, "\udcff manger")
    assert found["query"] == "? manger"
    assert found["results"]


def test_closed_says_when_it_opens_and_explain_says_why(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = search(index, capsys, "accueil", "--near", "49000", "--open-at", "2026-11-24T20:00:00+01:00", "--explain")
    results = {one["id"]: one for one in found["results"]}  # type: ignore[attr-defined]
    one = results["essai--jour"]
    assert one["open"] == {"state": "closed", "opens_at": "2026-11-25T09:00+01:00"}
    assert sum(why["points"] for why in one["why"]) == pytest.approx(one["score"], abs=0.01)
    assert {"name": "open", "value": "closed", "points": -250.0} in one["why"]


def test_a_line_to_be_checked_is_marked(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = search(index, capsys, "ligne alimentaire")
    marked = [one["id"] for one in found["results"] if one.get("to_be_checked")]  # type: ignore[attr-defined]
    assert marked == ["essai--c"]
    assert main(["directory", "search", "ligne alimentaire", "--index", str(index)]) == 0
    assert "À VÉRIFIER / TO BE CHECKED" in capsys.readouterr().out


@pytest.mark.parametrize("near", ["-21.34,55.48", "97410", "97416", "Saint-Pierre 974", "la Réunion"])
def test_a_place_is_a_name_a_code_or_a_point(index: Path, capsys: pytest.CaptureFixture[str], near: str) -> None:
    found = search(index, capsys, "manger", "--near", near, "--open-at", "2026-11-24T10:00")
    assert found["results"][0]["id"] == "essai--reunion"  # type: ignore[index]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--near", "Xyzzyville"], "--near Xyzzyville: no such place; give a commune, a postcode"),
        (["--near", "95.0,2.0"], "--near 95.0,2.0: no point on earth"),
        (["--need", "sante--adictions"], "--need sante--adictions: no such need; did you mean sante--addictions"),
        (["--audience", "femme"], "--audience femme: no such audience; did you mean femmes?"),
        (["--language", "arabe"], "--language arabe: no such language; give its ISO 639 code"),
        (["--language", "xx"], "--language xx: no such language"),
        (["--open-at", "mardi"], "--open-at mardi: no date and time; give ISO 8601"),
        (["--radius", "-3"], "--radius -3: give kilometres"),
        (["--radius", "3"], "--radius 3: from where? give --near PLACE"),
        (["--limit", "0"], "--limit 0: give 1 to 100"),
        (["--index", "/nowhere/index"], "--index /nowhere/index: no such file; make it: kiosk directory build"),
    ],
)
def test_what_is_not_known_is_named_with_its_remedy(
    index: Path, capsys: pytest.CaptureFixture[str], words: list[str], error: str
) -> None:
    assert main(["directory", "search", "dormir", "--index", str(index), *words]) == 2
    assert error in capsys.readouterr().err


def test_build_makes_an_index_that_search_and_show_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(tmp_path, relay("a", "Vestiaire"))
    index = tmp_path / "other"
    assert main(["directory", "build", str(tmp_path / "bundle"), "--index", str(index)]) == 0
    assert f"{index}: 34 services" in capsys.readouterr().out
    assert search(index, capsys, "vestiaire")["results"][0]["id"] == "essai--a"  # type: ignore[index]
    assert main(["directory", "show", "a", "--index", str(index), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "Vestiaire"
    assert main(["directory", "build", str(index), "--index", str(index)]) == 2


def test_without_an_index_one_is_built_once_from_the_helplines_that_ship(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KIOSK_CONFIG", str(_site(tmp_path)))
    assert main(["directory", "search", "je veux mourir", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["results"][0]["id"] == "helplines-fr--3114"
    (built,) = tmp_path.rglob("*.sqlite")
    stamp = built.stat()
    assert main(["directory", "search", "sucide"]) == 0
    assert "Numéro national de prévention du suicide (national)" in capsys.readouterr().out
    assert built.stat() == stamp


def _site(folder: Path) -> Path:
    path = folder / "site.toml"
    path.write_text(f'[terminal]\nid = "essai"\nstate_dir = "{folder / "state"}"\n', encoding="utf-8")
    return path
