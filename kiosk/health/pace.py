"""When a health report is due: once a day, and soon after the verdict or a weakness is new, but never often. Pure.

Times are seconds since boot: they survive a restart of core, so that one which crashes again and again does not fill
the card with reports.
"""

from dataclasses import dataclass

from kiosk.health.report import Verdict, Weakness
from kiosk.settings import HealthReports


@dataclass(frozen=True)
class Filed:
    """The last report."""

    at_s: float
    verdict: Verdict
    weak: frozenset[Weakness] = frozenset()
    """What it said should be looked at."""


@dataclass
class Pace:
    """Asked with each look at the terminal; told of each filing. One thread."""

    settings: HealthReports
    started_s: float
    filed: Filed | None = None
    _seen: tuple[Verdict, frozenset[Weakness]] | None = None
    _since_s: float = 0.0

    def is_due(self, verdict: Verdict, weak: frozenset[Weakness], now_s: float) -> bool:
        """Whether to file a report with this verdict and these weaknesses now.

        A weakness that the last report did not name is news too: a modem that goes missing from a terminal with a
        stuck key changes no verdict.
        """
        if (verdict, weak) != self._seen:
            self._seen, self._since_s = (verdict, weak), now_s
        if now_s - self.started_s < self.settings.first_s:
            return False  # lines and voice are still coming up: that is no news
        if self.filed is None:
            return True
        since_filed = now_s - self.filed.at_s
        is_news = verdict is not self.filed.verdict or not weak <= self.filed.weak
        is_new = is_news and now_s - self._since_s >= self.settings.steady_s
        return since_filed >= self.settings.every_s or (is_new and since_filed >= self.settings.between_s)
