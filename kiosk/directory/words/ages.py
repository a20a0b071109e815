"""Who a person is by the age that a text tells: "j'ai 70 ans", "my son is 15 years old". Pure."""

from collections.abc import Iterator, Sequence

CHILD, YOUNG, OLD = 12, 26, 60
"""Years: from the first on a young person, who is none any more at the second; an older one from the third on."""
OLDEST = 110
_YEARS = {"an", "ans", "annees", "year", "years", "yrs", "yo", "old", "سنه", "سنوات", "سنين", "عام", "اعوام", "عاما"}
_LASTING = {
    "depuis",
    "pendant",
    "apres",
    "avant",
    "dans",
    "durant",
    "a",
    "for",
    "since",
    "after",
    "in",
    "past",
    "last",
    "منذ",
}
"""Before a number of years that is no age: "depuis 20 ans", "il y a 3 ans"."""
_AGED = {"age", "agee", "aged", "عمري", "عمره", "عمرها"}
"""Before an age without its unit."""


def audiences_by_age(words: Sequence[str]) -> Iterator[str]:
    """The audiences of the vocabulary that the ages in the folded tokens ``words`` belong to."""
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        after = words[at + 1] if at + 1 < len(words) else ""
        if not (word.isdecimal() and len(word) < 4) or before in _LASTING:
            continue
        years = int(word)
        if (after in _YEARS or before in _AGED) and 0 < years <= OLDEST:
            if years < CHILD:
                yield "familles"
            elif years < YOUNG:
                yield "jeunes"
            elif years >= OLD:
                yield "seniors"
