"""Opening hours as a source writes them, read into the record's: OSM where it is certain, else the text alone."""

from typing import Any

from kiosk.directory.hours.french import understood
from kiosk.directory.hours.parsing import parse
from kiosk.directory.parts import Hours
from kiosk.directory.sources import texts
from kiosk.errors import BadInput


def hours(value: Any, is_whole: bool = False) -> Hours:
    """``value`` with its OSM form, if all of it is understood; the text is always kept. Any thread.

    ``is_whole``: there are only hours in it; what is read as a contact or a price behind them is not understood then.
    """
    text = texts.clean(value)
    found = understood(text)
    return Hours(osm="" if is_whole and found.rest else found.osm or "", text=text)


def is_osm(text: str) -> bool:
    """Is ``text`` an OSM expression as it stands, not words that can be read as one. Any thread."""
    try:
        parse(text)
    except BadInput:
        return False
    return True
