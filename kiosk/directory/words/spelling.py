"""Words that are nearly right: one letter wrong, missing, too many, or two in the wrong order (Damerau). Pure."""

from collections.abc import Iterable, Iterator


def one_apart(one: str, other: str) -> bool:
    """Whether one insertion, deletion, replacement, or swap of neighbours leads from ``one`` to ``other``."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
    return left[1:] == right or left == right[1:]


def slips_between(one: str, other: str, most: int) -> int | None:
    """How many slips lead from ``one`` to ``other`` (optimal string alignment); None: more than ``most``."""
    if abs(len(one) - len(other)) > most:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        last, before, row = before, row, [at]
        for to, against in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != against))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == against:
                cost = min(cost, last[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None


def without_one(word: str) -> Iterator[str]:
    """``word``, and all that is left of it without one letter."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


class NearWords:
    """Finds which of its words a misspelt one is near to; made once, asked by any thread.

    Two words that are one slip apart have a form in common once a letter is left out of each.
    """

    def __init__(self, words: Iterable[str], shortest: int = 5) -> None:
        self._shortest = shortest
        self._by_form: dict[str, list[str]] = {}
        for word in words:
            # a word of the shortest length may have lost a letter, or gained one
            if len(word) >= shortest - 1:
                for form in set(without_one(word)):
                    self._by_form.setdefault(form, []).append(word)

    def near(self, word: str) -> tuple[str, ...]:
        """Its words one slip away from ``word``, sorted; none for a word that is too short to be sure of.

        The first letter must be right, or swapped with the second: people mishear the rest, not that.
        """
        if len(word) < self._shortest:
            return ()
        found = {known for form in without_one(word) for known in self._by_form.get(form, ()) if one_apart(word, known)}
        return tuple(sorted(known for known in found if known[0] == word[0] or known[:2] == word[1::-1]))
