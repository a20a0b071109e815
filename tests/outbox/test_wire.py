"""What the terminal sends keeps the wire contract of docs/wire."""

import base64
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from nacl.public import PrivateKey, SealedBox
from referencing import Registry, Resource

from kiosk.calls.record import EndedBy
from kiosk.outbox.envelope import Batch, CanSeal, event_of_call, sent_now
from kiosk.outbox.reserve import Tally
from kiosk.outbox.seal import Seal
from kiosk.outbox.store import Outbox
from tests.outbox.worlds import DrivenClock, call_record, event, ulid

WIRE = Path(__file__).resolve().parents[2] / "docs" / "wire"


def schema(name: str) -> Draft202012Validator:
    """The validator of one of the contract's schemas."""
    texts = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in WIRE.glob("*.schema.json")}
    registry: Registry[Any] = Registry().with_resources(
        (path, Resource.from_contents(text)) for path, text in texts.items()
    )
    return Draft202012Validator(texts[f"{name}.schema.json"], registry=registry)


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_request_as_it_leaves_keeps_the_contract(tmp_path: Path, is_sealed: bool) -> None:
    key = PrivateKey.generate()
    seal: CanSeal | None = Seal(bytes(key.public_key).hex()) if is_sealed else None
    outbox = Outbox(tmp_path / "j", DrivenClock(), seal, reserve_kib=0)
    outbox.put(event_of_call(call_record(1, rescued=True)))
    outbox.checkpoint(event_of_call(call_record(2, ended_by=EndedBy.POWER_CUT)))
    outbox.close()
    outbox = Outbox(tmp_path / "j", DrivenClock(boot_name="another-boot"), seal, reserve_kib=0)
    events = outbox.lease(10, 60).events
    request = msgspec.json.decode(
        msgspec.json.encode(Batch(terminal="abri-lyon-3", sent=sent_now(DrivenClock()), events=events))
    )
    schema("request").validate(request)
    assert [item["body"]["form"] for item in request["events"]] == ["sealed" if is_sealed else "plain"] * 2
    for item in request["events"]:
        body = item["body"]
        plain = SealedBox(key).decrypt(base64.b64decode(body["box"])) if is_sealed else json.dumps(body["record"])
        record = json.loads(plain)
        schema("record-call-1").validate(record)
    outbox.close()


def test_the_report_of_lost_records_keeps_the_contract() -> None:
    tally = Tally().with_one_more("call", ulid(5), 7).with_one_more("call", ulid(6), 9)
    schema("record-tally-1").validate(msgspec.to_builtins(tally))


@pytest.mark.parametrize("field", ["number", "caller", "relay", "audio"])
def test_the_contract_has_no_place_for_a_person(field: str) -> None:
    record = msgspec.to_builtins(call_record(1))
    schema("record-call-1").validate(record)
    with pytest.raises(ValidationError):
        schema("record-call-1").validate({**record, field: "0612345678"})
    with pytest.raises(ValidationError):
        schema("record-call-1").validate({**record, "attempts": [{**record["attempts"][0], field: "0612345678"}]})


def test_the_kinds_that_the_contract_does_not_know_are_still_carried(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "j", DrivenClock(), None, reserve_kib=0)
    outbox.put(event(1))
    schema("envelope").validate(msgspec.to_builtins(outbox.lease(1, 60).events[0]))
    outbox.close()
