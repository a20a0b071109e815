"""Corrections on the hub: accepted as the terminal makes them, shown together, and without an hour to them."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import requests
from jsonschema.exceptions import ValidationError

from hub.fleet.words import WORDS
from kiosk.guide.correction import By, Correction, Wrong
from kiosk.outbox.envelope import event_of_correction, make_envelope
from kiosk.outbox.seal import Seal
from tests.hub.test_hub import batch, words
from tests.hub.world import Hub, start_hub
from tests.outbox.test_wire import schema
from tests.outbox.worlds import DrivenClock, ulid

NAME = "lyon-3"
RELAY = "dora--accueil-de-jour-7"
BUNDLE = "5e" * 32
AT_MS = 1_790_000_123_456  # 2026-09-21, 13:35:23 UTC


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    running = start_hub(tmp_path_factory.mktemp("hub"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def token(hub: Hub) -> str:
    return hub.add_terminal(NAME)


def correction(number: int, wrong: Wrong = Wrong.HOURS, by: By = By.WORKER, relay: str = RELAY) -> Correction:
    return Correction(id=ulid(number), relay=relay, bundle=BUNDLE, wrong=wrong, by=by)


def sealed(hub: Hub, record: Correction, seq: int) -> dict[str, Any]:
    clock = DrivenClock(wall_at_boot_ms=AT_MS)
    envelope = make_envelope(event_of_correction(record), seq, clock, Seal(hub.public_key))
    document: dict[str, Any] = msgspec.to_builtins(envelope)
    return document


@pytest.mark.parametrize("wrong", list(Wrong))
@pytest.mark.parametrize("by", list(By))
def test_a_correction_as_the_terminal_makes_it_keeps_the_contract(wrong: Wrong, by: By) -> None:
    schema("record-correction-1").validate(msgspec.json.decode(msgspec.json.encode(correction(1, wrong, by))))


def test_the_contract_has_no_place_for_a_person_or_a_visit(hub: Hub, token: str) -> None:
    poison = []
    for number, field in enumerate(("text", "visit", "number", "searched"), start=11):
        record = {**msgspec.to_builtins(correction(number)), field: "x"}
        with pytest.raises(ValidationError):
            schema("record-correction-1").validate(record)
        poison.append({**sealed(hub, correction(number), number), "body": {"form": "plain", "record": record}})
    answer = hub.put(NAME, token, batch(NAME, *poison))
    assert words(answer) == [("rejected", "malformed")] * 4


def test_corrections_are_filed_once_by_the_day_and_shown_together_in_both_languages(hub: Hub, token: str) -> None:
    assert "Aucune correction" in page(hub, "fr")
    both = batch(NAME, sealed(hub, correction(1), 1), sealed(hub, correction(2, Wrong.CLOSED), 2))
    assert words(hub.put(NAME, token, both)) == [("accepted", "")] * 2
    assert words(hub.put(NAME, token, both)) == [("duplicate", "")] * 2
    assert words(hub.put(NAME, token, batch(NAME, sealed(hub, correction(3, by=By.CALLER), 3)))) == [("accepted", "")]
    french, english = page(hub, "fr"), page(hub, "en")
    hours, closed = french.index("les horaires"), french.index("n&#x27;existe plus")
    assert hours < closed  # said twice, said once
    assert "une personne au combiné, un travailleur social" in french
    assert '<td class="n">2</td>' in french
    assert "does not exist any more" in english
    assert RELAY in english
    assert NAME in english
    assert BUNDLE[:12] in english
    # Which relay at which hour would say, beside the visits, who looked at it.
    with sqlite3.connect(f"file:{hub.folder / 'hub.sqlite3'}?mode=ro", uri=True, timeout=20) as database:
        rows = database.execute("select filed_at, wall_ms, boot_ms, received_at from fleet_event").fetchall()
    database.close()
    for filed_at, wall_ms, boot_ms, received_at in rows:
        assert (filed_at, wall_ms, boot_ms) == ("2026-09-21 00:00:00", 1_789_948_800_000, 0)
        assert received_at.endswith(" 00:00:00")
    assert 'href="/corrections?lang=fr"' in hub.page("fr")


def page(hub: Hub, language: str) -> str:
    answer = requests.get(f"{hub.url}/corrections", headers={"Accept-Language": language}, timeout=30)
    assert answer.status_code == 200
    answer.encoding = "utf-8"
    return answer.text


def test_the_page_has_words_for_all_that_can_be_wrong() -> None:
    for language in WORDS.values():
        assert {f"wrong.{each}" for each in Wrong} | {f"by.{each}" for each in By} <= set(language)
