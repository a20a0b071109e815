"""A place in the words of a text: what is next, what was before, and on. Pure."""

from kiosk.directory.hours.kinds import Kind
from kiosk.directory.hours.statements import NotUnderstood
from kiosk.directory.hours.words import Word


class Cursor:
    """Words with a place to read on from."""

    def __init__(self, words: list[Word], text: str) -> None:
        self._words = words
        self.text = text
        self.at = 0

    def peek(self, after: int = 0) -> Word | None:
        """The next word but ``after``; None at the end."""
        return self._words[self.at + after] if 0 <= self.at + after < len(self._words) else None

    def kind(self, after: int = 0) -> Kind | None:
        """Its kind."""
        word = self.peek(after)
        return word.kind if word else None

    def since(self, start: int) -> list[Word]:
        """The words that were passed since ``start``, a former ``at``."""
        return self._words[start : self.at]

    def is_sign(self, signs: str, after: int = 0) -> bool:
        """Whether it is one of ``signs``."""
        word = self.peek(after)
        return word is not None and word.kind is Kind.SIGN and word.plain in signs

    def take(self, *kinds: Kind) -> Word | None:
        """The next word if it is of ``kinds``, and on."""
        word = self.peek()
        if word is None or word.kind not in kinds:
            return None
        self.at += 1
        return word

    def skip(self, kinds: frozenset[Kind], signs: str = "") -> int:
        """Past words of ``kinds`` and ``signs``; how many."""
        start = self.at
        while (word := self.peek()) and (word.kind in kinds or (word.kind is Kind.SIGN and word.plain in signs)):
            self.at += 1
        return self.at - start

    def is_end(self) -> bool:
        """Whether nothing comes any more but dots and empty lines."""
        return all(word.kind is Kind.LINE or word.plain in ".!" for word in self._words[self.at :])

    def begins_sentence(self, place: int) -> bool:
        """Whether a dot or semicolon is the last before ``place`` in the text, but for empty lines."""
        before = [word for word in self._words if word.end <= place and word.kind is not Kind.LINE]
        return bool(before) and before[-1].kind is Kind.SIGN and before[-1].plain in ".;"

    def is_break(self, after: int = 0) -> bool:
        """Whether the next word ends a sentence."""
        return self.kind(after) is Kind.LINE or self.is_sign(".;", after)

    def is_after_break(self, back: int = -1) -> bool:
        """Whether a sentence has ended since the last word, or goes on with ``et``; ``back``: where to look from."""
        while self.at + back >= 0 and (self.kind(back) in (Kind.SIGN, Kind.LINE, Kind.AND)):
            if self.is_break(back) or self.kind(back) is Kind.AND:
                return True
            back -= 1
        return self.at + back < 0

    def is_after(self, kinds: frozenset[Kind], signs: str) -> bool:
        """Whether the last word but ``signs`` and ``et`` was of ``kinds``."""
        back = -1
        while self.is_sign(signs, back) or self.kind(back) is Kind.AND:
            back -= 1
        return self.kind(back) in kinds

    def starts_times(self) -> bool:
        """Whether times come next."""
        after = 0
        while self.kind(after) in (Kind.FROM, Kind.BETWEEN, Kind.ARTICLE):
            after += 1
        return self.kind(after) is Kind.TIME

    @property
    def place(self) -> int:
        """Where in the text the next word is."""
        word = self.peek()
        return word.start if word else len(self.text)

    def refuse(self, why: str) -> NotUnderstood:
        """To be raised."""
        return NotUnderstood(why, self.place)
