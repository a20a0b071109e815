"""A visit (handset up to handset down) and the dialling tries in it, and the record they leave. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kiosk.calls.dialplan import DialPlan, Target
from kiosk.calls.line import AttemptId, Cause, LineKind
from kiosk.calls.record import AttemptRecord, CallRecord, EndedBy
from kiosk.guide.browse import Stand, Way
from kiosk.speech.tongue import Tongue


@dataclass(frozen=True)
class Try:
    """One attempt over one line, alive or ended. Times are monotonic seconds."""

    attempt: AttemptId
    line: LineKind
    target: Target
    started: float
    rescue: bool = False
    progressed: float | None = None
    alerted: float | None = None
    answered: float | None = None
    ended: float | None = None
    cause: Cause = Cause.HUNG_UP_BY_CALLER
    status: int | None = None
    codec: str = ""


@dataclass(frozen=True)
class Visit:
    """What a visit gathers as it goes on."""

    id: str
    """ULID; the record's id."""
    lifted: float
    """Monotonic seconds."""
    lifted_wall_ms: int
    language: str
    volume: int = 0
    ended: tuple[Try, ...] = ()
    """Tries that are over."""
    leaving: tuple[Try, ...] = ()
    """Tries we hung up and whose end is not confirmed yet."""
    dialled: int = 0
    rescues: int = 0
    crossed: int = 0
    asked_again: int = 0
    """How often the person asked to hear it again: makes the same scene a new one."""
    ended_by: EndedBy = EndedBy.CALLER
    """How the last call of the visit ended, so far."""
    left_at: Stand | None = None
    """Where in the directory the person was when a call began: back leads there. Never recorded."""

    def next_attempt(self) -> tuple["Visit", AttemptId]:
        """The visit with one more dialling counted, and that dialling's id."""
        number = self.dialled + 1
        return replace(self, dialled=number), AttemptId(f"{self.id}-{number}")

    def with_ended(self, one: Try, now: float, cause: Cause, status: int | None = None) -> "Visit":
        """The visit with ``one`` over, for that reason."""
        return replace(self, ended=(*self.ended, replace(one, ended=now, cause=cause, status=status)))

    def with_leaving(self, tries: tuple[Try, ...], now: float, cause: Cause = Cause.HUNG_UP_BY_CALLER) -> "Visit":
        """The visit with ``tries`` hung up by us for that reason; they leave when their line confirms it."""
        leaving = tuple(replace(one, ended=now, cause=cause) for one in tries)
        return replace(self, leaving=self.leaving + leaving)

    def with_left(self, one: Try, status: int | None) -> "Visit":
        """The visit with the end of ``one``, which was leaving, confirmed by its line."""
        rest = tuple(each for each in self.leaving if each.attempt != one.attempt)
        return replace(self, leaving=rest, ended=(*self.ended, replace(one, status=status)))

    def with_crossed(self, one: Try, now: float) -> "Visit":
        """The visit with ``one``, which was leaving, answered all the same."""
        leaving = tuple(replace(each, answered=now) if each is one else each for each in self.leaving)
        return replace(self, leaving=leaving, crossed=self.crossed + 1)


@dataclass(frozen=True)
class GuideRules:
    """The directory as this site has it; times in seconds."""

    is_offered: bool = True
    """False: there is no directory here, and nobody is told of one."""
    tongues: Mapping[str, Tongue] = field(default_factory=dict)
    """The directory's words, by language."""
    radius_km: float | None = None
    """How far local relays are looked for; None: everywhere. From where: the directory knows the site's place."""
    plan: DialPlan = field(default_factory=lambda: DialPlan("", frozenset(), frozenset()))
    """Which relays may be called from here."""
    ways: tuple[Way, ...] = ()
    """How relays can be taken along here, beside the QR code."""
    answer_s: float = 2.0
    """For the directory to answer; then the person is told that it does not."""
    idle_s: float = 60.0
    """Without a key after the page was told, until "are you there?" (ACCESSIBILITY 22)."""
    warn_s: float = 20.0
    """From that question to the end of the visit."""
    give_s: float = 75.0
    """For a slip to be printed, or a message to be sent."""
    limit: int = 12
    """Relays looked for at a time: three pages of them."""


@dataclass(frozen=True)
class CallRules:
    """Deadlines and limits, in seconds; see ``kiosk.settings.Calls`` for what each means."""

    first_progress_s: float = 2.5
    alert_s: float = 12.0
    give_up_s: float = 45.0
    ring_s: float = 60.0
    media_silent_s: float = 3.0
    rescues: int = 3
    left_off_hook_s: float = 120.0
    volume: int = 0
    """Steps at which each visit begins."""
    languages: tuple[str, ...] = ("fr", "en")
    offers: tuple[Target, ...] = field(default=())
    """What is offered when the helpline cannot be reached, keys 1, 2, 3 in this order."""
    guide: GuideRules = GuideRules()
    """Browsing the directory."""


def record_of(visit: Visit, live: tuple[Try, ...], now: float, ended_by: EndedBy) -> CallRecord:
    """The visit's record if it ended at ``now``: all tries in the order in which they were dialled.

    Media figures (engine, loss, jitter, first audio) are left at their defaults: the controller, who has them
    from the voice process, fills them in.
    """
    tries = sorted((*visit.ended, *visit.leaving, *live), key=lambda one: (one.started, one.attempt))
    return CallRecord(
        visit=visit.id,
        lifted_at_ms=visit.lifted_wall_ms,
        language=visit.language,
        off_hook_ms=_ms(visit.lifted, now),
        answered=any(one.answered is not None for one in tries),
        ended_by=ended_by,
        rescues=visit.rescues,
        crossed_answers=visit.crossed,
        attempts=[_attempt_record(visit, one, now) for one in tries],
    )


_RESULTS = {
    Cause.BUSY: "busy",
    Cause.DECLINED: "declined",
    Cause.NO_ANSWER: "no_answer",
    Cause.HUNG_UP_BY_CALLER: "cancelled",
    Cause.UNREACHABLE: "unreachable",
    Cause.TIMEOUT: "unreachable",
    Cause.UNAVAILABLE: "unavailable",
    Cause.NOT_FOUND: "not_found",
}


def result_of(answered: bool, cause: Cause) -> str:
    """The one word that a reader of figures counts; the cause beside it says more."""
    return "answered" if answered else _RESULTS.get(cause, "failed")


def _attempt_record(visit: Visit, one: Try, now: float) -> AttemptRecord:
    end = now if one.ended is None else one.ended

    def since_start(at: float | None) -> int | None:
        return None if at is None else _ms(one.started, at)

    return AttemptRecord(
        line=one.line,
        engine="",
        purpose=one.target.purpose,
        rescue=one.rescue,
        started_ms=_ms(visit.lifted, one.started),
        result=result_of(one.answered is not None, one.cause),
        cause=one.cause,
        status=one.status,
        progress_ms=since_start(one.progressed),
        alerting_ms=since_start(one.alerted),
        answer_ms=since_start(one.answered),
        duration_ms=_ms(one.started, end),
        talk_ms=0 if one.answered is None else _ms(one.answered, end),
        codec=one.codec,
    )


def _ms(start: float, end: float) -> int:
    return max(0, round((end - start) * 1000))
