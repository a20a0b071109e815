"""Against opening-hours-py, an evaluator written by others: where we are sure, we agree."""

from datetime import UTC, datetime, timedelta

import opening_hours
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.directory.hours.holidays import holiday
from kiosk.directory.hours.openness import Closed, HolidayCheck, Open, openness
from kiosk.directory.hours.territory import Territory, zone
from kiosk.directory.record import Hours
from tests.directory.hours.expressions import expressions

PARIS = Territory.METROPOLE
PEER_DAYS = 400
"""Changes farther off are none to the peer, which would look for them through thousands of years; ours looks a year."""


def is_near_holiday(moment: datetime) -> bool:
    return any(holiday((moment + timedelta(days)).date(), PARIS) for days in (-1, 0, 1))


def shown(wall: datetime) -> datetime:
    """``wall``, or what clocks show instead where it lies in the hour that is leapt over, which the peer names."""
    here = wall.replace(tzinfo=zone(PARIS))
    is_leapt = here.astimezone(UTC).astimezone(here.tzinfo).replace(tzinfo=None) != wall
    return wall.replace(minute=0) + timedelta(hours=1) if is_leapt else wall


@given(expressions(), st.integers(0, 2 * 365 * 48))
@example(("week 01-53/2 Mo,Su 02:00-02:30", False), 3893)  # it opens in the hour that is leapt over
def test_where_both_answer_we_agree(text_and_night: tuple[str, bool], half_hours: int) -> None:
    osm, has_night = text_and_night
    wall = datetime(2026, 1, 1, 0, 15) + timedelta(minutes=30 * half_hours)  # noqa: DTZ001
    here = wall.replace(tzinfo=zone(PARIS))
    ours = openness(Hours(osm=osm), PARIS, here)
    peer = opening_hours.OpeningHours(osm, country="FR", max_interval_days=PEER_DAYS)
    if isinstance(ours, HolidayCheck):
        assert is_near_holiday(wall)  # the peer says open on Christmas Day, if Christmas is a Friday
        return
    if has_night and is_near_holiday(wall):
        return  # whose is the night before a holiday: the peer does not ask
    assert isinstance(ours, Open if peer.is_open(wall) else Closed)
    change = peer.next_change(wall)
    change = None if change is None else shown(change)
    if isinstance(ours, Open) and ours.until is not None and not is_near_holiday(ours.until):
        assert ours.until.replace(tzinfo=None) == change
    if isinstance(ours, Closed) and ours.opens_at is not None and change is not None and not is_near_holiday(change):
        assert ours.opens_at.replace(tzinfo=None) == change


@given(st.integers(2021, 2035))
def test_the_eleven_holidays_are_the_peers(year: int) -> None:
    peer = opening_hours.OpeningHours("PH 10:00-12:00", country="FR")
    noon = datetime(year, 1, 1, 11)  # noqa: DTZ001
    days = [noon + timedelta(n) for n in range(365)]
    assert [day for day in days if peer.is_open(day)] == [day for day in days if holiday(day.date(), PARIS)]
