"""Forms that a word and its misspellings have in common: what is left when letters are left out (SymSpell's way). Pure.

A word is met by another that is up to :func:`slips_in` slips away: for each of them one letter is left out of the known
word and of the typed one, and the two then have a form in common. The index holds the forms as numbers of 32 bits; two
words that meet by chance are told apart by :func:`distance`.
"""

from collections.abc import Iterator
from itertools import combinations
from zlib import crc32

HEAD = 8
"""Letters from the start of a word that its forms are made of: what differs farther back is told apart by distance."""


def slips_in(word: str) -> int:
    """How many slips a word of that length is believed to have: short words have too many neighbours."""
    return 0 if len(word) < 4 or any(letter.isdigit() for letter in word) else 1 if len(word) < 8 else 2


def forms(word: str, slips: int) -> Iterator[int]:
    """The forms of ``word`` with up to ``slips`` letters left out of its head, each once."""
    head = word[:HEAD]
    found = {head}
    for left_out in range(1, min(slips, len(head)) + 1):
        for kept in combinations(head, len(head) - left_out):
            found.add("".join(kept))
    return (crc32(form.encode()) for form in found)


def distance(one: str, other: str, most: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between the two; ``most`` + 1 for any more.

    Optimal string alignment: no letter is touched twice.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
