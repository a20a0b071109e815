"""Opening hours as a source writes them, read into the record's: OSM where it is certain, else the text alone."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from kiosk.directory.hours.french import understood, understood_week
from kiosk.directory.hours.parsing import parse
from kiosk.directory.hours.words import DAY_NAMES
from kiosk.directory.parts import Hours
from kiosk.directory.sources import texts
from kiosk.errors import BadInput


def hours(value: Any, is_whole: bool = False) -> Hours:
    """``value`` with its OSM form, if all of it is understood; the text is always kept. Any thread.

    ``is_whole``: there are only hours in it; what is read as a contact or a price behind them is not understood then.
    """
    text = texts.clean(value)
    found = _understood(text)
    return Hours(osm="" if is_whole and found.rest else found.osm or "", text=text)


def week(texts_by_day: Mapping[int, str], beside: str = "") -> Hours:
    """A table's columns of the days, Monday 0, with their OSM form if all is understood and nothing is said beside."""
    said = {day: text for day, value in texts_by_day.items() if (text := texts.clean(value))}
    lines = [f"{DAY_NAMES[day]} : {text}" for day, text in sorted(said.items())]
    osm = "" if beside else understood_week(said).osm or ""
    return Hours(osm=osm, text="\n".join(filter(None, (beside, *lines))))


_understood = lru_cache(maxsize=4096)(understood)
"""A country's services have the same hours again and again."""


def is_osm(text: str) -> bool:
    """Is ``text`` an OSM expression as it stands, not words that can be read as one. Any thread."""
    try:
        parse(text)
    except BadInput:
        return False
    return True
