"""One sentence to be spoken, in the language whose voice says it. Pure."""

import msgspec


class Sentence(msgspec.Struct, frozen=True):
    """A name keeps its own language's voice while the interface speaks another."""

    language: str
    """ISO 639-1."""
    words: str
    """As they are to be heard: nothing abbreviated, numbers as they are read."""
