"""The pure parts of the index: the curve, forms of misspelt words, what a relay is filed under, a usual week."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.directory.hours.openness import is_usual, openness, usual_week
from kiosk.directory.hours.schedule import Kind
from kiosk.directory.hours.territory import Territory, zone
from kiosk.directory.index.cells import Cells, Home, Relay
from kiosk.directory.index.curve import apart_km, box_around, place_on_curve
from kiosk.directory.index.facts import (
    Reach,
    areas_of,
    calendar_of,
    coded,
    department_of,
    home_of,
    hours_of,
    profile_of,
    refuses,
    seen_on,
    statement_of,
    tags_of,
)
from kiosk.directory.index.slips import distance, forms, slips_in
from kiosk.directory.parts import (
    Audience,
    Capacity,
    Cost,
    Gender,
    Hours,
    Level,
    Phone,
    Place,
    Room,
    Strength,
    Structure,
)
from kiosk.directory.search.weighing import kind_of
from kiosk.directory.vocabulary import needs_above, vocabulary
from tests.directory.search.towns import ANGERS, TONIGHT, relay

latitudes, longitudes = st.floats(-89, 89), st.floats(-179, 179)


def test_the_curve_visits_every_square_once() -> None:
    side = 16
    step_y, step_x = 180 / 65536, 360 / 65536
    seen = {place_on_curve(y * step_y + step_y / 2, x * step_x + step_x / 2) for y in range(side) for x in range(side)}
    assert len(seen) == side * side
    assert max(seen) - min(seen) == side * side - 1


@settings(max_examples=100)
@given(latitudes.filter(lambda one: abs(one) < 70), longitudes.filter(lambda one: abs(one) < 160), st.floats(0, 500))
def test_a_box_holds_its_circle(latitude: float, longitude: float, radius_km: float) -> None:
    south, north, west, east = box_around(latitude, longitude, radius_km)
    for up, right in (
        (north + 0.01, longitude),
        (south - 0.01, longitude),
        (latitude, east + 0.02),
        (latitude, west - 0.02),
    ):
        assert apart_km(latitude, longitude, up, right) > radius_km * 0.99


def test_a_known_distance() -> None:
    assert apart_km(48.8566, 2.3522, 45.7640, 4.8357) == pytest.approx(391.5, abs=1.0)


WORDS = st.text("abcdehirt", min_size=4, max_size=10)


@settings(max_examples=300)
@given(WORDS, st.data())
def test_a_word_and_its_slips_have_a_form_in_common(word: str, data: st.DataObject) -> None:
    slipped = word
    for _ in range(slips_in(word)):
        at = data.draw(st.integers(0, len(slipped) - 2))
        kind = data.draw(st.sampled_from(["drop", "add", "change", "swap"]))
        slipped = {
            "drop": slipped[:at] + slipped[at + 1 :],
            "add": f"{slipped[:at]}e{slipped[at:]}",
            "change": f"{slipped[:at]}z{slipped[at + 1 :]}",
            "swap": slipped[:at] + slipped[at + 1] + slipped[at] + slipped[at + 2 :],
        }[kind]
    if distance(word, slipped, 2) <= min(slips_in(word), slips_in(slipped)):
        assert set(forms(word, slips_in(word))) & set(forms(slipped, slips_in(slipped)))


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("dormir", "dormir", 0),
        ("dormir", "domir", 1),
        ("dormir", "dromir", 1),
        ("dormir", "dornir", 1),
        ("ab", "cd", 2),
    ],
)
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    assert distance(one, other, 2) == distance(other, one, 2) == slips
    assert distance("hebergement", "x", 2) == 3


EXPRESSIONS = st.sampled_from(
    ["24/7", "Mo-Fr 09:00-12:00,14:00-17:00", "Mo-Fr 09:00-17:00; PH off", "Fr 22:00-04:00; Sa off", "Su 20:00-30:00",
     "Mo-Fr", 'Mo 09:00-12:00 "sur rendez-vous"', "Mo-Su 18:00+", "off", "Tu,Th 14:00-18:00; We 09:00-12:00 unknown"]
)  # fmt: skip


@settings(max_examples=150)
@given(EXPRESSIONS, st.sampled_from(Territory), st.integers(0, 2 * 366 * 24 * 4))
def test_the_usual_week_says_what_the_hours_say(osm: str, territory: Territory, quarters: int) -> None:
    hours = Hours(osm)
    week = usual_week(hours)
    assert week is not None
    here = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * quarters)).astimezone(zone(territory))
    if is_usual(here.date(), territory):
        minute = here.weekday() * 1440 + here.hour * 60 + here.minute
        kind = next((kind for start, end, kind in week if start <= minute < end), Kind.CLOSED)
        assert kind == kind_of(openness(hours, territory, here))


@pytest.mark.parametrize(
    "osm", ["Jul-Aug Mo 09:00-12:00", "Mo[1] 09:00-12:00", "SH Mo 09:00-12:00", "", "bientôt", "week 1-53/2 Mo"]
)
def test_what_is_not_the_same_each_week_has_no_usual_week(osm: str) -> None:
    assert usual_week(Hours(osm)) is None


def test_hours_and_place_come_from_the_structure_where_the_service_has_none() -> None:
    structure = Structure(hours=Hours("Mo 09:00-12:00"), place=at_paris())
    assert hours_of(relay("a", structure=structure)) == Hours("Mo 09:00-12:00")
    assert hours_of(relay("a", structure=structure, hours=Hours("24/7"))) == Hours("24/7")
    assert hours_of(relay("a", phones=(Phone("0100000000", hours=Hours("24/7")),))) == Hours("24/7")
    assert hours_of(relay("a")) == Hours()


def test_a_relay_without_a_place_is_there_when_its_line_is_answered() -> None:
    line = Phone("0100000000", hours=Hours("Mo 09:00-12:00"))
    assert hours_of(relay("a", phones=(line,), hours=Hours("24/7"), place=Place())) == line.hours
    assert hours_of(relay("a", phones=(line,), hours=Hours("24/7"), place=at_paris())) == Hours("24/7")
    assert hours_of(relay("a", phones=(Phone("0100000000"),), hours=Hours("24/7"), place=Place())) == Hours("24/7")


def test_a_relay_without_a_place_goes_by_the_clock_of_its_structure_unless_it_is_national() -> None:
    island = Structure(place=Place(postcode="97400", commune="Saint-Denis", insee="97411"))
    remote = relay("a", structure=island, place=Place(), reception=("a-distance",), level=Level.DEPARTMENTAL)
    assert calendar_of(remote).territory is Territory.REUNION
    national = relay("a", structure=island, place=Place(), level=Level.NATIONAL)
    assert calendar_of(national).territory is Territory.METROPOLE
    assert calendar_of(relay("a", structure=island, place=at_paris())).territory is Territory.METROPOLE


def at_paris() -> Place:
    return Place(postcode="75001", commune="Paris", insee="75101")


@pytest.mark.parametrize(
    ("place", "department"),
    [
        (Place(insee="2A004"), "2A"),
        (Place(insee="49007", postcode="44000"), "49"),
        (Place(postcode="20200"), "2B"),
        (Place(postcode="20000"), "2A"),
        (Place(postcode="97410"), "974"),
        (Place(insee="97411"), "974"),
        (Place(postcode="1000", country="BE"), ""),
        (Place(), ""),
    ],
)
def test_the_department_of_an_address(place: Place, department: str) -> None:
    assert department_of(place) == department


def test_the_areas_that_are_served() -> None:
    assert areas_of(relay("a", level=Level.NATIONAL, place=Place()), "") == ("france",)
    assert areas_of(relay("a", level=Level.DEPARTMENTAL), "52") == ("49",)
    assert areas_of(relay("a", level=Level.REGIONAL), "52") == ("R52",)
    assert areas_of(relay("a", level=Level.REGIONAL, area=("84",)), "") == ("R84",)
    assert areas_of(relay("a", area=("84",)), "") == ("84",)
    assert areas_of(relay("a", area=("99100",)), "") == ("france",)
    assert areas_of(relay("a"), "52") == ()


def test_a_need_lies_within_all_themes_around_it() -> None:
    assert needs_above(("a--b--c", "a--d")) == ("a--b--c", "a--b", "a", "a--d")


def test_a_relay_is_filed_under_the_places_that_it_serves_and_is_in() -> None:
    assert set(tags_of(Home(("49", "R52"), "49", "52"), is_spread=True)) == {"a:49", "a:r52", "d:49", "g:52"}
    assert set(tags_of(Home((), "", ""), is_spread=True)) == {"a:-"}
    assert set(tags_of(Home((), "49", ""), is_spread=False)) == {"d:49"}


CELLS = st.builds(
    Relay,
    record=st.integers(0, 2**31),
    latitude=st.none() | latitudes,
    longitude=st.none() | longitudes,
    hours=st.integers(0, 100),
    calendar=st.integers(0, 20),
    seen_on=st.sampled_from([0, date(2026, 1, 1).toordinal()]),
    needs=st.sampled_from([(), (TONIGHT,), (TONIGHT, "sante")]),
    profile=st.sampled_from([
        profile_of(relay("a", languages=("fr", "ar"), age_min=65), vocabulary()),
        profile_of(relay("a", audiences=(Audience("femmes", Strength.EXCLUSIVE),)), vocabulary()),
    ]),
    home=st.sampled_from([home_of(relay("a"), ANGERS), Home(("france",), "", "")]),
    statement=st.sampled_from([
        None, statement_of(relay("a", capacity=Capacity(Room.LIMITED, date(2026, 11, 1)))),
    ]),
)  # fmt: skip


@given(st.lists(CELLS, max_size=12))
def test_cells_are_read_as_they_were_written(relays: list[Relay]) -> None:
    cells = Cells()
    for one in relays:
        cells.add(one)
    read = Cells.unpacked(cells.packed())
    assert read.packed() == cells.packed()
    assert len(read) == len(relays)
    for at, one in enumerate(relays):
        assert (read.record[at], read.hours[at], read.calendar[at], read.seen_on[at]) == (
            one.record, one.hours, one.calendar, one.seen_on,
        )  # fmt: skip
        assert one.latitude is None or read.latitude[at] == one.latitude
        assert read.all_needs[read.needs[at]] == one.needs
        assert read.profiles[read.profile[at]] == one.profile
        assert read.homes[read.home[at]] == one.home
        assert read.statements[read.statement[at]] == one.statement


def test_cells_that_lack_a_relay_are_refused() -> None:
    cells = Cells()
    with pytest.raises(ValueError, match="cells of home are missing"):
        Cells.unpacked(cells.packed() | {"home": b"\0\0\0\0"})


def test_what_is_kept_of_a_relay() -> None:
    service = relay(
        "a", languages=("fr", "ar"), gender=Gender.WOMEN, age_max=20, phones=(Phone("0800000000", cost=Cost.FREE),)
    )
    profile = profile_of(service, vocabulary())
    assert (profile.level, profile.phone, profile.languages, profile.refused) == (
        Level.LOCAL, Reach.FREE, ("fr", "ar"), ("seniors",),
    )  # fmt: skip
    assert seen_on(relay("a")) == 0
    assert (
        seen_on(relay("a", verified_on=date(2026, 1, 1), updated_on=date(2026, 2, 1))) == date(2026, 2, 1).toordinal()
    )
    assert statement_of(relay("a", capacity=Capacity(Room.UNKNOWN, date(2026, 11, 1)))) is None


def test_a_code_is_one_token() -> None:
    assert coded("n:Équipe d'accueil_1") == "n:-quipe-d-accueil-1"


def test_age_and_gender_refuse_a_group() -> None:
    assert refuses(relay("a", age_min=26), "jeunes")
    assert not refuses(relay("a", age_min=18), "jeunes")
    assert refuses(relay("a", gender=Gender.MEN), "femmes")
    assert not refuses(relay("a", age_min=26), "femmes")
