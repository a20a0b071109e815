"""The prompts as they are shipped, and the studio that makes them."""

import logging
import shutil
import wave
from pathlib import Path

import msgspec
import numpy as np
import pytest

from kiosk.audio.frames import FADE, FULL_SCALE, RATE, Samples, gain, level_dbfs, samples
from kiosk.errors import BadInput
from kiosk.speech import studio
from kiosk.speech.catalogue import LOCALES
from kiosk.speech.espeak import LEVEL_DBFS, active_level_dbfs, levelled
from kiosk.speech.prompts import Prompts, chime
from tests.audio.sounds import sine

LANGUAGES = studio.languages()
NAMES = sorted(studio.load_spoken("fr", LOCALES))


@pytest.fixture(scope="module")
def shipped() -> Prompts:
    return Prompts.load(studio.PROMPTS, LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_has_its_recording(shipped: Prompts, language: str) -> None:
    assert sorted(shipped.names(language)) == NAMES


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_recordings_are_equally_loud_and_none_clips(shipped: Prompts, language: str) -> None:
    wrong = {
        name: (round(active_level_dbfs(clip), 1), int(np.abs(clip.astype(int)).max()))
        for name in NAMES
        for clip in (shipped.get(language, name),)
        if abs(active_level_dbfs(clip) - LEVEL_DBFS) > 1.0 or np.abs(clip.astype(int)).max() > 30_000
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_speech_begins_at_once_and_no_recording_drags(shipped: Prompts, language: str) -> None:
    """Checklist 9: speech at once. Nothing is said for longer than 15 s without a pause to act in."""
    for name in NAMES:
        clip = shipped.get(language, name)
        loud = np.flatnonzero(np.abs(clip.astype(int)) > FULL_SCALE * gain(-40.0))
        assert loud[0] <= samples(0.1), name
        assert samples(0.3) < len(clip) < samples(15.0), name


def test_all_recordings_together_are_small() -> None:
    assert sum(path.stat().st_size for path in studio.PROMPTS.rglob("*") if path.is_file()) < 2_000_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_prompts_sound_the_same(shipped: Prompts, language: str) -> None:
    assert len({shipped.get(language, name).tobytes() for name in NAMES}) == len(NAMES)


def test_the_two_languages_are_two_recordings(shipped: Prompts) -> None:
    assert not np.array_equal(shipped.get("fr", "menu.greeting"), shipped.get("en", "menu.greeting"))


def test_what_a_language_lacks_is_said_in_the_first_and_else_chimed() -> None:
    french, english = sine(300.0, 0.5), sine(500.0, 0.5)
    prompts = Prompts({"fr": {"a.b": french, "a.c": french}, "en": {"a.b": english}})
    assert np.array_equal(prompts.get("en", "a.b"), english)
    assert np.array_equal(prompts.get("en", "a.c"), french)
    assert np.array_equal(prompts.get("xx", "a.c"), french)
    assert np.array_equal(prompts.get("en", "no.such"), chime())


def test_the_chime_is_heard_and_soft() -> None:
    assert -30.0 < level_dbfs(chime()) < -20.0


def write_wav(path: Path, pcm: Samples, rate: int = RATE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(pcm.tobytes())
    return path


def test_a_damaged_recording_is_left_out_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_wav(tmp_path / "fr" / "a.good.wav", sine(300.0, 0.5))
    (tmp_path / "fr" / "a.bad.opus").write_bytes(b"not sound")
    with caplog.at_level(logging.ERROR):
        prompts = Prompts.load(tmp_path, ["fr"])
    prompts.warm_up()
    assert prompts.names("fr") == {"a.good"}
    assert "a.bad.opus" in caplog.text


def test_a_file_dropped_into_the_folder_is_said_instead_and_survives_a_build(tmp_path: Path, locales: Path) -> None:
    prompts = tmp_path / "prompts"
    dropped = sine(300.0, 0.5)
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed: recordings cannot be made here")
    list(studio.build(prompts, locales))
    path = write_wav(prompts / "fr" / "menu.greeting.wav", dropped)
    assert list(studio.build(prompts, locales)) == []
    assert path.is_file()
    said = Prompts.load(prompts, ["fr"]).get("fr", "menu.greeting")
    assert np.array_equal(said[FADE:-FADE], dropped[FADE:-FADE])


def test_a_missing_folder_is_told_and_everything_chimes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        prompts = Prompts.load(tmp_path / "none", ["fr"])
    assert np.array_equal(prompts.get("fr", "menu.greeting"), chime())
    assert "build" in caplog.text


def test_loaded_recordings_begin_and_end_softly(tmp_path: Path) -> None:
    write_wav(tmp_path / "fr" / "a.b.wav", np.full(4000, 8000, dtype=np.int16))
    clip = Prompts.load(tmp_path, ["fr"]).get("fr", "a.b")
    assert abs(int(clip[0])) <= 8000 // FADE + 1
    assert abs(int(clip[-1])) <= 8000 // FADE + 1
    assert clip[2000] == 8000


# --- the studio ---


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    for language, words in (("fr", "Bonjour."), ("en", "Hello.")):
        home = tmp_path / "locales" / language
        home.mkdir(parents=True)
        (home / "screen.toml").write_text("", encoding="utf-8")
        (home / "speech.toml").write_text(f'[menu]\ngreeting = "{words}"\n', encoding="utf-8")
    return tmp_path / "locales"


@pytest.fixture
def espeak() -> None:
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed: recordings cannot be made here")


@pytest.mark.usefixtures("espeak")
def test_build_makes_what_is_missing_and_only_what_changed(tmp_path: Path, locales: Path) -> None:
    prompts = tmp_path / "prompts"
    assert list(studio.build(prompts, locales)) == ["built en/menu.greeting", "built fr/menu.greeting"]
    assert studio.stale(prompts, locales) == []
    assert list(studio.build(prompts, locales)) == []
    (locales / "en" / "speech.toml").write_text('[menu]\ngreeting = "Good morning."\n', encoding="utf-8")
    assert studio.stale(prompts, locales) == [studio.Stale("en", "menu.greeting", "espeak-ng")]
    assert list(studio.build(prompts, locales)) == ["built en/menu.greeting"]


@pytest.mark.usefixtures("espeak")
def test_build_removes_what_no_words_ask_for(tmp_path: Path, locales: Path) -> None:
    prompts = tmp_path / "prompts"
    list(studio.build(prompts, locales))
    (locales / "en" / "speech.toml").write_text('[menu]\nother = "Hello."\n', encoding="utf-8")
    assert list(studio.build(prompts, locales)) == ["built en/menu.other", "removed en/menu.greeting"]
    assert set(studio.read_manifest(prompts)["en"]) == {"menu.other"}


@pytest.mark.usefixtures("espeak")
def test_a_person_s_recording_takes_the_place_and_is_never_overwritten(tmp_path: Path, locales: Path) -> None:
    prompts = tmp_path / "prompts"
    list(studio.build(prompts, locales))
    voice = np.concatenate((np.zeros(20_000, dtype=np.int16), sine(300.0, 1.0, -35.0), np.zeros(9000, dtype=np.int16)))
    studio.adopt("fr", "menu.greeting", write_wav(tmp_path / "said.wav", voice), prompts, locales)
    clip = Prompts.load(prompts, ["fr"]).get("fr", "menu.greeting")
    assert len(clip) == pytest.approx(1.06 * RATE, abs=0.01 * RATE)
    assert active_level_dbfs(clip) == pytest.approx(-20.0, abs=1.0)
    assert studio.stale(prompts, locales) == []
    (locales / "fr" / "speech.toml").write_text('[menu]\ngreeting = "Bonsoir."\n', encoding="utf-8")
    before = studio.recording(prompts, "fr", "menu.greeting").read_bytes()
    with pytest.raises(BadInput, match=r"fr/menu\.greeting: recorded by a person"):
        list(studio.build(prompts, locales))
    assert studio.recording(prompts, "fr", "menu.greeting").read_bytes() == before


def test_a_recording_for_no_words_is_refused(tmp_path: Path, locales: Path) -> None:
    said = write_wav(tmp_path / "said.wav", sine(300.0, 1.0))
    with pytest.raises(BadInput, match=r"menu\.nothing: no such name"):
        studio.adopt("fr", "menu.nothing", said, tmp_path / "prompts", locales)


def test_a_silent_recording_is_refused() -> None:
    with pytest.raises(BadInput, match="silent"):
        levelled(np.zeros(RATE, dtype=np.int16))


def test_a_damaged_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match=r"manifest\.json.*build the prompts again"):
        studio.read_manifest(tmp_path)


def test_check_says_so_when_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert studio.main(["check"]) == 0
    assert "all prompts say their words" in capsys.readouterr().out


def test_the_manifest_is_stable_text() -> None:
    raw = (studio.PROMPTS / "manifest.json").read_bytes()
    manifest = studio.read_manifest(studio.PROMPTS)
    assert raw == msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1) + b"\n"


def test_a_prompt_that_is_asked_for_before_its_turn_is_there_at_once(tmp_path: Path) -> None:
    write_wav(tmp_path / "fr" / "a.good.wav", sine(300.0, 0.5))
    prompts = Prompts.load(tmp_path, ["fr"])
    assert len(prompts.get("fr", "a.good")) == RATE // 2
