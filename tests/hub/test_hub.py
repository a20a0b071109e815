"""The hub as terminals and people meet it: the real process, on loopback."""

import base64
import stat
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import requests

from kiosk.outbox.envelope import WIRE_VERSION, event_of_call, make_envelope
from kiosk.outbox.seal import Seal
from tests.hub.world import Hub, manage, start_hub
from tests.outbox.test_wire import schema
from tests.outbox.worlds import DrivenClock, call_record, event, ulid

CLOCK = DrivenClock()
SENT = {"boot": CLOCK.boot_name, "boot_ms": 61_000, "wall_ms": 1_800_000_000_000, "clock": "none"}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    running = start_hub(tmp_path_factory.mktemp("hub"))
    yield running
    running.stop()


@pytest.fixture
def terminal(hub: Hub, request: pytest.FixtureRequest) -> tuple[str, str]:
    """A terminal of this test's own, and its token."""
    name = f"t-{abs(hash(request.node.name)) % 10**9}"
    return name, hub.add_terminal(name)


def call(hub: Hub, number: int, *, seq: int | None = None, rescued: bool = False) -> dict[str, Any]:
    filed = event_of_call(call_record(number, rescued=rescued))
    envelope = make_envelope(filed, seq or number, CLOCK, Seal(hub.public_key))
    document: dict[str, Any] = msgspec.to_builtins(envelope)
    return document


def batch(terminal: str, *events: Any) -> dict[str, Any]:
    return {"wire": WIRE_VERSION, "terminal": terminal, "sent": SENT, "events": list(events)}


def words(answer: requests.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    schema("answer").validate(body)
    return [(result["result"], result.get("reason", "")) for result in body["results"]]


def test_a_sealed_call_is_accepted_once_and_a_duplicate_ever_after(hub: Hub, terminal: tuple[str, str]) -> None:
    name, token = terminal
    request = batch(name, call(hub, 1), call(hub, 2))
    schema("request").validate(request)
    assert words(hub.put(name, token, request)) == [("accepted", ""), ("accepted", "")]
    assert words(hub.put(name, token, request)) == [("duplicate", ""), ("duplicate", "")]
    sealed_again = batch(name, call(hub, 1, seq=9))
    assert words(hub.put(name, token, sealed_again)) == [("duplicate", "")]
    assert [event_id for owner, event_id in hub.filed() if owner == name] == [ulid(1), ulid(2)]


def test_the_same_id_with_other_content_is_a_conflict_and_from_another_terminal_is_not(
    hub: Hub, terminal: tuple[str, str]
) -> None:
    name, token = terminal
    assert words(hub.put(name, token, batch(name, call(hub, 1)))) == [("accepted", "")]
    assert words(hub.put(name, token, batch(name, call(hub, 1, rescued=True)))) == [("rejected", "conflict")]
    other = name + "-b"
    other_token = hub.add_terminal(other)
    assert words(hub.put(other, other_token, batch(other, call(hub, 1)))) == [("accepted", "")]


def spoil(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**document, **changes}


def test_poison_is_rejected_by_reason_and_costs_its_neighbours_nothing(hub: Hub, terminal: tuple[str, str]) -> None:
    name, token = terminal
    good = call(hub, 1)
    box = bytearray(base64.b64decode(good["body"]["box"]))
    box[-1] ^= 1
    broken = {**good["body"], "box": base64.b64encode(bytes(box)).decode()}
    with_number = {**msgspec.to_builtins(call_record(8)), "number": "0612345678"}
    poison: list[tuple[Any, str]] = [
        (spoil(good, id=ulid(2), version=99), "unknown_version"),
        (spoil(good, id=ulid(3), kind="weather"), "unknown_kind"),
        (spoil(good, id=ulid(4), body=broken), "cannot_open"),
        (spoil(good, id=ulid(5), body={**good["body"], "key": "0" * 16}), "unknown_key"),
        (spoil(good, id=ulid(6)), "malformed"),  # the record inside is another one
        (spoil(good, id=ulid(7), clock="roughly"), "malformed"),
        (spoil(good, id=ulid(8), body={"form": "plain", "record": with_number}), "malformed"),
        (spoil(good, id="not-a-ulid"), "malformed"),
        (spoil(good, seq=True), "malformed"),
        ({"id": ulid(9)}, "malformed"),
        ([], "malformed"),
        (None, "malformed"),
    ]
    answer = hub.put(name, token, batch(name, *(item for item, _ in poison), good))
    assert words(answer) == [*(("rejected", reason) for _, reason in poison), ("accepted", "")]
    assert "0612345678" not in answer.text
    assert "0612345678" not in (hub.folder / "hub.log").read_text(encoding="utf-8")
    assert [event_id for owner, event_id in hub.filed() if owner == name] == [ulid(1)]


def test_an_unsealed_record_is_taken_too(hub: Hub, terminal: tuple[str, str]) -> None:
    name, token = terminal
    envelope = make_envelope(event_of_call(call_record(1)), 1, CLOCK, None)
    assert words(hub.put(name, token, batch(name, msgspec.to_builtins(envelope)))) == [("accepted", "")]


def test_a_tally_of_lost_records_shows_on_the_page(hub: Hub, terminal: tuple[str, str]) -> None:
    name, token = terminal
    record = {"kind": "tally", "id": ulid(1), "lost": {"call": 7}, "first_ms": 1, "last_ms": 2}
    plain = spoil(call(hub, 1), kind="tally", body={"form": "plain", "record": record})
    assert words(hub.put(name, token, batch(name, plain))) == [("accepted", "")]
    assert "7 lost, card full" in hub.page(query="?lang=en")


def refused(answer: requests.Response) -> tuple[int, str]:
    body = answer.json()
    schema("refusal").validate(body)
    return answer.status_code, body["error"]


def test_a_terminal_sends_with_its_own_token_to_its_own_address_alone(hub: Hub, terminal: tuple[str, str]) -> None:
    name, token = terminal
    other = name + "-b"
    other_token = hub.add_terminal(other)
    assert refused(hub.put(name, other_token, batch(name))) == (401, "unknown_terminal")
    assert refused(hub.put("nobody", token, batch("nobody"))) == (401, "unknown_terminal")
    assert refused(hub.put(name, "", batch(name))) == (401, "unknown_terminal")
    assert refused(hub.put(name, token, batch(other))) == (400, "other_terminal")
    assert words(hub.put(name, token, batch(name))) == []
    renewed = manage(hub.folder, "add_terminal", name, "--again")
    assert refused(hub.put(name, token, batch(name))) == (401, "unknown_terminal")
    assert words(hub.put(name, renewed, batch(name))) == []


def test_requests_that_are_none_are_refused_in_the_wires_own_words(hub: Hub, terminal: tuple[str, str]) -> None:
    name, token = terminal
    assert refused(hub.put(name, token, b"{")) == (400, "malformed")
    assert refused(hub.put(name, token, {**batch(name), "wire": 2})) == (400, "malformed")
    assert refused(hub.put(name, token, b" " * 300_001)) == (413, "too_large")
    assert refused(hub.put(name, token, batch(name, *[None] * 501))) == (413, "too_large")


def test_the_database_keeps_no_token_and_the_key_file_is_its_owners(hub: Hub, terminal: tuple[str, str]) -> None:
    name, token = terminal
    everything = b"".join(path.read_bytes() for path in hub.folder.glob("hub.sqlite3*"))
    assert name.encode() in everything
    assert token.encode() not in everything
    assert stat.S_IMODE((hub.folder / "hub.key").stat().st_mode) == 0o600


def test_the_page_tells_terminals_and_calls_in_both_languages(hub: Hub, terminal: tuple[str, str]) -> None:
    name, token = terminal
    french = hub.page("fr-FR,fr;q=0.9")
    assert f'<th scope="row">{name}</th><td>Abri de {name}</td>' in french
    assert "Jamais vue" in french
    hub.put(name, token, batch(name, call(hub, 1, rescued=True), call(hub, 4)))
    french, english = hub.page("fr-FR,fr;q=0.9"), hub.page("de, en;q=0.5, fr;q=0.1")
    assert '<html lang="fr">' in french
    assert "internet → mobile (secours)" in french
    assert "A abouti, raccroché par l&#x27;appelant" in french
    assert '<html lang="en">' in english
    assert "internet → mobile (rescue)" in english
    assert "Got through, caller hung up" in english
    assert "2 missing" in english  # sequence numbers 2 and 3 never came
    assert '<html lang="en">' in hub.page("fr", "?lang=en")


def test_the_page_is_not_for_whoever_comes_through_a_proxy(hub: Hub) -> None:
    answer = requests.get(hub.url, headers={"X-Forwarded-For": "203.0.113.7"}, timeout=30)
    assert answer.status_code == 401


def test_a_clock_without_battery_is_dated_by_the_boot_that_sends(hub: Hub, terminal: tuple[str, str]) -> None:
    name, token = terminal
    clock = DrivenClock(ms=1_000, wall_at_boot_ms=0)
    lost_in_time = make_envelope(event(1), 1, clock, None)
    document = spoil(call(hub, 1), wall_ms=lost_in_time.wall_ms, clock="none", boot_ms=1_000)
    assert words(hub.put(name, token, batch(name, document))) == [("accepted", "")]
    assert "1970" not in hub.page()


def test_forget_deletes_what_is_too_old_and_nothing_else(hub: Hub, terminal: tuple[str, str]) -> None:
    name, token = terminal
    hub.put(name, token, batch(name, call(hub, 1)))
    assert manage(hub.folder, "forget") == "0"
    assert (name, ulid(1)) in hub.filed()


def test_no_migration_is_missing(hub: Hub) -> None:
    assert manage(hub.folder, "makemigrations", "--check", "--dry-run") == "No changes detected"
