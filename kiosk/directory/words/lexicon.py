"""One language's plain words for needs, read from ``config/directory/words/LANGUAGE.toml`` and checked.

The file, for people who edit it (docs/words.md):

``empty``
    Little words that say nothing ("je", "de"): they may stand between the words of a phrase.
``common``
    Words that are never a slip of the pen for another one; beside them the many of ``ordinary/LANGUAGE.txt``.
``apart``
    Words that are cut to the stem of another one by chance, and mean something else: "mois" is not "moisi".
``idioms``
    Phrases that mean no need, and take their words from those that would: "coup de main", "feu rouge".
``[spellings]``
    What people type, and what it stands for: ``jveu = "je veux"``.
``[groups]``
    Words that may stand for each other: ``partner = "mari, copain"``; a phrase says ``@partner``.
``[needs.CODE]``
    Phrases with commas between them, under ``danger``, ``sure`` or ``hint``. All words of a phrase must be near each
    other in the question, in any order; ``a|b`` is one of two, ``en_finir`` is two words side by side, ``=aidant`` is
    that word alone and not all that have its stem ("aide").
``[audiences]``
    Phrases that say who asks, by the audience's code: ``etudiants = "étudiant, suis fac"``.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import NamedTuple

import msgspec

from kiosk.directory.vocabulary import FOLDER, Vocabulary, vocabulary
from kiosk.directory.words.arabizi import consonants
from kiosk.directory.words.folding import folded, tokens
from kiosk.directory.words.sounds import sound
from kiosk.directory.words.spelling import NearWords
from kiosk.directory.words.stemming import LANGUAGES, stem
from kiosk.errors import BadInput

SHORTEST_SOUND = 4
"""Sounds that a word needs before its spelling is looked past: too many short ones sound alike."""

HEARD, TYPED = "fr", "ar"
"""The language that people write by ear, and the one that they type in Latin letters."""

Words = tuple[str, ...]
"""Stems that stand side by side, nearly always one; ``=aidant`` is a word that is not cut."""


class Sureness(Enum):
    """How much a phrase says about a need; between 0 and 1, as a chance."""

    DANGER = 1.0
    """Somebody may be harmed: comes before all else."""
    SURE = 0.7
    """The phrase says the need."""
    HINT = 0.35
    """It may be meant."""


class Phrase(NamedTuple):
    """Words that mean a need, or say who asks."""

    need: str
    """Its code; an audience's where it stands among those; empty for one that means nothing."""
    sureness: Sureness
    parts: tuple[frozenset[Words], ...]
    """Each must be in the question; of each, one of its forms."""


@dataclass(frozen=True)
class Lexicon:
    """One language's words."""

    language: str
    empty: frozenset[str]
    """Folded tokens."""
    words: frozenset[str]
    """All folded tokens that it has a use for."""
    stems: frozenset[str]
    """The same, cut."""
    common: frozenset[str]
    """Folded tokens and stems that are never a slip of the pen."""
    ordinary: frozenset[str]
    """The words that people use most, folded: no slips either."""
    apart: frozenset[str]
    """Folded tokens that are not cut."""
    spellings: dict[str, tuple[str, ...]]
    phrases: dict[str, tuple[Phrase, ...]]
    """By the rarest stem of each form of their rarest part."""
    audiences: dict[str, tuple[Phrase, ...]]
    """The same, of those that say who asks."""

    def knows(self, word: str) -> bool:
        """Whether a folded token is one of the language's words, as far as this lexicon goes."""
        return word in self.common or word in self.ordinary or self.uses(word)

    def uses(self, word: str) -> bool:
        """Whether a folded token, or its stem, stands in the lexicon itself."""
        return word in self.words or (word not in self.apart and stem(word, self.language) in self.stems)

    def cut(self, word: str) -> str:
        """What a folded token is compared by."""
        return _cut(word, self.language, self.apart)

    def prepare(self) -> None:
        """Build now what looks past misspellings, so that the first one does not wait for it."""
        _slips(self.language)
        if self.language == HEARD:
            _sounds(self.language)
        if self.language == TYPED:
            _consonants(self.language)

    def slips(self) -> NearWords:
        """What a misspelt word may have been. Built once."""
        return _slips(self.language)

    def sounding(self, word: str) -> tuple[str, ...]:
        """Its words that sound like the folded token ``word``, to a French ear; the longer ones alone."""
        if self.language != HEARD:
            return ()
        # who writes "suissid" hears the d that a silent e makes heard
        heard = {sound(word), sound(f"{word}e")}
        words = {each for one in heard if len(one) >= SHORTEST_SOUND for each in _sounds(HEARD).get(one, ())}
        return tuple(sorted(words))

    def typed_as(self, word: str) -> tuple[str, ...]:
        """Its Arabic words that the folded token ``word`` may be in Latin letters."""
        typed = consonants(word) if self.language == TYPED else ""
        return _consonants(self.language).get(typed, ()) if typed else ()


class _Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    danger: str = ""
    sure: str = ""
    hint: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    empty: str
    needs: dict[str, _Phrases]
    common: str = ""
    apart: str = ""
    idioms: str = ""
    spellings: dict[str, str] = {}
    groups: dict[str, str] = {}
    audiences: dict[str, str] = {}


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon that ships for ``language``, once a process. Raises: BadInput saying what is wrong in which file."""
    path = FOLDER / "words" / f"{language}.toml"
    try:
        content = path.read_bytes()
        path = path.parent / "ordinary" / f"{language}.txt"
        return parsed(content, language, vocabulary(), frozenset(path.read_text(encoding="utf-8").split()))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"words/{path.name}: {error}; install the terminal's config/directory again") from error


def parsed(content: bytes, language: str, words: Vocabulary, ordinary: frozenset[str] = frozenset()) -> Lexicon:
    """The lexicon in ``content``, with these ``ordinary`` words. Raises: BadInput naming the entry that is wrong."""
    name = f"words/{language}.toml"
    try:
        file = msgspec.toml.decode(content, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{name}: {error}; correct that line") from error
    return _Reader(name, language, file, words, ordinary).lexicon()


@cache
def _slips(language: str) -> NearWords:
    found = lexicon(language)
    return NearWords((found.words | found.stems) - found.empty)


@cache
def _sounds(language: str) -> dict[str, tuple[str, ...]]:
    found = lexicon(language)
    by_sound: dict[str, tuple[str, ...]] = {}
    for word in sorted(found.words - found.empty):
        by_sound[sound(word)] = (*by_sound.get(sound(word), ()), word)
    return by_sound


@cache
def _consonants(language: str) -> dict[str, tuple[str, ...]]:
    found = lexicon(language)
    by_consonants: dict[str, tuple[str, ...]] = {}
    for word in sorted(found.words - found.empty, key=lambda word: (len(word), word)):
        typed = consonants(word)
        by_consonants[typed] = (*by_consonants.get(typed, ()), word)
    return by_consonants


class _Reader:
    """Turns one file into a lexicon."""

    def __init__(self, name: str, language: str, file: _File, words: Vocabulary, ordinary: frozenset[str]) -> None:
        self._name = name
        self._language = language
        self._file = file
        self._vocabulary = words
        self._empty = frozenset(tokens(file.empty))
        self._ordinary = ordinary
        self._apart = frozenset(tokens(file.apart))
        self._groups = {group: list(_split(text)) for group, text in file.groups.items()}
        self._words = set(self._empty)
        self._stems: set[str] = set()
        self._read: dict[str, frozenset[Words]] = {}

    def lexicon(self) -> Lexicon:
        phrases = _by_stem(list(self._phrases()), self._empty)
        audiences = _by_stem(list(self._audiences()), self._empty)
        common = tokens(self._file.common)
        return Lexicon(
            language=self._language,
            empty=self._empty,
            words=frozenset(self._words),
            stems=frozenset(self._stems),
            common=frozenset(common) | {self._cut(token) for token in common} | self._apart,
            ordinary=self._ordinary,
            apart=self._apart,
            spellings={folded(short): tokens(whole) for short, whole in self._file.spellings.items()},
            phrases=phrases,
            audiences=audiences,
        )

    def _audiences(self) -> Iterator[Phrase]:
        for audience, text in self._file.audiences.items():
            if audience not in self._vocabulary.audiences:
                raise BadInput(
                    f"{self._name}: no audience is called {audience!r}; see config/directory/vocabulary.toml"
                )
            for phrase in _split(text):
                yield Phrase(audience, Sureness.SURE, self._parts(audience, phrase))

    def _phrases(self) -> Iterator[Phrase]:
        for idiom in _split(self._file.idioms):
            yield Phrase("", Sureness.HINT, self._parts("idioms", idiom))
        for need, written in self._file.needs.items():
            if not any(known == need or known.startswith(f"{need}--") for known in self._vocabulary.needs):
                raise BadInput(f"{self._name}: no need is called {need!r}; see config/directory/vocabulary.toml")
            for sureness, text in (
                (Sureness.DANGER, written.danger),
                (Sureness.SURE, written.sure),
                (Sureness.HINT, written.hint),
            ):
                for phrase in _split(text):
                    yield Phrase(need, sureness, self._parts(need, phrase))
        for need, term in self._vocabulary.needs.items():
            label = {"fr": term.fr, "en": term.en}.get(self._language, "")
            content = [token for token in tokens(label) if token not in self._empty]
            if content:
                # one word of a label may be a general one: "support", "home"
                sureness = Sureness.SURE if len(content) > 1 else Sureness.HINT
                yield Phrase(need, sureness, tuple(dict.fromkeys(self._forms(word) for word in content)))

    def _parts(self, need: str, phrase: str) -> tuple[frozenset[Words], ...]:
        found: list[frozenset[Words]] = []
        for word in phrase.split():
            forms = self._read.get(word)
            if forms is None:
                forms = self._read[word] = self._forms_of_all(word)
            if not forms and not tokens(word):
                raise BadInput(f"{self._name}: {phrase!r} of {need} has a part without a word: {word!r}")
            # a little word has no forms: it may stand there or not
            if forms and forms not in found:
                found.append(forms)
        if not found:
            raise BadInput(f"{self._name}: {phrase!r} of {need} has little words alone; join them with _")
        return tuple(found)

    def _forms_of_all(self, word: str) -> frozenset[Words]:
        """The forms of all that ``word`` stands for: ``a|b``, ``@group``."""
        if word.isalpha():
            return self._forms(word)
        return frozenset(form for option in self._options(word) for form in self._forms(option))

    def _options(self, word: str) -> Iterator[str]:
        for option in word.split("|"):
            if not option.startswith("@"):
                yield option
            elif option[1:] in self._groups:
                yield from self._groups[option[1:]]
            else:
                raise BadInput(f"{self._name}: no group is called {option!r}; it has {sorted(self._groups)}")

    def _forms(self, written: str) -> frozenset[Words]:
        """``written`` as stems side by side; nothing when it is one little word."""
        plain = folded(written)
        whole = (plain,) if plain.isalpha() else tokens(written.replace("_", " "))
        if len(whole) == 1 and whole[0] in self._empty:
            return frozenset()
        self._words.update(whole)
        if written.startswith("="):
            return frozenset({tuple(f"={token}" for token in whole)}) if whole else frozenset()
        stems = tuple(map(self._cut, whole))
        self._stems.update(stems)
        return frozenset({stems}) if stems else frozenset()

    def _cut(self, token: str) -> str:
        return _cut(token, self._language, self._apart)


def _cut(token: str, language: str, apart: frozenset[str]) -> str:
    # marked: "mois" is what is left of "moisi"
    return f"~{token}" if token in apart else stem(token, language)


def _by_stem(phrases: list[Phrase], empty: frozenset[str]) -> dict[str, tuple[Phrase, ...]]:
    """``phrases`` by the rarest stem of each form of their rarest part: the fewer are looked at for a question."""
    how_many = Counter(cut for phrase in phrases for part in phrase.parts for form in part for cut in form)

    def rarest(form: Words) -> str:
        return form[0] if len(form) == 1 else min(form, key=lambda cut: (cut in empty, how_many[cut]))

    found: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        part = phrase.parts[0]
        if len(phrase.parts) > 1:
            part = min(phrase.parts, key=lambda part: (len(part), sum(how_many[rarest(form)] for form in part)))
        for cut in {rarest(form) for form in part}:
            found.setdefault(cut, []).append(phrase)
    return {cut: tuple(those) for cut, those in found.items()}


def _split(text: str) -> Iterator[str]:
    """The phrases of ``text``: what stands between commas or in lines of its own."""
    for line in text.splitlines():
        yield from filter(None, map(str.strip, line.split("،" if "،" in line else ",")))


def lexicons(language: str) -> tuple[Lexicon, ...]:
    """All that ship, that of ``language`` first."""
    return tuple(lexicon(each) for each in sorted(LANGUAGES, key=lambda each: (each != language, each != "fr", each)))
