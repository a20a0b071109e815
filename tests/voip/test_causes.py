"""Why a call ended: the table of docs/voice.md."""

import errno

import pytest

from kiosk.calls.line import Cause
from kiosk.voip.causes import Phase, cause_of, cause_of_errno, cause_of_text


@pytest.mark.parametrize(
    ("status", "trying", "alerting"),
    [
        (486, Cause.BUSY, Cause.BUSY),
        (600, Cause.BUSY, Cause.BUSY),
        (603, Cause.DECLINED, Cause.DECLINED),
        (404, Cause.NOT_FOUND, Cause.NOT_FOUND),
        (484, Cause.NOT_FOUND, Cause.NOT_FOUND),
        (407, Cause.FORBIDDEN, Cause.FORBIDDEN),
        (480, Cause.UNAVAILABLE, Cause.NO_ANSWER),
        (408, Cause.TIMEOUT, Cause.NO_ANSWER),
        (503, Cause.UNAVAILABLE, Cause.UNAVAILABLE),
        (488, Cause.MEDIA_FAILED, Cause.MEDIA_FAILED),
        (302, Cause.FAILED, Cause.FAILED),
        (None, Cause.TIMEOUT, Cause.NO_ANSWER),
    ],
)
def test_status_has_one_cause_in_each_phase(status: int | None, trying: Cause, alerting: Cause) -> None:
    assert (cause_of(status, Phase.TRYING), cause_of(status, Phase.ALERTING)) == (trying, alerting)


@pytest.mark.parametrize("number", [errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ECONNRESET])
def test_system_error_before_the_answer_is_unreachable(number: int) -> None:
    assert cause_of_errno(number, Phase.TRYING) is Cause.UNREACHABLE


@pytest.mark.parametrize(
    ("text", "phase", "told"),
    [
        ("486 Busy Here", Phase.TRYING, (Cause.BUSY, 486)),
        ("Connection refused [111]", Phase.TRYING, (Cause.UNREACHABLE, None)),
        ("Connection timed out [110]", Phase.TRYING, (Cause.TIMEOUT, None)),
        ("Connection reset by peer [104]", Phase.ANSWERED, (Cause.HUNG_UP_BY_REMOTE, None)),
        ("", Phase.TRYING, (Cause.FAILED, None)),
    ],
)
def test_native_stacks_closing_words_are_understood(text: str, phase: Phase, told: tuple[Cause, int | None]) -> None:
    assert cause_of_text(text, phase) == told
