"""The directory that is asked: an index, and what is kept of it from one question to the next (docs/search.md)."""

from datetime import UTC, datetime
from pathlib import Path

from kiosk.directory.index import live
from kiosk.directory.index.store import Index
from kiosk.directory.record import Service, parse
from kiosk.directory.search.answering import Kept, answered
from kiosk.directory.search.question import Answer, Clock, Question
from kiosk.directory.search.understanding import read_words_and_places, understood

_TRIAL = Question("manger et dormir")
_TRIAL_CLOCK = Clock(datetime(2026, 1, 5, 10, tzinfo=UTC), is_trusted=True)


class Directory:
    """An index that answers questions; one thread at a time. Close it when it is no longer asked."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._kept = Kept(index)

    @classmethod
    def open(cls, path: Path) -> "Directory":
        """The directory in the index ``path``, as :meth:`ready`. Raises: Damaged when it must be built again."""
        index = live.opened(path)
        try:
            return cls.ready(index)
        except BaseException:
            index.close()
            raise

    @classmethod
    def ready(cls, index: Index) -> "Directory":
        """The directory in ``index``. Raises: Damaged when it must be built again.

        Words, places and cells are read now, and a question is answered: the first person must not wait for what is
        read once, nor for those pages of the card that every question needs.
        """
        read_words_and_places()
        directory = cls(index)
        directory.search(_TRIAL, _TRIAL_CLOCK)
        return directory

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    @property
    def about(self) -> dict[str, str]:
        """What the index says of itself: ``bundle`` (SHA-256 of its lines), ``relays`` ..."""
        return self._index.about

    def service(self, id_: str) -> Service | None:
        """The record ``id_``; None: there is none. Raises: Damaged."""
        line = self._index.line_of(id_)
        return None if line is None else parse(line)

    def search(self, question: Question, clock: Clock) -> Answer:
        """The services that answer ``question``, best first, a national line among them. Raises: Damaged."""
        return answered(self._kept, question, clock, understood(question))
