"""Takes one event in: open, check, file once. The only writer of events."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from pydantic import ValidationError

from hub.fleet.models import Call, Event, Terminal
from hub.fleet.seal import CannotOpen, open_sealed
from hub.fleet.wire import KINDS, RECORDS, CallRecord, CorrectionRecord, Envelope, PlainBody, Record, Result, Sent

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Rejected(Exception):
    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def take_in(terminal: Terminal, sent: Sent, item: Any, now: datetime) -> Result:
    """Our word on ``item``. Inside the caller's transaction; raises NoKeys when the hub lacks its own key."""
    event_id = item.get("id") if isinstance(item, dict) else None
    event_id = event_id if isinstance(event_id, str) else ""
    try:
        return _file(terminal, sent, item, now)
    except _Rejected as error:
        return Result(id=event_id, result="rejected", reason=error.reason, detail=error.detail)


def _file(terminal: Terminal, sent: Sent, item: Any, now: datetime) -> Result:
    envelope = _envelope(item)
    if envelope.kind not in KINDS:
        raise _Rejected("unknown_kind", f"{envelope.kind}: this hub knows {', '.join(sorted(KINDS))}")
    if (envelope.kind, envelope.version) not in RECORDS:
        raise _Rejected("unknown_version", f"{envelope.kind} version {envelope.version}: update the hub")
    record = _record(envelope)
    content = json.dumps([envelope.kind, envelope.version, record.model_dump()], sort_keys=True)
    filed_at, dated_by = date_of(envelope, sent, now)
    times = envelope.model_dump(include={"boot_ms", "wall_ms"})
    is_correction = isinstance(record, CorrectionRecord)
    if is_correction:
        # It names a relay: its hour beside a visit's would say who looked at it. The day is all that is kept.
        filed_at, now = _day(filed_at), _day(now)
        times = {"boot_ms": 0, "wall_ms": int(filed_at.timestamp() * 1000)}
    with transaction.atomic():
        event, is_new = Event.objects.get_or_create(
            terminal=terminal,
            event_id=envelope.id,
            defaults={
                **envelope.model_dump(include={"seq", "boot", "clock", "kind", "version"}),
                **times,
                "record": record.model_dump(),
                "content_sha256": hashlib.sha256(content.encode()).hexdigest(),
                "filed_at": filed_at,
                "dated_by": dated_by,
            },
        )
        if not is_new:
            if event.content_sha256 != hashlib.sha256(content.encode()).hexdigest():
                raise _Rejected("conflict", "this id is here with other content")
            return Result(id=envelope.id, result="duplicate")
        if isinstance(record, CallRecord):
            _call(event, record).save()
        if is_correction:
            Event.objects.filter(pk=event.pk).update(received_at=now)
    return Result(id=envelope.id, result="accepted")


def _envelope(item: Any) -> Envelope:
    try:
        return Envelope.model_validate(item)
    except ValidationError as error:
        raise _Rejected("malformed", _where(error)) from error


def _record(envelope: Envelope) -> Record:
    body = envelope.body
    try:
        if isinstance(body, PlainBody):
            plain = json.dumps(body.record).encode()
        else:
            plain = open_sealed(body.key, body.box, settings.HUB_PRIVATE_KEY_FILE)
        record = RECORDS[envelope.kind, envelope.version].model_validate_json(plain)
    except CannotOpen as error:
        raise _Rejected(error.reason, "seal to the key this hub shows with make_keys") from error
    except ValidationError as error:
        raise _Rejected("malformed", _where(error)) from error
    inner = record.visit if isinstance(record, CallRecord) else record.id
    if inner != envelope.id:
        raise _Rejected("malformed", "the record inside is not the one the envelope names")
    return record


def date_of(envelope: Envelope, sent: Sent, now: datetime) -> tuple[datetime, str]:
    """When the terminal filed it, and how we know. Pure.

    A terminal has no clock battery: with a wall clock that was not synced, the time is counted back on the boot
    clock from the arrival of the request, if both are of one boot.
    """
    if envelope.clock == "synced":
        return _at(envelope.wall_ms, now), "terminal"
    if envelope.boot == sent.boot and sent.boot_ms >= envelope.boot_ms:
        return now - timedelta(milliseconds=sent.boot_ms - envelope.boot_ms), "boot"
    return _at(envelope.wall_ms, now), "guess"


def _at(wall_ms: int, now: datetime) -> datetime:
    """A terminal's wall clock as a date that a calendar can show, never after ``now``."""
    return EPOCH + timedelta(milliseconds=min(max(wall_ms, 0), int(now.timestamp() * 1000)))


def _day(at: datetime) -> datetime:
    """Its midnight, UTC."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _call(event: Event, record: CallRecord) -> Call:
    attempts = record.attempts
    told = next((attempt for attempt in attempts if attempt.result == "answered"), attempts[-1])
    # The same clock stamped both, so their distance holds however wrong it was.
    since_lift = timedelta(milliseconds=min(max(event.wall_ms - record.lifted_at_ms, 0), 86_400_000))
    return Call(
        event=event,
        started_at=event.filed_at - since_lift,
        language=record.language,
        purpose=attempts[0].purpose,
        lines=",".join(("+" if attempt.rescue else "") + attempt.line for attempt in attempts)[:200],
        answered=record.answered,
        ended_by=record.ended_by,
        result=told.result,
        rescues=record.rescues,
        off_hook_ms=record.off_hook_ms,
        talk_ms=sum(attempt.talk_ms for attempt in attempts),
    )


def _where(error: ValidationError) -> str:
    """Where it is wrong and how; never the value, which may be what should not be here."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"[:200]
