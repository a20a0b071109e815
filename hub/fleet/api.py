"""The terminals' API (docs/wire.md): one idempotent PUT, a word on every event."""

import logging
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from hub.fleet.intake import take_in
from hub.fleet.models import Terminal
from hub.fleet.seal import NoKeys
from hub.fleet.wire import MOST_EVENTS, Answer, Batch, refusal

log = logging.getLogger(__name__)


WORDS = frozenset({"other_terminal", "too_large", "no_key"})


class TerminalToken(HttpBearer):
    """A terminal's own token, for its own address alone."""

    def authenticate(self, request: HttpRequest, token: str) -> Terminal | None:
        """The terminal that the address names, if the token is its own."""
        terminal_id = request.resolver_match.kwargs.get("terminal_id", "")
        terminal = Terminal.objects.filter(pk=terminal_id).first()
        return terminal if terminal is not None and terminal.owns(token) else None


api = NinjaAPI(title="SOS Crise hub", version="1", docs_url=None, openapi_url=None, auth=TerminalToken())


@api.put("terminals/{terminal_id}/events", response=Answer)
def put_events(request: HttpRequest, terminal_id: str, batch: Batch) -> Any:
    """File each event once, and say of each what became of it, when the disk has it."""
    terminal: Terminal = request.auth
    if batch.terminal != terminal.pk:
        raise HttpError(400, "other_terminal")
    if len(batch.events) > MOST_EVENTS:
        raise HttpError(413, "too_large")
    now = timezone.now()
    try:
        with transaction.atomic():
            results = [take_in(terminal, batch.sent, item, now) for item in batch.events]
            Terminal.objects.filter(pk=terminal.pk).update(last_seen_at=now)
    except NoKeys as error:
        log.exception("no private key")
        raise HttpError(503, "no_key") from error
    for result in results:
        if result.result == "rejected":
            log.warning("%s: %s rejected: %s (%s)", terminal.pk, result.id, result.reason, result.detail)
    return Answer(terminal=terminal.pk, results=results)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: Exception) -> HttpResponse:
    return JsonResponse(refusal("unknown_terminal", "add_terminal gives a token"), status=401)


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: Exception) -> HttpResponse:
    return JsonResponse(refusal("malformed", "see docs/wire.md"), status=400)


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    word = str(error) if str(error) in WORDS else "malformed"  # django-ninja's own: a body that is no JSON
    response = JsonResponse(refusal(word), status=error.status_code)
    if error.status_code == 503:
        response["Retry-After"] = "300"
    return response
