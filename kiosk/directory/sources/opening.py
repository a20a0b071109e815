"""Opening hours as a source writes them, read into the record's: OSM where it is certain, else the text alone."""

from typing import Any

from kiosk.directory.parts import Hours
from kiosk.directory.sources import texts


def hours(value: Any) -> Hours:
    """``value`` with its OSM form, if it is understood; the text is always kept."""
    return texts.hours(value)
