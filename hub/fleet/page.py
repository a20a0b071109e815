"""The page at ``/``: which terminals are in touch, and what became of each call."""

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Max, Min, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.fleet.models import Call, Event, Terminal
from hub.fleet.words import WORDS, choose_language

CALLS_A_PAGE = 50
SILENT_AFTER = timedelta(hours=1)
"""A terminal gives a sign of life every quarter of an hour."""


@dataclass(frozen=True)
class TerminalRow:
    """One terminal, in words."""

    id: str
    site: str
    last_seen_at: datetime | None
    state: str
    """Key of the words; also the class of the mark."""
    records: int
    missing: int
    """Sequence numbers between the first and the last that never came."""
    lost: int
    health: "HealthCell | None"
    """None: it never said."""


@dataclass(frozen=True)
class HealthCell:
    """A terminal's last word on itself."""

    verdict: str
    """ok, degraded or out_of_order; also the class of the mark."""
    said: str
    """The verdict in words."""
    weak: str
    """What to look at, in words, with commas."""
    detail: tuple[str, ...]
    """The terminal's own texts, in English."""
    at: datetime


@dataclass(frozen=True)
class CorrectionRow:
    """One thing that is said to be wrong with one relay, by everybody who said so."""

    relay: str
    wrong: str
    """In words."""
    times: int
    by: str
    """Who said so, in words, with commas."""
    terminals: str
    last: datetime
    """The day."""
    bundle: str
    """The first digits of the newest bundle that had it."""


@dataclass(frozen=True)
class CallRow:
    """One call, in words."""

    started_at: datetime
    approximate: bool
    terminal: str
    site: str
    language: str
    purpose: str
    lines: str
    outcome: str
    answered: bool
    talk: str
    off_hook: str


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Terminals, then calls, newest first; ``?lang=fr|en``, ``?page=N``."""
    if not _may_read(request):
        return _refused()
    language = _language(request)
    words = WORDS[language]
    calls = Call.objects.select_related("event__terminal").order_by("-started_at", "-pk")
    page = Paginator(calls, CALLS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "terminals": terminal_rows(timezone.now(), words),
        "calls": [call_row(call, words) for call in page],
        "page": page,
    }
    return _shown(request, "fleet/overview.html", language, context)


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """What is said to be wrong in the directory, most often said first; ``?lang=fr|en``."""
    if not _may_read(request):
        return _refused()
    language = _language(request)
    return _shown(request, "fleet/corrections.html", language, {"rows": correction_rows(WORDS[language])})


def _refused() -> HttpResponse:
    response = HttpResponse(
        "HUB_PAGE_PASSWORD: demandé / required", status=401, content_type="text/plain; charset=utf-8"
    )
    response["WWW-Authenticate"] = 'Basic realm="hub", charset="UTF-8"'
    return response


def _language(request: HttpRequest) -> str:
    return choose_language(request.GET.get("lang", ""), request.headers.get("Accept-Language", ""))


def _shown(request: HttpRequest, template: str, language: str, context: dict[str, Any]) -> HttpResponse:
    other = "en" if language == "fr" else "fr"
    context = {"w": WORDS[language], "language": language, "other": other, **context}
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    response["Vary"] = "Accept-Language"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


def terminal_rows(now: datetime, words: Any) -> list[TerminalRow]:
    """All terminals, by name."""
    health = last_health(words)
    lost: dict[str, int] = {}
    for terminal_id, record in Event.objects.filter(kind="tally").values_list("terminal", "record"):
        lost[terminal_id] = lost.get(terminal_id, 0) + sum(record["lost"].values())
    terminals = Terminal.objects.order_by("pk").annotate(
        came=Count("events"),
        distinct=Count("events__seq", distinct=True),
        low=Min("events__seq"),
        high=Max("events__seq"),
    )
    return [
        TerminalRow(
            id=terminal.pk,
            site=terminal.site,
            last_seen_at=terminal.last_seen_at,
            state=_state(terminal, now),
            records=terminal.came,
            missing=terminal.high - terminal.low + 1 - terminal.distinct if terminal.came else 0,
            lost=lost.get(terminal.pk, 0),
            health=health.get(terminal.pk),
        )
        for terminal in terminals
    ]


def last_health(words: Any) -> dict[str, HealthCell]:
    """The newest health report of each terminal, in ``words``."""
    # A terminal sends the oldest first, so the last one to arrive is its last word, whatever its clock says.
    newest = Event.objects.filter(kind="health", terminal=OuterRef("terminal")).order_by("-pk").values("pk")[:1]
    found = Event.objects.filter(kind="health", pk=Subquery(newest))
    return {event.terminal_id: health_cell(event.record, event.filed_at, words) for event in found}


def health_cell(record: Any, at: datetime, words: Any) -> HealthCell:
    """One health report in ``words``. Pure."""
    weak = [words[f"weak.{name}"] for name in record["weak"]]
    handset, machine = record["handset"], record["machine"]
    texts = [
        *(f"{line['line']}: {line['reason']}" for line in record["lines"] if line["readiness"] != "ready"),
        *(f"{one['name']}: {one['fault']}" for one in handset["inputs"]),
        handset["sound_fault"],
        record["panel_fault"],
        *(f"test call {call['path']}: {call['reason']}" for call in record["test_calls"] if not call["ok"]),
        record["outbox"]["fault"],
        machine["card_fault"],
    ]
    if record["trouble"]:
        weak.insert(0, words.get(f"trouble.{record['trouble']}", record["trouble"]))
    return HealthCell(
        verdict=record["verdict"],
        said=words[f"verdict.{record['verdict']}"],
        weak=", ".join(dict.fromkeys(weak)),
        detail=tuple(text for text in texts if text),
        at=at,
    )


def correction_rows(words: Any) -> list[CorrectionRow]:
    """All corrections, those of one relay and one thing together, the most often said first."""
    groups: dict[tuple[str, str], list[Event]] = {}
    for event in Event.objects.filter(kind="correction").order_by("pk"):
        groups.setdefault((event.record["relay"], event.record["wrong"]), []).append(event)
    rows = [
        CorrectionRow(
            relay=relay,
            wrong=words[f"wrong.{wrong}"],
            times=len(events),
            by=", ".join(words[f"by.{by}"] for by in sorted({event.record["by"] for event in events})),
            terminals=", ".join(sorted({event.terminal_id for event in events})),
            last=max(event.filed_at for event in events),
            bundle=events[-1].record["bundle"][:12],
        )
        for (relay, wrong), events in groups.items()
    ]
    return sorted(rows, key=lambda row: (-row.times, row.relay, row.wrong))


def call_row(call: Call, words: Any) -> CallRow:
    """One call in ``words``."""
    result = words.get(f"result.{call.result}", call.result)
    ended = words.get(f"ended.{call.ended_by}", call.ended_by)
    return CallRow(
        started_at=call.started_at,
        approximate=call.event.dated_by == "guess",
        terminal=call.event.terminal_id,
        site=call.event.terminal.site,
        language=call.language,
        purpose=words.get(f"purpose.{call.purpose}", call.purpose),
        lines=" → ".join(
            words.get(f"line.{line.lstrip('+')}", line) + (f" ({words['rescue']})" if line.startswith("+") else "")
            for line in call.lines.split(",")
        ),
        outcome=f"{result}, {ended}" if call.answered or call.ended_by in ("drop", "power_cut") else result,
        answered=call.answered,
        talk=duration(call.talk_ms),
        off_hook=duration(call.off_hook_ms),
    )


def duration(ms: int) -> str:
    """``m:ss``, or ``h:mm:ss``. Pure."""
    minutes, seconds = divmod(round(ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _state(terminal: Terminal, now: datetime) -> str:
    if not terminal.enabled:
        return "disabled"
    if terminal.last_seen_at is None:
        return "never_seen"
    return "seen_recently" if now - terminal.last_seen_at < SILENT_AFTER else "seen_late"


def _may_read(request: HttpRequest) -> bool:
    """With a password set: who knows it. Without: this machine, and not through a proxy on it."""
    password = settings.HUB_PAGE_PASSWORD
    if not password:
        is_forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "Via"))
        return request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and not is_forwarded
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(credentials, validate=True).partition(b":")[2]
    except binascii.Error:
        return False
    return scheme.lower() == "basic" and secrets.compare_digest(given, password.encode())
