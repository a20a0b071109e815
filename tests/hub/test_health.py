"""Health reports on the hub: accepted as the terminal makes them, shown, and closed to anything about a caller."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from jsonschema.exceptions import ValidationError

from hub.fleet.words import WORDS
from kiosk.calls.line import Readiness
from kiosk.health.report import Health, InputReport, Weakness
from kiosk.outbox.envelope import Event, make_envelope
from kiosk.outbox.seal import Seal
from kiosk.readiness import Trouble
from tests.health.worlds import GSM, VOIP, handset, health, line, machine
from tests.hub.test_hub import CLOCK, batch, words
from tests.hub.world import Hub, start_hub
from tests.outbox.test_wire import schema


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    running = start_hub(tmp_path_factory.mktemp("hub"))
    yield running
    running.stop()


@pytest.fixture
def terminal(hub: Hub, request: pytest.FixtureRequest) -> tuple[str, str]:
    name = f"h-{abs(hash(request.node.name)) % 10**9}"
    return name, hub.add_terminal(name)


def report(hub: Hub, record: Health | dict[str, Any], seq: int = 1) -> dict[str, Any]:
    plain = msgspec.to_builtins(record)
    event = Event(id=plain["id"], kind="health", record=msgspec.json.encode(plain))
    document: dict[str, Any] = msgspec.to_builtins(make_envelope(event, seq, CLOCK, Seal(hub.public_key)))
    return document


BAD_DAY = health(
    2,
    trouble="handset",
    lines=(line(VOIP), line(GSM, Readiness.DEAD, "no SIM card")),
    handset=handset(cradle="mute", bad_in_a_row=2, lost_db=41.0, inputs=(InputReport("button help", "stuck"),)),
    machine=machine(temperature_c=None, card_free_mib=None, power=()),
)


@pytest.mark.parametrize("record", [health(), BAD_DAY], ids=["a well terminal", "a bad day"])
def test_a_report_as_the_terminal_makes_it_keeps_the_contract(record: Health) -> None:
    schema("record-health-1").validate(msgspec.json.decode(msgspec.json.encode(record)))


@pytest.mark.parametrize("field", ["number", "caller", "audio"])
def test_the_contract_has_no_place_for_a_person(field: str) -> None:
    record = msgspec.to_builtins(health())
    with pytest.raises(ValidationError):
        schema("record-health-1").validate({**record, field: "x"})
    with pytest.raises(ValidationError):
        schema("record-health-1").validate({**record, "handset": {**record["handset"], field: "x"}})


def test_a_report_is_filed_once_and_the_last_one_is_shown_in_both_languages(
    hub: Hub, terminal: tuple[str, str]
) -> None:
    name, token = terminal
    assert "pas encore de bulletin" in hub.page("fr")
    first = batch(name, report(hub, health(1)))
    assert words(hub.put(name, token, first)) == [("accepted", "")]
    assert words(hub.put(name, token, first)) == [("duplicate", "")]
    assert '<span class="ok">Bonne</span>' in hub.page("fr")
    assert words(hub.put(name, token, batch(name, report(hub, BAD_DAY, 2)))) == [("accepted", "")]
    french, english = hub.page("fr"), hub.page("en")
    assert '<span class="out_of_order">Hors service, voyant éteint</span>' in french
    assert "combiné, voie mobile, essai du combiné, touches" in french
    assert '<span class="out_of_order">Out of order, light off</span>' in english
    assert "handset, mobile path, handset test, keys" in english
    assert "gsm: no SIM card" in english
    assert "button help: stuck" in english


@pytest.mark.parametrize(
    "reason", ["call to 0612345678 failed", "06 12 34 56 78", "06.12.34.56.78", "caf\u00e9", "x" * 161]
)
def test_a_text_that_may_hold_a_number_is_refused_by_hub_and_schema(
    hub: Hub, terminal: tuple[str, str], reason: str
) -> None:
    name, token = terminal
    record = msgspec.to_builtins(health(3))
    record["lines"][0]["reason"] = reason
    assert words(hub.put(name, token, batch(name, report(hub, record)))) == [("rejected", "malformed")]
    with pytest.raises(ValidationError):
        schema("record-health-1").validate(msgspec.json.decode(msgspec.json.encode(record)))


def test_the_page_has_words_for_every_verdict_weakness_and_trouble() -> None:
    for language in WORDS.values():
        assert {f"weak.{each}" for each in Weakness} <= set(language)
        assert {f"trouble.{each}" for each in Trouble if each} <= set(language)
