"""The record: one JSON form, stable ids, capacity that decays."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given, settings

from kiosk.directory.parts import Capacity, Hours, Phone, Place, Room, Structure
from kiosk.directory.record import Service, canonical, checked, parse, room_on, stable_id
from kiosk.errors import BadInput
from tests.directory.records import FULL, services

BARE = Service(id="essai--1", source="essai", name="Un")


@settings(max_examples=40)
@given(services)
def test_any_record_comes_back_from_its_line_and_gives_the_same_line(service: Service) -> None:
    line = canonical(service)
    assert parse(line) == service
    assert canonical(parse(line)) == line
    assert b"\n" not in line


def test_the_record_of_the_tests_says_something_in_every_field() -> None:
    assert {field.name for field in msgspec.structs.fields(Service)} == set(msgspec.json.decode(canonical(FULL)))
    structure = msgspec.json.decode(canonical(FULL))["structure"]
    assert {field.name for field in msgspec.structs.fields(Structure)} == set(structure)


def test_an_empty_part_that_is_spelt_out_is_no_other_record() -> None:
    spelt = msgspec.structs.replace(BARE, hours=Hours(osm=""), place=Place(country="", latitude=None), phones=())
    assert canonical(spelt) == canonical(BARE) == b'{"id":"essai--1","name":"Un","source":"essai"}'
    plain, spelt = (msgspec.structs.replace(BARE, phones=(one,)) for one in (Phone("115"), Phone("115", hours=Hours())))
    assert canonical(spelt) == canonical(plain)


@pytest.mark.parametrize(
    ("line", "where"),
    [
        (b'{"id":"a b","name":"x","source":"y"}', "$.id"),
        (b'{"id":"a","source":"y"}', "name"),
        (b'{"id":"a","name":"x","source":"y","place":{"latitude":91}}', "$.place.latitude"),
        (b'{"id":"a","name":"x","source":"y","phones":[{"number":"08 00"}]}', "$.phones[0].number"),
        (b'{"id":"a","name":"x","source":"y","colour":"red"}', "colour"),
        (b'{"id":"a","name":"\xff","source":"y"}', "directory record"),
        (b"{", "directory record"),
    ],
)
def test_a_wrong_line_is_named_by_its_field(line: bytes, where: str) -> None:
    with pytest.raises(BadInput) as error:
        parse(line)
    assert where in str(error.value)


def test_a_record_built_with_a_wrong_value_is_named_by_its_field() -> None:
    assert checked(FULL) is FULL
    with pytest.raises(BadInput, match=r"\$\.place\.longitude"):
        checked(msgspec.structs.replace(BARE, place=Place(longitude=200.0)))


def test_an_id_stays_the_same_and_needs_no_key() -> None:
    assert stable_id("dora", "AidantsConnect:2024-47BXY") == "dora--AidantsConnect:2024-47BXY"
    assert stable_id("dila", "R 17") == "dila--R_17"
    assert stable_id("t", "", "Le  Lieu", "1 rue X") == stable_id("t", "", "le lieu", "1 RUE  X")
    assert stable_id("t", "", "Le Lieu", "1 rue X") != stable_id("t", "", "Le Lieu 1", "rue X")


def test_a_statement_of_room_decays_to_unknown() -> None:
    day = date(2026, 11, 22)
    capacity = Capacity(Room.FULL, day, good_for_days=2)
    believed = {n: room_on(capacity, day + timedelta(days=n)) for n in (-1, 0, 2, 3)}
    assert believed == {-1: Room.UNKNOWN, 0: Room.FULL, 2: Room.FULL, 3: Room.UNKNOWN}
    assert room_on(None, day) is Room.UNKNOWN
