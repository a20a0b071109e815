"""Refuses a request that is too long before anything reads it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from hub.fleet.wire import refusal


def refuse_large(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: 413 in the wire's own words, so that a terminal can tell it from a portal's."""

    def answer(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > settings.HUB_MAX_BODY:
            words = refusal("too_large", f"the limit is {settings.HUB_MAX_BODY} bytes; send fewer events")
            return JsonResponse(words, status=413)
        return get_response(request)

    return answer
