"""Holidays and clocks, by hand-made truth."""

import ast
from datetime import date, datetime
from pathlib import Path

import pytest

import kiosk.directory.hours
from kiosk.directory.hours.holidays import easter, holiday, holidays
from kiosk.directory.hours.territory import Territory, territory_of, zone
from kiosk.errors import BadInput


@pytest.mark.parametrize(
    ("year", "sunday"),
    [
        (1961, (4, 2)),
        (2008, (3, 23)),
        (2024, (3, 31)),
        (2025, (4, 20)),
        (2026, (4, 5)),
        (2038, (4, 25)),
        (2285, (3, 22)),
    ],
)
def test_easter(year: int, sunday: tuple[int, int]) -> None:
    """As printed in almanacs, the earliest (22 March) and latest (25 April) among them."""
    assert easter(year) == date(year, *sunday)


def test_the_eleven_of_metropolitan_france() -> None:
    assert sorted((day.month, day.day) for day in holidays(2026, Territory.METROPOLE)) == [
        (1, 1),
        (4, 6),
        (5, 1),
        (5, 8),
        (5, 14),
        (5, 25),
        (7, 14),
        (8, 15),
        (11, 1),
        (11, 11),
        (12, 25),
    ]


@pytest.mark.parametrize(
    ("territory", "more"),
    [
        (Territory.ALSACE_MOSELLE, {(4, 3): False, (12, 26): True}),
        (Territory.GUADELOUPE, {(4, 3): False, (5, 27): True, (7, 21): False}),
        (Territory.MARTINIQUE, {(4, 3): False, (5, 22): True, (7, 21): False}),
        (Territory.GUYANE, {(6, 10): True}),
        (Territory.REUNION, {(12, 20): True}),
        (Territory.SAINT_PIERRE_MIQUELON, {}),
        (Territory.MAYOTTE, {(4, 27): True}),
        (Territory.SAINT_BARTHELEMY, {(10, 9): True}),
        (Territory.SAINT_MARTIN, {(5, 28): True, (7, 21): False}),
        (Territory.WALLIS_FUTUNA, {(4, 28): True, (6, 29): False, (7, 29): True}),
        (Territory.POLYNESIA, {(3, 5): True, (4, 3): True, (11, 20): True}),
        (Territory.MARQUESAS, {(3, 5): True, (4, 3): True, (11, 20): True}),
        (Territory.NEW_CALEDONIA, {(9, 24): True}),
    ],
)
def test_holidays_of_its_own(territory: Territory, more: dict[tuple[int, int], bool]) -> None:
    everywhere = holidays(2026, Territory.METROPOLE)
    own = {(day.month, day.day): one.is_sure for day, one in holidays(2026, territory).items() if day not in everywhere}
    assert own == more


def test_two_holidays_on_one_day_are_one() -> None:
    """Ascension fell on 1 May in 2008: labour day holds."""
    found = holiday(date(2008, 5, 1), Territory.METROPOLE)
    assert found is not None
    assert found.name == "labour_day"


def test_polynesia_gave_up_its_day_of_autonomy() -> None:
    assert holiday(date(2024, 6, 29), Territory.POLYNESIA) is not None
    assert holiday(date(2025, 6, 29), Territory.POLYNESIA) is None


@pytest.mark.parametrize(
    ("code", "territory", "noon_in_paris"),
    [
        ("75056", Territory.METROPOLE, 12),
        ("2A004", Territory.METROPOLE, 12),
        ("2b", Territory.METROPOLE, 12),
        ("", Territory.METROPOLE, 12),
        ("67482", Territory.ALSACE_MOSELLE, 12),
        ("57", Territory.ALSACE_MOSELLE, 12),
        ("97105", Territory.GUADELOUPE, 7),
        ("97209", Territory.MARTINIQUE, 7),
        ("973", Territory.GUYANE, 8),
        ("97411", Territory.REUNION, 15),
        ("97502", Territory.SAINT_PIERRE_MIQUELON, 8),
        ("97611", Territory.MAYOTTE, 14),
        ("97701", Territory.SAINT_BARTHELEMY, 7),
        ("97801", Territory.SAINT_MARTIN, 7),
        ("98613", Territory.WALLIS_FUTUNA, 23),
        ("98735", Territory.POLYNESIA, 1),
        ("98731", Territory.MARQUESAS, 1),
        ("98719", Territory.GAMBIER, 2),
        ("98818", Territory.NEW_CALEDONIA, 22),
    ],
)
def test_what_the_clock_shows_when_it_is_noon_in_paris_in_winter(
    code: str, territory: Territory, noon_in_paris: int
) -> None:
    assert territory_of(code) is territory
    noon = datetime(2026, 1, 15, 12, tzinfo=zone(Territory.METROPOLE))
    assert noon.astimezone(zone(territory)).hour == noon_in_paris


def test_the_marquesas_are_half_an_hour_ahead_of_tahiti() -> None:
    noon = datetime(2026, 1, 15, 12, tzinfo=zone(Territory.POLYNESIA))
    assert noon.astimezone(zone(Territory.MARQUESAS)).strftime("%H:%M") == "12:30"


@pytest.mark.parametrize("code", ["99100", "96", "00001", "7505", "7505a", "Paris", "98411", "98901", "²1"])
def test_a_code_that_says_nothing_is_refused_by_name(code: str) -> None:
    with pytest.raises(BadInput, match=code):
        territory_of(code)


def test_every_territory_has_a_clock() -> None:
    assert all(zone(territory).key for territory in Territory)


def test_no_clock_and_no_file_is_read() -> None:
    """The time is given: a terminal whose clock is wrong must be able to say so."""
    forbidden = {"now", "today", "utcnow", "time", "open", "read_text", "getenv", "environ"}
    found = {
        (path.name, node.attr)
        for path in Path(kiosk.directory.hours.__path__[0]).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in forbidden
    }
    assert found == set()
