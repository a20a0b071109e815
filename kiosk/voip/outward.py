"""Tells from the far end's own reports (RTCP, RFC 3550 §6.4) that it does not hear us any more. Pure but for a lock.

What goes wrong on the way out alone is heard by nobody at this end. But whoever receives RTP says every few seconds
up to which sequence number it did: a number that stands still while we send is a way out that is cut. A wrong alarm
would hang up on a caller who is heard well, so a far end is believed only after its number has moved with our sound.
"""

import threading

from kiosk.voip.rtcp import Report

LEAST_S = 3.0
"""For so long the number must have stood, from report to report."""
SENT_PER_S = 10
"""Packets: who sent fewer in the meantime, on average, cannot expect to have been heard. A telephone sends 16 to 50."""
_HALF, _WHOLE = 1 << 31, 1 << 32


class OutwardWatch:
    """One call's. Fed from the thread that receives, asked and paused from any."""

    def __init__(self, ours: int) -> None:
        """``ours``: the SSRC under which we send."""
        self._ours = ours
        self._lock = threading.Lock()
        self._is_held = False
        self._reporter: int | None = None
        self._highest: int | None = None
        self._since: float | None = None
        """When the report came that first gave this number; None: to be timed from the next one."""
        self._sent_last: int | None = None
        self._sent = self._sent_before = 0
        """Packets that we sent so far, and that we had sent at ``_since``."""
        self._advances = self._repeats = 0
        """Reports in a row that gave a new number, and since then, the same one."""
        self._unheard_s = 0.0

    def take(self, report: Report, at: float, sent: int, speaker: int | None = None) -> None:
        """One report that came at ``at`` (monotonic seconds), when ``sent`` was our last sequence number (16 bits).

        ``speaker``: the SSRC whose sound we hear, if any. Reports of somebody else are of no matter: behind a
        telephone system that plays music to us, a desk may still be reporting that has been taken off the call.
        """
        with self._lock:
            if self._is_held or speaker not in (None, report.reporter):
                return
            self._sent += (sent - self._sent_last) & 0xFFFF if self._sent_last is not None else 0
            self._sent_last = sent
            if report.reporter != self._reporter:
                self._begin(report.reporter)
            highest = report.highest.get(self._ours)
            if highest is not None and (self._highest is None or highest != self._highest):
                self._moved(highest, at)
            elif self._advances:
                self._stood(at)

    def hold(self, is_held: bool) -> None:
        """While the call is held nothing is judged; afterwards the far end is timed anew."""
        with self._lock:
            self._is_held = is_held
            self._since, self._repeats, self._unheard_s = None, 0, 0.0

    @property
    def unheard_s(self) -> float:
        """Seconds for which the far end has not heard us, as far as it reported; 0: it does, or it cannot be told."""
        with self._lock:
            return self._unheard_s

    def _begin(self, reporter: int) -> None:
        """Somebody of whom nothing is known yet."""
        self._reporter, self._highest, self._since = reporter, None, None
        self._advances = self._repeats = 0
        self._unheard_s = 0.0

    def _moved(self, highest: int, at: float) -> None:
        before, self._highest = self._highest, highest
        is_ahead = before is not None and (highest - before) % _WHOLE < _HALF
        # Numbers that advance and stand by turns come of a reporter that looks up its figures too seldom: it is
        # never believed as readily as one whose numbers are new each time. One that went back has begun anew.
        self._advances = 0 if not is_ahead else 1 if self._repeats else self._advances + 1
        self._unheard_s = 0.0
        self._time_anew(at)

    def _stood(self, at: float) -> None:
        since = at if self._since is None else self._since
        if self._since is None or self._sent - self._sent_before < SENT_PER_S * (at - since):
            self._time_anew(at)
            return
        self._repeats += 1
        if at - since >= LEAST_S and self._repeats >= (1 if self._advances > 1 else 2):
            self._unheard_s = at - since

    def _time_anew(self, at: float) -> None:
        self._since, self._sent_before, self._repeats = at, self._sent, 0
