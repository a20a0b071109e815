"""Moments that are told: they come true, by the same answers at those moments, on every clock of the Republic."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.directory.hours.openness import Answer, Closed, HolidayCheck, Open, openness
from kiosk.directory.hours.schools import Zone
from kiosk.directory.hours.territory import Territory, zone
from kiosk.directory.record import Hours
from tests.directory.hours.expressions import expressions

MINUTE = timedelta(minutes=1)
CHANGES = tuple(
    datetime.fromisoformat(f"{day}T00:00Z") for day in ("2026-03-28", "2026-10-24", "2027-03-13", "2027-11-06")
)
"""The nights after these the clock changes: in Paris (2026), in Saint-Pierre-et-Miquelon (2027)."""
SCHOOL = ("", "; SH off", "; SH Mo-Fr 09:00-12:00")


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Any minute of three years, one of three near a change of the clock."""
    if draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from(CHANGES)) + draw(st.integers(0, 48 * 60)) * MINUTE
    return datetime(2026, 1, 1, tzinfo=UTC) + draw(st.integers(0, 3 * 365 * 24 * 60)) * MINUTE


@given(
    expressions(),
    st.sampled_from(SCHOOL),
    moments(),
    st.sampled_from(Territory),
    st.sampled_from((None, *Zone)),
    st.floats(0, 1),
)
def test_what_is_told_of_later_is_what_is_said_then(
    text_and_night: tuple[str, bool], school: str, at: datetime, place: Territory, schools: Zone | None, part: float
) -> None:
    def ask(moment: datetime) -> Answer:
        return openness(Hours(osm=text_and_night[0] + school), place, moment, schools=schools)

    answer = ask(at)
    if isinstance(answer, Open) and answer.until is not None:
        until = answer.until.astimezone(UTC)
        assert until > at
        assert not isinstance(ask(until), Open)
        assert isinstance(ask(until - MINUTE), Open)
        assert isinstance(ask(at + (until - MINUTE - at) * part), Open)
    if isinstance(answer, Closed) and answer.opens_at is not None:
        opens_at = answer.opens_at.astimezone(UTC)
        assert opens_at > at
        assert isinstance(ask(opens_at), Open)
        assert not isinstance(ask(opens_at - MINUTE), Open)
        assert not isinstance(ask(at + (opens_at - MINUTE - at) * part), Open)


def at(text: str, territory: Territory) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone(territory))


@pytest.mark.parametrize(
    ("osm", "place", "when", "expected"),
    [
        # 26 December 2025 is a Friday and a holiday in Strasbourg, not in Nancy
        ("Mo-Fr 09:00-17:00; PH off", "alsace-moselle", "2025-12-26T10:00", "2025-12-29T09:00"),
        ("Mo-Fr 09:00-17:00; PH off", "alsace-moselle", "2025-12-24T18:00", "2025-12-29T09:00"),
        ("Mo-Fr 09:00-17:00; PH off", "metropole", "2025-12-24T18:00", "2025-12-26T09:00"),
        # the abolition of slavery, each on its day
        ("Mo-Su 09:00-17:00; PH off", "mayotte", "2026-04-26T18:00", "2026-04-28T09:00"),
        ("Mo-Su 09:00-17:00; PH off", "martinique", "2026-05-21T18:00", "2026-05-23T09:00"),
        ("Mo-Su 09:00-17:00; PH off", "guadeloupe", "2026-05-26T18:00", "2026-05-28T09:00"),
        ("Mo-Su 09:00-17:00; PH off", "saint-martin", "2026-05-27T18:00", "2026-05-29T09:00"),
        ("Mo-Su 09:00-17:00; PH off", "guyane", "2026-06-09T18:00", "2026-06-11T09:00"),
        ("Mo-Su 09:00-17:00; PH off", "saint-barthelemy", "2026-10-08T18:00", "2026-10-10T09:00"),
        ("Mo-Su 09:00-17:00; PH off", "reunion", "2026-12-19T18:00", "2026-12-21T09:00"),
        ("Mo-Su 09:00-17:00; PH off", "saint-pierre-et-miquelon", "2026-05-26T18:00", "2026-05-27T09:00"),
        # the Pacific
        ("Mo-Su 09:00-17:00; PH off", "nouvelle-caledonie", "2026-09-23T18:00", "2026-09-25T09:00"),
        ("Mo-Su 09:00-17:00; PH off", "wallis-et-futuna", "2026-07-28T18:00", "2026-07-30T09:00"),
        ("Mo-Su 09:00-17:00; PH off", "polynesie-francaise", "2026-03-04T18:00", "2026-03-06T09:00"),
        ("Mo-Su 09:00-17:00; PH off", "marquises", "2026-11-19T18:00", "2026-11-21T09:00"),
        ("Mo-Su 09:00-17:00; PH off", "gambier", "2026-04-02T18:00", "2026-04-04T09:00"),
        # 29 February, the last night of the year, the 53rd week
        ("Feb 29 10:00-12:00", "metropole", "2028-02-28T10:00", "2028-02-29T10:00"),
        ("Feb Tu[-1] 10:00-12:00", "metropole", "2028-02-28T10:00", "2028-02-29T10:00"),
        ("Dec 31 20:00-04:00", "metropole", "2026-12-31T10:00", "2026-12-31T20:00"),
        ("Dec-Feb Th 20:00-04:00", "metropole", "2026-12-31T10:00", "2026-12-31T20:00"),
        ("week 02-52/2 Mo 10:00-12:00", "metropole", "2026-12-28T10:00", "2027-01-11T10:00"),
        ("week 01-53/2 Mo 10:00-12:00", "metropole", "2026-12-28T13:00", "2027-01-04T10:00"),
    ],
)
def test_the_next_opening_on_the_clocks_and_holidays_of_a_place(osm: str, place: str, when: str, expected: str) -> None:
    territory = Territory(place)
    assert openness(Hours(osm=osm), territory, at(when, territory)) == Closed(at(expected, territory))


def test_the_night_of_new_year_is_that_of_the_old_one() -> None:
    """It began on an ordinary Thursday; the next begins on a holiday, of which these hours say nothing."""
    hours, paris = Hours(osm="Mo-Su 20:00-04:00"), Territory.METROPOLE
    assert openness(hours, paris, at("2027-01-01T03:00", paris)) == Open(at("2027-01-01T04:00", paris))
    assert openness(hours, paris, at("2027-01-01T21:00", paris)) == HolidayCheck(date(2027, 1, 1), "new_year")
    assert openness(hours, paris, at("2027-01-02T03:00", paris)) == HolidayCheck(date(2027, 1, 1), "new_year")


@pytest.mark.parametrize(
    ("place", "opens_at_utc"),
    [
        ("mayotte", "2026-11-23T06:00Z"),
        ("reunion", "2026-11-23T05:00Z"),
        ("metropole", "2026-11-23T08:00Z"),
        ("saint-pierre-et-miquelon", "2026-11-23T12:00Z"),
        ("guyane", "2026-11-23T12:00Z"),
        ("martinique", "2026-11-23T13:00Z"),
        ("guadeloupe", "2026-11-23T13:00Z"),
        ("gambier", "2026-11-23T18:00Z"),
        ("marquises", "2026-11-23T18:30Z"),
        ("polynesie-francaise", "2026-11-23T19:00Z"),
        ("nouvelle-caledonie", "2026-11-22T22:00Z"),
        ("wallis-et-futuna", "2026-11-22T21:00Z"),
    ],
)
def test_nine_on_monday_comes_at_another_moment_from_wallis_to_tahiti(place: str, opens_at_utc: str) -> None:
    territory = Territory(place)
    answer = openness(Hours(osm="Mo 09:00-12:00"), territory, datetime(2026, 11, 22, 18, tzinfo=UTC))
    assert isinstance(answer, Closed)
    assert answer.opens_at is not None
    assert answer.opens_at.astimezone(UTC) == datetime.fromisoformat(opens_at_utc)


@pytest.mark.parametrize(
    "place", [one for one in Territory if one not in ("metropole", "alsace-moselle", "saint-pierre-et-miquelon")]
)
def test_overseas_the_clock_never_changes(place: Territory) -> None:
    offsets = {datetime(2026, month, 1, tzinfo=zone(place)).utcoffset() for month in range(1, 13)}
    assert len(offsets) == 1
