"""French words about opening times as an OSM expression: all of it, or nothing. Pure.

Never a guess: what can be read in two ways, or has a word whose bearing is not known, is not understood; it stays text
and reads "unknown" (docs/hours.md has the grammar, with what it refuses).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kiosk.directory.hours.composing import composed
from kiosk.directory.hours.expression import Expression, Rule, State, Weekdays
from kiosk.directory.hours.grammar import said
from kiosk.directory.hours.parsing import parse
from kiosk.directory.hours.printing import printed
from kiosk.directory.hours.statements import NotUnderstood
from kiosk.errors import BadInput

MAX_CHARS = 2000
"""Longer texts are no opening times; of the real ones seen the longest has 500."""

_FRENCH_TOO = re.compile(r"\b(?:(?!We)[Ww][Ee]|[Mm][Aa][Rr])\b")
"""``WE`` is a week-end and ``mar`` a Tuesday in French, Wednesday and March in OSM."""
_OSM_ALONE = re.compile(r"\b(?:Mo|Tu|Th|Fr|Su|PH|off)\b")
"""No French word is written so."""


@dataclass(frozen=True)
class Understood:
    """What a text says."""

    osm: str | None
    """OSM ``opening_hours`` in this project's own spelling; None: not understood."""
    text: str
    """The text itself."""
    rest: str
    """What is no opening times: contacts, prices. Not understood: from where on."""
    why: str = ""
    """Why it was not understood, for who writes such texts (English)."""


def understood(text: str, days: frozenset[int] = frozenset()) -> Understood:
    """What ``text`` says, in French or in OSM's own words. Any thread.

    ``days``: of which days (Monday 0) it speaks, where that stands elsewhere, as in a table with a column a day.
    Without it, times that name no day are not understood: every day, or Monday to Friday?
    """
    if len(text) > MAX_CHARS:
        return Understood(None, text, text, f"longer than {MAX_CHARS} characters")
    if (written := _in_osm(text)) is not None:
        return Understood(printed(written), text, "")
    try:
        statement, end = said(text, days)
        return Understood(printed(composed(statement)), text, text[end:].strip())
    except NotUnderstood as error:
        return Understood(None, text, text[error.place :].strip(), str(error))


def understood_week(texts: Mapping[int, str]) -> Understood:
    """What a table with a column a day says: ``texts`` by day, Monday 0. Empty: days without opening. Any thread.

    Not understood as a whole if one column is not.
    """
    said_of = {day: texts[day] for day in sorted(texts) if texts[day].strip()}
    whole = "\n".join(said_of.values())
    by_rules: dict[tuple[Rule, ...], set[int]] = {}
    for day, text in said_of.items():
        found = understood(text, frozenset({day}))
        if found.osm is None:
            return Understood(None, whole, found.rest, found.why)
        rules = parse(found.osm).rules
        if any(rule.weekdays != (Weekdays(frozenset({day})),) for rule in rules):
            return Understood(None, whole, text, "more than times in the column of a day")
        if not all(rule.state is State.CLOSED for rule in rules):
            by_rules.setdefault(tuple(replace(rule, weekdays=()) for rule in rules), set()).add(day)
    if not by_rules:
        return Understood(None, whole, whole, "nothing that is open")
    together = [
        replace(rule, weekdays=(Weekdays(frozenset(days)),))
        for rules, days in sorted(by_rules.items(), key=lambda one: min(one[1]))
        for rule in rules
    ]
    return Understood(printed(Expression(tuple(together))), whole, "")


def _in_osm(text: str) -> Expression | None:
    """``text`` as OSM, if it names days or dates there: mere times would be every day's in OSM, in French nobody's."""
    if _FRENCH_TOO.search(text) and not _OSM_ALONE.search(text):
        return None
    try:
        expression = parse(text)
    except BadInput:
        return None
    bare = [rule for rule in expression.rules if not (rule.is_always or rule.dates or rule.weekdays or rule.holidays)]
    return None if bare else expression
