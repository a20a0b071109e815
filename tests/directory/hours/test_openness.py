"""The four answers, by hand-made truth: what a person before the door would say."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.directory.hours.openness import Answer, Closed, HolidayCheck, Open, Unknown, openness, territory_at
from kiosk.directory.hours.schedule import Reason
from kiosk.directory.hours.territory import Territory, zone
from kiosk.directory.record import Closure, Hours
from kiosk.errors import BadInput

PARIS = Territory.METROPOLE


def at(text: str, territory: Territory = PARIS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone(territory))


def ask(osm: str, when: str, territory: Territory = PARIS) -> Answer:
    return openness(Hours(osm=osm), territory, at(when, territory))


# 23 November 2026 is a Monday, 25 December a Friday.
@pytest.mark.parametrize(
    ("osm", "when", "expected"),
    [
        ("24/7", "2026-12-25T03:00", Open(None)),
        ("Mo-Fr 09:00-12:00,14:00-17:00", "2026-11-23T08:59", Closed(at("2026-11-23T09:00"))),
        ("Mo-Fr 09:00-12:00,14:00-17:00", "2026-11-23T09:00", Open(at("2026-11-23T12:00"))),
        ("Mo-Fr 09:00-12:00,14:00-17:00", "2026-11-23T11:59", Open(at("2026-11-23T12:00"))),
        ("Mo-Fr 09:00-12:00,14:00-17:00", "2026-11-23T12:00", Closed(at("2026-11-23T14:00"))),
        ("Mo-Fr 09:00-12:00,14:00-17:00", "2026-11-27T17:00", Closed(at("2026-11-30T09:00"))),
        ("Mo-Fr 09:00-12:00,12:00-17:00", "2026-11-23T11:00", Open(at("2026-11-23T17:00"))),
        # a later rule replaces the days it names
        ("Mo-Fr 09:00-17:00; We 09:00-12:00", "2026-11-25T13:00", Closed(at("2026-11-26T09:00"))),
        ("Mo-Fr 09:00-17:00; We off", "2026-11-25T10:00", Closed(at("2026-11-26T09:00"))),
        ("Mo-Fr 09:00-17:00, We 18:00-20:00", "2026-11-25T13:00", Open(at("2026-11-25T17:00"))),
        ("Mo-Fr 09:00-17:00; We 12:00-14:00 off", "2026-11-25T13:00", Closed(at("2026-11-25T14:00"))),
        ("Mo-Fr 08:00-12:15 , 13:15-16:30", "2026-11-28T14:00", Closed(at("2026-11-30T08:00"))),
        # nights
        ("Mo 22:00-04:00", "2026-11-24T03:00", Open(at("2026-11-24T04:00"))),
        ("Mo 22:00-04:00", "2026-11-23T03:00", Closed(at("2026-11-23T22:00"))),
        ("Mo 22:00-28:00", "2026-11-23T23:00", Open(at("2026-11-24T04:00"))),
        ("Mo-Su 20:00-08:00", "2026-11-23T23:00", Open(at("2026-11-24T08:00"))),
        ("Tu 19:00-01:00; We 19:00-03:00", "2026-11-25T00:30", Open(at("2026-11-25T01:00"))),
        ("Fr 22:00-04:00; Sa off", "2026-11-28T03:00", Open(at("2026-11-28T04:00"))),
        ("Mo-Fr 00:00-24:00", "2026-11-23T10:00", Open(at("2026-11-28T00:00"))),
        ("Mo-Su,PH 00:00-24:00", "2026-11-23T10:00", Open(None)),
        ("Su 22:00-06:00; Mo 06:00-10:00", "2026-11-23T05:00", Open(at("2026-11-23T10:00"))),
        # of the month, the week, the year
        ("Tu[1] 10:00-12:00", "2026-12-01T10:00", Open(at("2026-12-01T12:00"))),
        ("Tu[1] 10:00-12:00", "2026-12-08T10:00", Closed(at("2027-01-05T10:00"))),
        ("Th[-1] 10:00-12:00", "2026-11-26T11:00", Open(at("2026-11-26T12:00"))),
        ("Th[-1] 10:00-12:00", "2026-11-19T11:00", Closed(at("2026-11-26T10:00"))),
        ("week 2-52/2 Mo 09:00-12:00", "2026-11-23T10:00", Open(at("2026-11-23T12:00"))),  # week 48
        ("week 1-53/2 Mo 09:00-12:00", "2026-11-23T10:00", Closed(at("2026-11-30T09:00"))),
        ("Oct-Jun Tu 09:00-17:00", "2026-07-07T10:00", Closed(at("2026-10-06T09:00"))),
        ("Mo-Fr 09:00-17:00; Aug off", "2026-08-03T10:00", Closed(at("2026-09-01T09:00"))),
        ("Nov 01-Mar 31 18:00-08:00", "2026-05-05T20:00", Closed(at("2026-11-02T18:00"))),  # the 1st is a holiday
        ("Mo-Fr 09:00-17:00; Dec 24-Jan 02 off", "2026-12-24T10:00", Closed(at("2027-01-04T09:00"))),
        ("2026 Nov 23 10:00-12:00", "2026-11-23T11:00", Open(at("2026-11-23T12:00"))),
        ("off", "2026-11-23T11:00", Closed(None)),
        # what nobody can know
        ("sunrise-sunset", "2026-11-23T11:00", Unknown(Reason.NOT_UNDERSTOOD)),
        ('"sur rendez-vous"', "2026-11-23T11:00", Unknown(Reason.COMMENT, "sur rendez-vous")),
        ('Mo-Fr 09:00-17:00 "sur rendez-vous"', "2026-11-23T11:00", Unknown(Reason.COMMENT, "sur rendez-vous")),
        ('Mo-Fr 09:00-17:00 "sur rendez-vous"', "2026-11-23T18:00", Closed(None)),
        ('Mo-Fr 09:00-12:00 || "sur rendez-vous"', "2026-11-23T11:00", Open(at("2026-11-23T12:00"))),
        ('Mo-Fr 09:00-12:00 || "sur rendez-vous"', "2026-11-23T13:00", Unknown(Reason.COMMENT, "sur rendez-vous")),
        ("Mo-Fr", "2026-11-23T03:00", Unknown(Reason.NO_TIMES)),
        ("Mo-Fr", "2026-11-28T10:00", Closed(None)),
        ("Mo 18:00+", "2026-11-23T19:00", Unknown(Reason.NO_TIMES)),
        ("Mo-Fr 09:00-17:00; SH off", "2026-11-23T11:00", Unknown(Reason.SCHOOL_HOLIDAYS)),
        ("Mo-Fr 09:00-17:00; SH off", "2026-11-28T11:00", Closed(None)),
        ("Mo-Fr 09:00-17:00; SH Mo-Fr 10:00-12:00", "2026-11-23T11:00", Open(at("2026-11-23T12:00"))),
        # public holidays
        ("Mo-Fr 09:00-17:00", "2026-12-25T10:00", HolidayCheck(date(2026, 12, 25), "christmas")),
        ("Mo-Fr 09:00-17:00", "2026-12-25T07:00", HolidayCheck(date(2026, 12, 25), "christmas")),
        ("Mo-Fr 09:00-17:00", "2026-12-25T18:00", Closed(at("2026-12-28T09:00"))),
        ("Mo-Th 09:00-17:00", "2026-12-25T10:00", Closed(at("2026-12-28T09:00"))),
        ("Mo-Fr 09:00-17:00", "2026-12-24T18:00", Closed(at("2026-12-28T09:00"))),
        ("Mo-Fr 09:00-17:00; PH off", "2026-12-25T10:00", Closed(at("2026-12-28T09:00"))),
        ("Mo-Fr 09:00-17:00; Dec 25 off", "2026-12-25T10:00", Closed(at("2026-12-28T09:00"))),
        ("Mo-Fr,PH 09:00-17:00", "2026-12-25T10:00", Open(at("2026-12-25T17:00"))),
        ("Mo-Fr 09:00-17:00; PH 10:00-12:00", "2026-12-25T11:00", Open(at("2026-12-25T12:00"))),
        ("PH off; Mo-Fr 09:00-17:00", "2026-12-25T10:00", HolidayCheck(date(2026, 12, 25), "christmas")),
        ("Sa 10:00-12:00, Mo-Fr 09:00-17:00", "2026-12-25T10:00", HolidayCheck(date(2026, 12, 25), "christmas")),
        ("Mo-Su 20:00-08:00", "2026-12-25T03:00", Open(at("2026-12-25T08:00"))),
        ("Mo-Su 20:00-08:00", "2026-12-26T03:00", HolidayCheck(date(2026, 12, 25), "christmas")),
        ("Mo-Su 20:00-08:00; PH off", "2026-12-25T03:00", HolidayCheck(date(2026, 12, 25), "christmas")),
        ("Mo-Su 20:00-08:00; PH off", "2026-12-26T03:00", Closed(at("2026-12-26T20:00"))),
    ],
)
def test_answer(osm: str, when: str, expected: Answer) -> None:
    assert ask(osm, when) == expected


@pytest.mark.parametrize(
    ("territory", "day", "name"),
    [
        (Territory.ALSACE_MOSELLE, "2025-12-26", "saint_stephen"),
        (Territory.MAYOTTE, "2026-04-27", "abolition"),
        (Territory.REUNION, "2027-12-20", "abolition"),
        (Territory.MARQUESAS, "2026-11-20", "matarii"),
    ],
)
def test_a_holiday_of_one_territory_is_a_working_day_in_the_others(territory: Territory, day: str, name: str) -> None:
    assert ask("Mo-Fr 09:00-17:00", f"{day}T10:00", territory) == HolidayCheck(date.fromisoformat(day), name)
    assert ask("Mo-Fr 09:00-17:00", f"{day}T10:00") == Open(at(f"{day}T17:00"))


def test_a_holiday_that_only_some_communes_keep_is_asked_for_even_if_the_hours_speak_of_holidays() -> None:
    """Good Friday in Alsace-Moselle: closed with "PH off" where there is a Protestant church, open elsewhere."""
    good_friday = HolidayCheck(date(2026, 4, 3), "good_friday")
    assert ask("Mo-Fr 09:00-17:00; PH off", "2026-04-03T10:00", Territory.ALSACE_MOSELLE) == good_friday
    both = ask("Mo-Fr,PH 09:00-17:00", "2026-04-03T10:00", Territory.ALSACE_MOSELLE)
    assert both == Open(at("2026-04-03T17:00"))


def test_the_clock_on_the_door_counts() -> None:
    """Ten in Paris is five in Guadeloupe and, in winter, one o'clock in Réunion."""
    ten = at("2026-11-23T10:00")
    hours = Hours(osm="Mo-Fr 09:00-12:00")
    assert openness(hours, PARIS, ten) == Open(at("2026-11-23T12:00"))
    guadeloupe = openness(hours, Territory.GUADELOUPE, ten)
    assert guadeloupe == Closed(at("2026-11-23T09:00", Territory.GUADELOUPE))
    assert openness(hours, Territory.REUNION, ten) == Closed(at("2026-11-24T09:00", Territory.REUNION))


def test_the_night_of_the_changed_clock_ends_by_the_wall() -> None:
    """In the night to 29 March 2026 the hour after two is missing: from eight to eight are eleven hours."""
    answer = ask("Mo-Su 20:00-08:00", "2026-03-28T20:00")
    assert answer == Open(at("2026-03-29T08:00"))
    assert isinstance(answer, Open)
    assert answer.until is not None
    assert answer.until.astimezone(UTC) - at("2026-03-28T20:00").astimezone(UTC) == timedelta(hours=11)


@pytest.mark.parametrize(
    ("osm", "asked_at", "until"),
    [
        # 29 March 2026: at two the clock leaps to three, where what ends or begins between is due
        ("Sa 20:00-02:30", "2026-03-29T01:30+01:00", "2026-03-29T03:00+02:00"),
        ("Sa 20:00-05:00", "2026-03-29T01:30+01:00", "2026-03-29T05:00+02:00"),
        # 25 October 2026: the hour after two is shown twice, and what is due in it is due the first time
        ("Sa 20:00-02:30", "2026-10-25T02:10+02:00", "2026-10-25T02:30+02:00"),
        ("Su 02:30-05:00", "2026-10-25T02:10+01:00", "2026-10-25T05:00+01:00"),
        ("Sa 20:00-05:00", "2026-10-25T02:10+02:00", "2026-10-25T05:00+01:00"),
    ],
)
def test_it_is_open_until_a_moment_that_is_still_to_come(osm: str, asked_at: str, until: str) -> None:
    answer = openness(Hours(osm=osm), PARIS, datetime.fromisoformat(asked_at))
    assert isinstance(answer, Open)
    assert answer.until is not None
    assert answer.until.astimezone(UTC) == datetime.fromisoformat(until).astimezone(UTC)


@pytest.mark.parametrize(
    ("osm", "asked_at", "opens_at"),
    [
        ("Su 02:30-05:00", "2026-03-29T01:30+01:00", "2026-03-29T03:00+02:00"),
        ("Su 02:30-05:00", "2026-03-28T12:00+01:00", "2026-03-29T03:00+02:00"),
        ("Su 02:30-05:00", "2026-10-25T02:10+02:00", "2026-10-25T02:30+02:00"),
        ("Sa,Su 20:00-02:30", "2026-10-25T02:10+01:00", "2026-10-25T20:00+01:00"),
        ("Su 09:00-12:00", "2026-10-24T12:00+02:00", "2026-10-25T09:00+01:00"),
    ],
)
def test_it_opens_at_a_moment_that_is_still_to_come(osm: str, asked_at: str, opens_at: str) -> None:
    answer = openness(Hours(osm=osm), PARIS, datetime.fromisoformat(asked_at))
    assert isinstance(answer, Closed)
    assert answer.opens_at is not None
    assert answer.opens_at.astimezone(UTC) == datetime.fromisoformat(opens_at).astimezone(UTC)


@pytest.mark.parametrize(
    ("osm", "opens_at"),
    [
        ("Jun 21-Sep 21 Sa 10:00-12:00", "2027-06-26T10:00"),
        ("Dec-Feb Mo 10:00-12:00", "2026-12-07T10:00"),
        ("Feb 29-Apr 01 10:00-12:00", "2027-03-01T10:00"),
        ("Feb 29 10:00-12:00", None),  # 2028, and nobody waits so long
        ("2026 Nov 30-2027 Jan 15 Mo 10:00-12:00", "2026-11-30T10:00"),
        ("2025 Jan 10-2026 Nov 22 10:00-12:00", None),
        ("2027 Nov 30-2028 Jan 15 10:00-12:00", None),
        ("Jan 10-20 10:00-12:00; Mar 01 Mo-Fr 14:00-15:00", "2027-01-10T10:00"),
        ("week 10 Mo 10:00-12:00", "2027-03-08T10:00"),
        ('Mo 10:00-12:00 "sur rendez-vous"; Apr Tu 10:00-12:00', "2027-04-06T10:00"),
        ("Nov 21-22 18:00-08:00; Nov 23 12:00-13:00", "2026-11-23T12:00"),
    ],
)
def test_the_next_opening_is_found_in_its_season(osm: str, opens_at: str | None) -> None:
    assert ask(osm, "2026-11-23T09:30") == Closed(at(opens_at) if opens_at else None)


def test_a_temporary_closure_holds_against_all_hours() -> None:
    hours = Hours(osm="24/7", closures=(Closure(date(2026, 11, 23), date(2026, 11, 24), "travaux"),))
    assert openness(hours, PARIS, at("2026-11-23T10:00")) == Closed(at("2026-11-25T00:00"), "travaux")
    assert openness(hours, PARIS, at("2026-11-22T10:00")) == Open(at("2026-11-23T00:00"))


def test_a_clock_that_may_be_wrong_is_said_rather_than_used() -> None:
    monday = at("2026-11-23T10:00")
    assert openness(Hours(osm="Mo-Fr 09:00-17:00"), PARIS, monday, clock_trusted=False) == Unknown(Reason.CLOCK)
    assert openness(Hours(osm="24/7"), PARIS, monday, clock_trusted=False) == Open(None)
    closures = (Closure(date(2026, 1, 1), date(2026, 1, 2), "travaux"),)
    closed_at_times = Hours(osm="24/7", closures=closures)
    assert openness(closed_at_times, PARIS, monday, clock_trusted=False) == Unknown(Reason.CLOCK)


def test_no_hours_and_hours_in_words_are_told_apart() -> None:
    monday = at("2026-11-23T10:00")
    assert openness(Hours(), PARIS, monday) == Unknown(Reason.NO_HOURS)
    assert openness(Hours(text="sur demande"), PARIS, monday) == Unknown(Reason.NOT_UNDERSTOOD)


def test_a_place_abroad_has_no_known_clock() -> None:
    monday = at("2026-11-23T10:00")
    assert openness(Hours(osm="Mo-Fr 09:00-17:00"), None, monday) == Unknown(Reason.PLACE)
    assert openness(Hours(osm="24/7"), None, monday) == Open(None)


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(BadInput, match="aware"):
        openness(Hours(osm="24/7"), PARIS, datetime(2026, 11, 23))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("insee", "postcode", "country", "territory"),
    [
        ("97133", "", "", Territory.GUADELOUPE),
        ("", "97133", "", Territory.SAINT_BARTHELEMY),
        ("", "97150", "", Territory.SAINT_MARTIN),
        ("", "67 000", "FR", Territory.ALSACE_MOSELLE),
        ("", "20000", "", Territory.METROPOLE),
        ("", "98000", "MC", None),
        ("", "98000", "", None),
        ("", "", "", Territory.METROPOLE),
        ("", "1000", "BE", None),
        ("nowhere", "75001", "", None),
    ],
)
def test_where_an_address_is(insee: str, postcode: str, country: str, territory: Territory | None) -> None:
    assert territory_at(insee, postcode, country) is territory
