"""A line that dials nobody, a keeper with a long memory, and a clock that is turned by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.calls.line import AttemptId, LineHealth, LineKind, Readiness
from kiosk.calls.record import CallRecord


@dataclass
class FakeLine:
    """Notes what it is told, as (verb, attempt number or digit)."""

    kind: LineKind
    engine: str = "fake"
    health: LineHealth = field(default_factory=lambda: LineHealth(Readiness.READY))
    sent: list[tuple[str, str]] = field(default_factory=list)

    def dial(self, attempt: AttemptId, number: str, language: str) -> None:
        self.sent.append(("dial", f"{number} {language}"))

    def hang_up(self, attempt: AttemptId) -> None:
        self.sent.append(("hang up", attempt.rpartition("-")[2]))

    def send_digit(self, attempt: AttemptId, digit: str) -> None:
        self.sent.append(("digit", digit))


@dataclass
class FakeKeeper:
    checkpoints: list[CallRecord] = field(default_factory=list)
    filed: list[CallRecord] = field(default_factory=list)

    def checkpoint(self, record: CallRecord) -> None:
        self.checkpoints.append(record)

    def file(self, record: CallRecord) -> None:
        self.filed.append(record)


@dataclass
class FakeAlarm:
    when: float
    callback: Callable[[], None]
    is_cancelled: bool = False

    def cancel(self) -> None:
        self.is_cancelled = True


@dataclass
class FakeTime:
    seconds: float = 1000.0
    ids: int = 0
    alarms: list[FakeAlarm] = field(default_factory=list)

    def now(self) -> float:
        return self.seconds

    def wall_ms(self) -> int:
        return round(self.seconds * 1000)

    def fresh_id(self) -> str:
        self.ids += 1
        return f"visit{self.ids}"

    def call_at(self, when: float, callback: Callable[[], None]) -> FakeAlarm:
        self.alarms.append(FakeAlarm(when, callback))
        return self.alarms[-1]

    def pass_by(self, seconds: float) -> None:
        """Let time pass, ringing each alarm at its time."""
        end = self.seconds + seconds
        while due := [each for each in self.alarms if not each.is_cancelled and each.when <= end]:
            first = min(due, key=lambda each: each.when)
            first.is_cancelled = True
            self.seconds = max(self.seconds, first.when)
            first.callback()
        self.seconds = end
