"""What travels to the hub: a record's envelope, readable, around its body, sealed. Wire form: docs/wire.md.

Outside the seal stands only what carries the record: which one it is, in which order, when, and by which version of
the contract to read it.
"""

import base64
import binascii
from typing import Annotated, Any, Literal, Protocol

import msgspec

from kiosk.calls.record import CallRecord
from kiosk.errors import BadInput
from kiosk.guide.correction import Correction
from kiosk.outbox.clock import Clock, ClockQuality

WIRE_VERSION = 1
RECORD_VERSION = 1

EventId = Annotated[str, msgspec.Meta(pattern="^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
"""A ULID in its canonical upper-case form."""
Kind = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z_]{0,31}$")]


class SealedBody(msgspec.Struct, frozen=True, kw_only=True, tag="sealed", tag_field="form"):
    """A body that the hub alone can read."""

    key: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]
    """Which of the hub's keys opens it."""
    box: Annotated[str, msgspec.Meta(min_length=64)]
    """libsodium sealed box around the record's JSON, base64."""


class PlainBody(msgspec.Struct, frozen=True, kw_only=True, tag="plain", tag_field="form"):
    """A body as it is: only where no key is configured (demo)."""

    record: dict[str, Any]


class Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One record on its way. Numbers in ms; see docs/wire.md for each field."""

    id: EventId
    seq: Annotated[int, msgspec.Meta(ge=1)]
    """Grows by one a record as long as the journal lives, also across restarts: a gap on the hub is a loss."""
    boot: str
    boot_ms: Annotated[int, msgspec.Meta(ge=0)]
    wall_ms: int
    clock: ClockQuality
    """Of ``wall_ms``, at the time the record was filed."""
    kind: Kind
    version: Annotated[int, msgspec.Meta(ge=1)]
    """Of the record's form, by kind."""
    body: SealedBody | PlainBody


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A record to be kept: what :meth:`kiosk.outbox.store.Outbox.put` takes."""

    id: str
    """ULID, given by whoever makes the record: filing it twice is harmless."""
    kind: str
    record: bytes
    """JSON object."""
    version: int = RECORD_VERSION


class CanSeal(Protocol):
    """:class:`kiosk.outbox.seal.Seal`, or a test's."""

    key_id: str

    def close(self, plain: bytes) -> str: ...


def event_of_call(record: CallRecord) -> Event:
    """The event of one visit; its id is the visit's."""
    return Event(id=record.visit, kind="call", record=msgspec.json.encode(record))


def event_of_correction(record: Correction) -> Event:
    """The event of one correction."""
    return Event(id=record.id, kind="correction", record=msgspec.json.encode(record))


def make_body(record: bytes, seal: CanSeal | None) -> SealedBody | PlainBody:
    """``record`` (a JSON object) sealed, or as it is without a seal. Raises: BadInput when it is no JSON object."""
    try:
        plain = msgspec.json.decode(record, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise BadInput(f"record: {error}; file a JSON object") from error
    return PlainBody(record=plain) if seal is None else SealedBody(key=seal.key_id, box=seal.close(record))


def make_envelope(event: Event, seq: int, clock: Clock, seal: CanSeal | None) -> Envelope:
    """The envelope of ``event``, stamped now. Raises: BadInput naming the field that is wrong."""
    document = {
        "id": event.id,
        "seq": seq,
        "boot": clock.boot(),
        "boot_ms": clock.boot_ms(),
        "wall_ms": clock.wall_ms(),
        "clock": clock.quality(),
        "kind": event.kind,
        "version": event.version,
        "body": msgspec.to_builtins(make_body(event.record, seal)),
    }
    return parse_envelope(document)


def parse_envelope(document: Any) -> Envelope:
    """An envelope from its JSON form. Raises: BadInput."""
    try:
        envelope = msgspec.convert(document, Envelope)
        if isinstance(envelope.body, SealedBody):
            base64.b64decode(envelope.body.box, validate=True)
    except (msgspec.ValidationError, binascii.Error) as error:
        raise BadInput(f"envelope: {error}; see docs/wire.md") from error
    return envelope


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """The terminal's clocks when a request left: the hub dates records of the same boot with them."""

    boot: str
    boot_ms: int
    wall_ms: int
    clock: ClockQuality


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Body of ``PUT /v1/terminals/{id}/events``."""

    wire: Literal[1] = 1
    terminal: str
    sent: Sent
    events: tuple[Envelope, ...]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The hub's word on one event."""

    id: str
    result: Literal["accepted", "duplicate", "rejected"]
    reason: str = ""
    """Of a rejection: a short name, then words for the technician in ``detail``."""
    detail: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Body of the hub's 200."""

    wire: Literal[1]
    terminal: str
    results: tuple[Result, ...]


def sent_now(clock: Clock) -> Sent:
    """The clocks as they are."""
    return Sent(boot=clock.boot(), boot_ms=clock.boot_ms(), wall_ms=clock.wall_ms(), clock=clock.quality())
