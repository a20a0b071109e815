"""What nobody recorded is heard sentence by sentence, and nothing of it outlives the visit."""

import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kiosk.audio.frames import FRAME, FRAME_BYTES, Samples
from kiosk.audio.mixer import Mixer
from kiosk.audio.scene import Scene, Tone
from kiosk.demo.stage import wait_until
from kiosk.errors import NeedsTechnician
from kiosk.rules import tongue_of
from kiosk.speech import voice
from kiosk.speech.entries import distance
from kiosk.speech.espeak import LEVEL_DBFS, active_level_dbfs, synthesize
from kiosk.speech.openings import time_words
from kiosk.speech.prompts import Prompts
from kiosk.speech.readings import number_aloud, spelled_out
from kiosk.speech.sentence import Sentence
from kiosk.speech.voice import INSTEAD, NOTHING, Saying, Voice, rendered
from tests.fakes.directory import NOW

READ_SCREEN = np.full(FRAME, 7000, dtype=np.int16)
PROMPTS = Prompts({"fr": {INSTEAD: READ_SCREEN}})
FRENCH, ENGLISH = tongue_of("fr"), tongue_of("en")
ONE, TWO, THREE = (Sentence("fr", words) for words in ("un", "deux", "trois"))


def clip(sentence: Sentence) -> Samples:
    """Its sound in these tests: a level of its own."""
    return np.full(FRAME, 1000 * len(sentence.words), dtype=np.int16)


class Studio:
    """Renders when it is allowed to, and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Sentence] = []
        self._allowed = threading.Semaphore(0)

    def render(self, sentence: Sentence) -> Samples:
        self.asked.append(sentence)
        assert self._allowed.acquire(timeout=10)
        return clip(sentence)

    def allow(self, count: int) -> None:
        self._allowed.release(count)


def page(seq: int, *sentences: Sentence) -> Scene:
    return Scene(seq=seq, text=sentences, tone=Tone.READY)


def ready(*sayings: Saying) -> bool:
    return wait_until(lambda: all(each.clip is not None for each in sayings), 10)


def test_the_first_sentence_is_there_while_the_second_is_made() -> None:
    studio = Studio()
    sayings = Voice(PROMPTS, studio.render).follow(page(1, ONE, TWO))
    studio.allow(1)
    assert ready(sayings[0])
    assert wait_until(lambda: studio.asked == [ONE, TWO], 10)
    assert sayings[1].clip is None
    studio.allow(1)
    assert ready(*sayings)


def test_a_new_page_gives_up_what_the_old_one_still_wanted() -> None:
    studio = Studio()
    made = Voice(PROMPTS, studio.render)
    old = made.follow(page(1, ONE, TWO))
    assert wait_until(lambda: studio.asked == [ONE], 10)
    new = made.follow(page(2, THREE))
    studio.allow(2)
    assert ready(*new)
    assert studio.asked == [ONE, THREE]
    assert [each.clip for each in old] == [None, None]


def test_what_was_made_is_kept_until_the_handset_is_hung_up() -> None:
    studio = Studio()
    studio.allow(3)
    made = Voice(PROMPTS, studio.render)
    assert ready(*made.follow(page(1, ONE)))
    again = made.follow(page(2, ONE))
    assert again[0].clip is not None, "said again at once"
    assert studio.asked == [ONE]
    made.follow(Scene(seq=3))
    assert ready(*made.follow(page(4, ONE)))
    assert studio.asked == [ONE, ONE]


def test_a_voice_that_fails_sends_the_person_to_the_screen_once() -> None:
    def render(sentence: Sentence) -> Samples:
        if sentence == TWO:
            raise NeedsTechnician("espeak-ng: not found; install the package espeak-ng")
        return clip(sentence)

    sayings = Voice(PROMPTS, render).follow(page(1, ONE, TWO, THREE))
    assert ready(*sayings)
    assert [_same(each.clip) for each in sayings] == [_same(clip(ONE)), _same(READ_SCREEN), _same(NOTHING)]


def _same(sound: Samples | None) -> bytes | None:
    return None if sound is None else sound.tobytes()


def heard(mixer: Mixer, frames: int) -> list[int]:
    """The loudest sample of each of the next frames, in thousands."""
    said = (np.frombuffer(mixer.render(bytes(FRAME_BYTES)), dtype=np.int16) for _ in range(frames))
    return [round(float(np.abs(each[FRAME // 2 :].astype(int)).max()) / 1000) for each in said]


def test_the_ear_hears_the_tone_until_a_sentence_is_ready_and_a_key_cuts_it_in_the_next_frame() -> None:
    mixer = Mixer(PROMPTS, -60.0)
    sayings = (Saying(ONE), Saying(TWO))
    mixer.play(page(1, ONE, TWO), sayings)
    quiet = heard(mixer, 5)
    assert max(quiet) <= 1
    raw = np.frombuffer(mixer.render(bytes(FRAME_BYTES)), dtype=np.int16)
    assert np.abs(raw.astype(int)).max() > 200, "waiting is never silence"
    sayings[0].clip = np.full(10 * FRAME, 4000, dtype=np.int16)
    assert heard(mixer, 5)[1:] == [4, 4, 4, 4]
    mixer.play(page(2), ())
    assert max(heard(mixer, 3)[1:]) <= 1


def test_the_volume_key_does_not_begin_the_sentence_again() -> None:
    mixer = Mixer(PROMPTS, -60.0)
    saying = Saying(ONE)
    saying.clip = np.concatenate([np.full(5 * FRAME, level, dtype=np.int16) for level in (2000, 6000)])
    mixer.play(page(1, ONE), (saying,))
    heard(mixer, 6)
    louder = Scene(seq=2, text=(ONE,), tone=Tone.READY, volume=-1)
    mixer.play(louder, (saying,))
    assert heard(mixer, 3)[1] == 4, "6,000 less 3 dB: it goes on where it was"


@pytest.fixture
def espeak_ng() -> None:
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed: nothing can be said that nobody recorded")


@pytest.mark.usefixtures("espeak_ng")
def test_what_is_made_is_as_loud_as_the_recorded_prompts() -> None:
    sound = rendered(Sentence("fr", "Samu social, ouvert jour et nuit."))
    assert abs(active_level_dbfs(sound) - LEVEL_DBFS) < 1.0
    assert len(rendered(Sentence("fr", "\u2026"))) == 0, "signs alone say nothing, and are no failure"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Puts a shell script in the synthesizer's place."""

    def put(script: str) -> Path:
        path = tmp_path / "espeak-ng"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        return tmp_path

    return put


def test_no_list_of_processes_shows_what_is_read_out(program: Callable[[str], Path]) -> None:
    folder = program('echo "$@" > "$(dirname "$0")/arguments"; exit 1')
    with pytest.raises(NeedsTechnician, match="espeak-ng: failed"):
        synthesize("fr", "Dormir ce soir")
    assert "Dormir" not in (folder / "arguments").read_text()


@pytest.mark.parametrize(
    ("script", "told"), [("exit 3", "failed"), ("echo nonsense", "cannot be run"), ("exec sleep 30", "said nothing")]
)
def test_a_synthesizer_that_is_broken_is_told_and_never_waited_for(
    program: Callable[[str], Path], script: str, told: str
) -> None:
    program(script)
    with pytest.raises(NeedsTechnician, match=told):
        synthesize("fr", "bonjour", timeout_s=0.3)


def test_one_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NeedsTechnician, match="install the package espeak-ng"):
        synthesize("fr", "bonjour")


def test_memory_for_the_way_back_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "KEPT", 2 * FRAME)
    studio = Studio()
    studio.allow(10)
    made = Voice(PROMPTS, studio.render)
    assert ready(*made.follow(page(1, ONE, TWO, THREE)))
    assert ready(*made.follow(page(2, THREE, TWO, ONE)))
    assert studio.asked == [ONE, TWO, THREE, ONE]


def phonemes(language: str, words: str) -> list[str]:
    """What espeak-ng would say, sound by sound, without stress and pauses."""
    command = ["espeak-ng", "-v", {"fr": "fr-fr", "en": "en-gb"}[language], "-q", "-x", "--stdin", "-b", "1"]
    said = subprocess.run(command, input=words.encode(), capture_output=True, timeout=20, check=True).stdout.decode()
    return "".join(c for c in said if c not in "',_|:-;!\n ").split()


@pytest.mark.usefixtures("espeak_ng")
@pytest.mark.parametrize(
    ("language", "said", "spelled"),
    [
        ("fr", time_words(NOW.replace(hour=18, minute=30), FRENCH, aloud=True), "dix-huit heures trente"),
        ("fr", time_words(NOW.replace(hour=21), FRENCH, aloud=True), "vingt et une heures"),
        ("fr", spelled_out("de 21h à 1h"), "de vingt et une heures à une heure"),
        ("fr", distance(0.8, FRENCH, aloud=True), "à huit cents mètres"),
        ("fr", distance(12.2, FRENCH, aloud=True), "à environ douze kilomètres"),
        ("fr", number_aloud("0800190000"), "zéro huit cents, dix-neuf, zéro zéro, zéro zéro"),
        ("fr", number_aloud("3114"), "trente et un, quatorze"),
        ("fr", spelled_out("CCAS"), "cé cé a èsse"),
        ("fr", spelled_out("12 bd St-Michel"), "douze boulevard Saint-Michel"),
        ("en", time_words(NOW.replace(hour=18, minute=30), ENGLISH, aloud=True), "six thirty p m"),
        ("en", number_aloud("115", "en"), "one one five"),
    ],
)
def test_numbers_times_and_acronyms_sound_as_their_words_do(language: str, said: str, spelled: str) -> None:
    assert phonemes(language, said) == phonemes(language, spelled)
