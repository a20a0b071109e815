"""The words of one language, and one thing that is said in them to eye and ear. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.speech.sentence import Sentence


@dataclass(frozen=True)
class Tongue:
    """One language's words of the directory (``guide.toml``; ``audience.<code>`` from the vocabulary)."""

    language: str
    words: Mapping[str, str]
    paper: Mapping[str, str]
    """``takeaway.toml``: what is taken along, and what became of it."""

    def put(self, name: str, **parts: object) -> str:
        """The words ``name``, filled in. Raises: KeyError for a name that the catalogue lacks."""
        return self.words[name].format(**parts)

    def say(self, name: str, **parts: object) -> Sentence:
        """The same as a sentence to be heard."""
        return Sentence(self.language, self.put(name, **parts))


@dataclass(frozen=True)
class Entry:
    """One thing that a card says."""

    role: str
    text: str
    """Empty: it is heard alone, the screen has no letters for it."""
    said: tuple[Sentence, ...]
    tone: str = ""
