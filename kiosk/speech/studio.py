"""Where recordings are made: from the words of ``speech.toml`` by espeak-ng, or adopted from a person's.

``config/prompts/manifest.json`` keeps, for each recording, the hash of the words it says and who says them, so that
words that changed without their recording are found (``check``, and a test). Runs at a desk, never on a terminal in
service.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk.audio.files import read_recording, write_opus
from kiosk.audio.frames import Samples
from kiosk.errors import BadInput, KioskError
from kiosk.speech.catalogue import LOCALES, load
from kiosk.speech.espeak import levelled, synthesize

PROMPTS = LOCALES.parent / "prompts"
SYNTHETIC = "espeak-ng"
RECORDED = "recorded"


class Entry(msgspec.Struct, frozen=True):
    """One recording in the manifest."""

    words_sha256: str
    voice: str
    """``espeak-ng`` or ``recorded``."""


Manifest = dict[str, dict[str, Entry]]
"""By language and name."""


@dataclass(frozen=True)
class Stale:
    """A prompt whose recording is missing, or says other words than the catalogue."""

    language: str
    name: str
    voice: str
    """Of the outdated recording; empty when there is none."""


def languages(locales: Path = LOCALES) -> list[str]:
    """All that have words to be spoken."""
    return sorted(home.name for home in locales.iterdir() if (home / "speech.toml").is_file())


def stale(prompts: Path = PROMPTS, locales: Path = LOCALES) -> list[Stale]:
    """What has to be recorded (again)."""
    manifest = read_manifest(prompts)
    found = []
    for language in languages(locales):
        for name, words in load_spoken(language, locales).items():
            entry = manifest.get(language, {}).get(name)
            if entry is None or not recording(prompts, language, name).is_file():
                found.append(Stale(language, name, ""))
            elif entry.words_sha256 != words_hash(words):
                found.append(Stale(language, name, entry.voice))
    return found


def orphans(prompts: Path = PROMPTS, locales: Path = LOCALES) -> list[Path]:
    """Synthetic recordings that no words ask for any more; what people recorded is theirs to remove."""
    wanted = {(language, name) for language in languages(locales) for name in load_spoken(language, locales)}
    return sorted(
        recording(prompts, language, name)
        for language, entries in read_manifest(prompts).items()
        for name, entry in entries.items()
        if entry.voice == SYNTHETIC and (language, name) not in wanted
    )


def build(prompts: Path = PROMPTS, locales: Path = LOCALES) -> Iterator[str]:
    """Make what is stale with espeak-ng, yielding a line for each; remove orphans.

    A person's recording is never overwritten: Raises BadInput at the end if one says outdated words.
    """
    refused = []
    for job in stale(prompts, locales):
        if job.voice == RECORDED:
            refused.append(f"{job.language}/{job.name}")
            continue
        words = load_spoken(job.language, locales)[job.name]
        _put(prompts, job.language, job.name, levelled(synthesize(_speaker(job), words)), words, SYNTHETIC)
        yield f"built {job.language}/{job.name}"
    for path in orphans(prompts, locales):
        path.unlink(missing_ok=True)
        yield f"removed {path.parent.name}/{path.stem}"
    _prune_manifest(prompts, locales)
    if refused:
        raise BadInput(
            f"{', '.join(refused)}: recorded by a person, but the words have changed since; "
            "record them again and adopt them, or delete the recording to have it synthesized"
        )


def _speaker(job: Stale) -> str:
    """The language whose voice says it: the offer of a language (``language.xx``) is made in that language."""
    table, _, key = job.name.partition(".")
    return key if table == "language" else job.language


def adopt(language: str, name: str, source: Path, prompts: Path = PROMPTS, locales: Path = LOCALES) -> None:
    """Put a person's recording in place: made mono, 16 kHz, trimmed and levelled like all others.

    Raises: BadInput when no words have that name, or the file is no sound.
    """
    spoken = load_spoken(language, locales)
    if name not in spoken:
        raise BadInput(f"{name}: no such name in {language}/speech.toml; add the words first")
    _put(prompts, language, name, levelled(read_recording(source)), spoken[name], RECORDED)


def load_spoken(language: str, locales: Path) -> Mapping[str, str]:
    """The words to be spoken, by name."""
    return load(language, locales).spoken


def words_hash(words: str) -> str:
    """Names the words in the manifest."""
    return hashlib.sha256(words.encode()).hexdigest()


def recording(prompts: Path, language: str, name: str) -> Path:
    """Where it lies."""
    return prompts / language / f"{name}.opus"


def read_manifest(prompts: Path) -> Manifest:
    """What the recordings say; empty when there is no manifest. Raises: BadInput when it is damaged."""
    path = prompts / "manifest.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        return {}
    except msgspec.DecodeError as error:
        raise BadInput(f"{path}: {error}; delete it and build the prompts again") from error


def _put(prompts: Path, language: str, name: str, pcm: Samples, words: str, voice: str) -> None:
    path = recording(prompts, language, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_opus(path, pcm)
    manifest = read_manifest(prompts)
    manifest.setdefault(language, {})[name] = Entry(words_hash(words), voice)
    _write_manifest(prompts, manifest)


def _prune_manifest(prompts: Path, locales: Path) -> None:
    manifest = read_manifest(prompts)
    kept = {
        language: {name: entry for name, entry in entries.items() if name in load_spoken(language, locales)}
        for language, entries in manifest.items()
        if language in languages(locales)
    }
    if kept != manifest:
        _write_manifest(prompts, kept)


def _write_manifest(prompts: Path, manifest: Manifest) -> None:
    text = msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1) + b"\n"
    new = prompts / "manifest.json.new"
    new.write_bytes(text)
    new.replace(prompts / "manifest.json")


def main(arguments: Sequence[str]) -> int:
    """The command line: 0 when all is well, 1 when something is outdated or refused."""
    parser = argparse.ArgumentParser(prog="python -m kiosk.speech.prompts", description="Make the spoken prompts.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="synthesize what is missing or outdated; remove what no words ask for")
    commands.add_parser("check", help="name what is missing, outdated or left over")
    taking = commands.add_parser("adopt", help="use a person's recording")
    taking.add_argument("language", help="fr, en, ...")
    taking.add_argument("name", help="name in speech.toml: table.key")
    taking.add_argument("recording", type=Path, help="WAV, FLAC or Ogg file")
    given = parser.parse_args(arguments)
    try:
        if given.command == "build":
            for line in build():
                sys.stdout.write(f"{line}\n")
        elif given.command == "adopt":
            adopt(given.language, given.name, given.recording)
        wrong = [f"{one.language}/{one.name}: missing or outdated" for one in stale()]
        wrong += [f"{path.parent.name}/{path.name}: no words ask for it" for path in orphans()]
    except KioskError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    if given.command == "check":
        sys.stdout.write("\n".join(wrong or ["all prompts say their words"]) + "\n")
    return 1 if wrong and given.command == "check" else 0
