"""Tells when an answered call has fallen silent on the network, one way or both, and when it is heard again. Pure."""

from kiosk.calls.line import AttemptId, MediaResumed, MediaStalled


class SilenceWatch:
    """One call's, from its answer on. ``after_s``: how long without a packet is a stall."""

    def __init__(self, attempt: AttemptId, after_s: float) -> None:
        self._attempt, self._after_s = attempt, after_s
        self._stalled = False

    def judge(self, now: float, heard_at: float, unheard_s: float = 0.0) -> MediaStalled | MediaResumed | None:
        """What there is to tell at ``now``; ``heard_at``: the last packet, or the answer or resumption after it.

        ``unheard_s``: for how long the far end has not heard us (:class:`kiosk.voip.outward.OutwardWatch`). Both ways
        are one stall, over when neither is silent. Not to be asked while the call is held: nothing is expected then.
        """
        silent_s = now - heard_at
        is_silent = silent_s > self._after_s
        if (is_silent or unheard_s > 0.0) == self._stalled:
            return None
        self._stalled = not self._stalled
        if not self._stalled:
            return MediaResumed(self._attempt)
        return MediaStalled(self._attempt, round(silent_s if is_silent else unheard_s, 2), outward=not is_silent)


def in_words(told: MediaStalled | MediaResumed) -> str:
    """For the log: which way is silent, and for how many seconds it has been."""
    match told:
        case MediaStalled(silent_s=silent_s, outward=outward):
            return f"the far end {'does not hear us' if outward else 'is not heard'}: {silent_s} s"
        case MediaResumed():
            return "sound both ways again"
