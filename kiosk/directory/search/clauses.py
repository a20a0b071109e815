"""A question's words as clauses, each a full-text expression with a weight; slips are read here."""

from dataclasses import dataclass
from math import log

from kiosk.directory.index import schema
from kiosk.directory.index.store import Index, Term
from kiosk.directory.search.matching import any_of
from kiosk.directory.search.understanding import Understood, is_known
from kiosk.directory.words.stemming import stem

IN_NAME, ELSEWHERE = 1.0, 0.55
"""Of a word's weight: in the name (and the other names and numbers), or in any other text."""
LONGER, SLIP = 0.85, 0.7
"""Of a word's weight: begun and gone on with; for each slip."""
MOST_LONGER = 8
"""Words that a beginning may go on to, the commonest."""
MOST_FORMS = 50
"""Stems that begin like another one and are looked through for it."""
UNDERSTOOD, NAMED_SO = 0.3, 0.7
"""Of a word's weight once it was surely read as a need ("dormir" asks for a bed): elsewhere, and in a name."""
SURELY = 0.5
COMMON = 0.35
"""A word that so many relays have says nothing, if another word says more."""


@dataclass(frozen=True)
class Clause:
    """One thing that a relay may fit."""

    expression: str
    weight: float
    """Between 0 and 1."""


def word_clauses(index: Index, said: Understood) -> list[list[Clause]]:
    """One list a word: its clauses, the best last; weights are shares of all words that anybody has."""
    rated: list[tuple[float, float, bool, list[Term]]] = []
    understood = {word for meaning in said.meanings if meaning.weight >= SURELY for word in meaning.words}
    for at, word in enumerate(said.words):
        terms, trust = _terms(index, word, said.may_go_on and at == len(said.words) - 1)
        if terms:
            relays = max(term.relays for term in terms)
            rarity = log((index.relays + 1) / (relays + 0.5)) / log(2 * index.relays + 2)
            rated.append((max(rarity, 0.05), trust, word in understood, terms))
    if any(rarity > _rarity_of_common(index) for rarity, *_ in rated):
        rated = [one for one in rated if one[0] > _rarity_of_common(index)]
    whole = sum(rarity for rarity, *_ in rated)
    found = []
    for rarity, trust, is_need, terms in rated:
        share = trust * rarity / whole
        everywhere = any_of(term.term for term in terms)
        clauses = [Clause(everywhere, ELSEWHERE * (UNDERSTOOD if is_need else 1.0) * share)]
        if named := [schema.NAME_MARK + term.term for term in terms if term.named]:
            clauses.append(Clause(any_of(named), IN_NAME * (NAMED_SO if is_need else 1.0) * share))
        found.append(clauses)
    return found


def _rarity_of_common(index: Index) -> float:
    return log((index.relays + 1) / (COMMON * index.relays + 0.5)) / log(2 * index.relays + 2)


def _terms(index: Index, word: str, may_go_on: bool) -> tuple[list[Term], float]:
    """What stands for ``word`` in the index, and how far that may be trusted."""
    exact = index.term_of(word)
    if exact:
        return [exact], 1.0
    longer = index.terms_from(word, MOST_LONGER) if may_go_on and len(word) > 1 else []
    if longer:
        return longer, LONGER
    alike = stem(word, schema.STEMS)
    if alike != word and (known := index.term_of(alike) or _form_of(index, alike)):
        return [known], 1.0
    if is_known(word):
        return [], 0.0  # a word that no relay has is no slip for one that some have: "manger" is not "danger"
    near, slips = index.terms_near(word)
    return near, SLIP**slips


def _form_of(index: Index, cut: str) -> Term | None:
    """What stands in the index for words of the stem ``cut``: relays may have another form of a word alone."""
    return next((found for found in index.terms_from(cut, MOST_FORMS) if found.term == cut), None)
