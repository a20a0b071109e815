"""What an OSM expression means, so that two spellings can be compared: every day of two years, minute by minute."""

from datetime import date, timedelta
from functools import lru_cache

from kiosk.directory.hours.parsing import parse
from kiosk.directory.hours.schedule import DayPlan, plan
from kiosk.directory.hours.territory import Territory

DAYS = tuple(date(2026, 1, 1) + timedelta(n) for n in range(730))


@lru_cache(maxsize=1024)
def meaning(osm: str) -> tuple[DayPlan, ...]:
    """The plan of each day, in metropolitan France."""
    expression = parse(osm)
    return tuple(plan(expression, day, Territory.METROPOLE) for day in DAYS)
