"""Why a SIP call ended, in the words of the lines: written once, for both engines (table in docs/voice.md)."""

import errno
import re
from enum import StrEnum

from kiosk.calls.line import Cause


class Phase(StrEnum):
    """How far the call had come when it ended."""

    TRYING = "trying"
    """Sent; nothing but perhaps 100 or 183 came back."""
    ALERTING = "alerting"
    ANSWERED = "answered"


_BY_STATUS = {
    401: Cause.FORBIDDEN,
    403: Cause.FORBIDDEN,
    404: Cause.NOT_FOUND,
    407: Cause.FORBIDDEN,
    410: Cause.NOT_FOUND,
    415: Cause.MEDIA_FAILED,
    484: Cause.NOT_FOUND,
    486: Cause.BUSY,
    488: Cause.MEDIA_FAILED,
    600: Cause.BUSY,
    603: Cause.DECLINED,
    604: Cause.NOT_FOUND,
    606: Cause.MEDIA_FAILED,
}

_UNREACHABLE = {
    errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL,
    errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE, errno.ENOTCONN, errno.ENOENT, errno.EDESTADDRREQ,
}  # fmt: skip


def cause_of(status: int | None, phase: Phase) -> Cause:
    """The cause of a final SIP ``status`` received in ``phase``; None: no response at all. Pure.

    RFC 3261 §21. A redirection is not followed (nobody but the configuration says whom a terminal may call).
    """
    if status is None:
        return Cause.NO_ANSWER if phase is Phase.ALERTING else Cause.TIMEOUT
    if phase is Phase.ANSWERED:
        return Cause.HUNG_UP_BY_REMOTE
    if status in (408, 480):
        if phase is Phase.ALERTING:
            return Cause.NO_ANSWER
        return Cause.TIMEOUT if status == 408 else Cause.UNAVAILABLE
    if 500 <= status < 600:
        return Cause.UNAVAILABLE
    return _BY_STATUS.get(status, Cause.FAILED)


def cause_of_errno(number: int, phase: Phase) -> Cause:
    """The cause of a system error that ended the call before or instead of a SIP response. Pure."""
    if phase is Phase.ANSWERED:
        return Cause.HUNG_UP_BY_REMOTE if number == errno.ECONNRESET else Cause.MEDIA_FAILED
    if number in (errno.ETIMEDOUT, errno.EAGAIN):
        return cause_of(None, phase)
    return Cause.UNREACHABLE if number in _UNREACHABLE else Cause.FAILED


def cause_of_text(text: str, phase: Phase) -> tuple[Cause, int | None]:
    """Cause and status of the native stack's closing words: ``486 Busy Here`` or ``Connection refused [111]``. Pure."""
    status = re.match(r"(\d{3})(?: |$)", text)
    if status:
        return cause_of(int(status[1]), phase), int(status[1])
    error = re.search(r"\[(\d+)\]$", text)
    if error:
        return cause_of_errno(int(error[1]), phase), None
    return (Cause.HUNG_UP_BY_REMOTE if phase is Phase.ANSWERED else Cause.FAILED), None
