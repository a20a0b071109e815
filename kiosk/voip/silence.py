"""Tells when an answered call has fallen silent on the network, and when it is heard again. Pure."""

from kiosk.calls.line import AttemptId, MediaResumed, MediaStalled


class SilenceWatch:
    """One call's, from its answer on. ``after_s``: how long without a packet is a stall."""

    def __init__(self, attempt: AttemptId, after_s: float) -> None:
        self._attempt, self._after_s = attempt, after_s
        self._stalled = False

    def judge(self, now: float, heard_at: float) -> MediaStalled | MediaResumed | None:
        """What there is to tell at ``now``; ``heard_at``: the last packet, or the answer or resumption after it.

        Not to be asked while the call is held: nothing is expected then.
        """
        silent_s = now - heard_at
        if silent_s > self._after_s and not self._stalled:
            self._stalled = True
            return MediaStalled(self._attempt, round(silent_s, 2))
        if silent_s <= self._after_s and self._stalled:
            self._stalled = False
            return MediaResumed(self._attempt)
        return None
