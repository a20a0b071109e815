"""School holidays: known by zone as far as they are decreed, and never guessed beyond."""

from datetime import date, datetime, timedelta

import pytest

from kiosk.directory.hours.openness import Closed, Open, Unknown, openness
from kiosk.directory.hours.schedule import Reason
from kiosk.directory.hours.schools import KNOWN_FROM, KNOWN_UNTIL, Zone, are_out, zone_at
from kiosk.directory.hours.territory import Territory, zone
from kiosk.directory.record import Hours

TERM = Hours(osm="Mo-Fr 09:00-12:00; SH off")
PARIS = zone(Territory.METROPOLE)


def test_each_department_of_the_mainland_is_in_one_zone_and_no_other_is() -> None:
    mainland = [f"{number:02}" for number in range(1, 96) if number != 20]
    assert [department for department in mainland if zone_at(f"{department}001") is None] == []
    assert [zone_at(code) for code in ("2A004", "97105", "98818", "", "75", "7505")] == [None] * 6
    assert [zone_at(code) for code in ("69381", "44109", "75056")] == [Zone.A, Zone.B, Zone.C]


@pytest.mark.parametrize(
    ("day", "zones"),
    [
        ("2026-11-22", (False, False, False)),
        ("2026-12-19", (None, None, None)),  # a Saturday: after class
        ("2026-12-24", (True, True, True)),
        ("2027-01-03", (True, True, True)),
        ("2027-01-04", (False, False, False)),
        ("2027-02-15", (True, False, True)),
        ("2027-02-22", (True, True, False)),
        ("2027-05-07", (None, None, None)),  # the bridge of Ascension
        ("2028-07-04", (None, None, None)),  # decreed no further
    ],
)
def test_days_by_zone(day: str, zones: tuple[bool | None, ...]) -> None:
    assert tuple(are_out(date.fromisoformat(day), one) for one in Zone) == zones
    assert are_out(date.fromisoformat(day), None) is None


def test_term_and_holidays_take_turns_as_a_school_year_does() -> None:
    for one in Zone:
        days = [KNOWN_FROM + timedelta(n) for n in range((KNOWN_UNTIL - KNOWN_FROM).days + 1)]
        weeks_out = sum(are_out(day, one) is True for day in days) / 7
        assert 22 < weeks_out < 27


@pytest.mark.parametrize(
    ("at", "schools", "answer"),
    [
        (datetime(2027, 2, 15, 10, tzinfo=PARIS), Zone.B, Open(datetime(2027, 2, 15, 12, tzinfo=PARIS))),
        (datetime(2027, 2, 15, 10, tzinfo=PARIS), Zone.A, Closed(datetime(2027, 3, 1, 9, tzinfo=PARIS))),
        (datetime(2027, 2, 15, 10, tzinfo=PARIS), None, Unknown(Reason.SCHOOL_HOLIDAYS)),
        (datetime(2029, 2, 12, 10, tzinfo=PARIS), Zone.A, Unknown(Reason.SCHOOL_HOLIDAYS)),
    ],
)
def test_hours_that_end_with_term_are_answered_where_the_zone_is_known(
    at: datetime, schools: Zone | None, answer: Open | Closed | Unknown
) -> None:
    assert openness(TERM, Territory.METROPOLE, at, schools=schools) == answer
