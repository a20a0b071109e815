"""Error families, named by their remedy.

A library's own errors are translated into one of these where the library is imported. A busy or unanswered
line is an event (:mod:`kiosk.calls.line`), never an exception.
"""


class KioskError(Exception):
    """Base of all errors of ours. Its text names the thing and the remedy."""


class BadInput(KioskError):
    """Somebody gave a value that cannot be used: configuration, number, message. Remedy: correct it."""


class RetryLater(KioskError):
    """The outside world does not answer now. Remedy: the same again, after a pause.

    ``retry_after_s`` is the pause the other side asked for, if it did.
    """

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class NeedsTechnician(KioskError):
    """A thing is broken or missing, and trying again will not mend it. Remedy: a person on site."""
