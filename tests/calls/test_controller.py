"""The shell around the machine: effects reach their line, one timer is armed, records are complete."""

from kiosk.calls.controller import Controller, MediaFigures
from kiosk.calls.dialplan import DialPlan
from kiosk.calls.line import Answered, AttemptId, Cause, Ended, LineHealth, LineKind, Readiness
from kiosk.calls.record import EndedBy
from kiosk.calls.states import Browsing, DigitPressed, DirectoryAsked, HandsetLifted, HandsetReplaced, Idle, State
from kiosk.guide.browse import AtList, Failed
from tests.calls.worlds import GSM, RULES, VOIP
from tests.fakes.directory import ANSWER, FakeLibrary
from tests.fakes.lines import FakeKeeper, FakeLine, FakeTime

PLAN = DialPlan("0800190000", frozenset(), frozenset({"3114"}))


class Desk:
    """A controller with everything around it faked."""

    def __init__(self, *kinds: LineKind) -> None:
        self.lines = {kind: FakeLine(kind) for kind in kinds or (VOIP, GSM)}
        self.keeper, self.time = FakeKeeper(), FakeTime()
        self.states: list[State] = []
        self.library = FakeLibrary()
        self.controller = Controller(RULES, PLAN, self.lines, self.keeper, self.states.append, self.time, self.library)

    def attempt(self, number: int) -> AttemptId:
        return AttemptId(f"visit1-{number}")


def test_a_call_over_two_lines_is_told_to_both_and_recorded_once() -> None:
    desk = Desk()
    desk.controller.handle(HandsetLifted())
    assert desk.controller.ask_for("0 800 19 00 00") is None
    desk.time.pass_by(RULES.first_progress_s)
    desk.controller.handle(Answered(desk.attempt(2), "pcm"))
    desk.controller.handle(DigitPressed("7"))
    desk.controller.note_figures(desk.attempt(2), MediaFigures("pcm", 1.5, 8.0, 900))
    desk.controller.handle(HandsetReplaced())
    assert desk.lines[VOIP].sent == [("dial", "0800190000 fr"), ("hang up", "1")]
    assert desk.lines[GSM].sent == [("dial", "0800190000 fr"), ("digit", "7"), ("hang up", "2")]
    (record,) = desk.keeper.filed
    assert [(each.line, each.engine, each.loss_pct, each.first_audio_ms) for each in record.attempts] == [
        (VOIP, "fake", None, None),
        (GSM, "fake", 1.5, 900),
    ]
    assert {each.visit for each in desk.keeper.checkpoints} == {record.visit}


def test_one_timer_is_armed_and_none_on_hook() -> None:
    desk = Desk()
    desk.controller.handle(HandsetLifted())
    desk.controller.ask_for("3114")
    desk.controller.handle(Answered(desk.attempt(1)))
    assert [each for each in desk.time.alarms if not each.is_cancelled] == []
    desk.controller.handle(HandsetReplaced())
    assert [each for each in desk.time.alarms if not each.is_cancelled] == []


def test_a_refused_number_reaches_no_line() -> None:
    desk = Desk()
    desk.controller.handle(HandsetLifted())
    refusal = desk.controller.ask_for("0899 12 34 56")
    assert refusal is not None
    assert "surcharged" in refusal.reason
    assert [line.sent for line in desk.lines.values()] == [[], []]


def test_an_answer_after_the_visit_is_released_by_whichever_line_has_it() -> None:
    desk = Desk()
    desk.controller.handle(HandsetLifted())
    desk.controller.ask_for("3114")
    desk.controller.handle(HandsetReplaced())
    desk.controller.handle(Answered(desk.attempt(1)))
    assert desk.lines[VOIP].sent == [("dial", "3114 fr"), ("hang up", "1"), ("hang up", "1")]
    assert isinstance(desk.controller.state, Idle)


def test_a_rescue_asks_the_lines_health_at_that_moment() -> None:
    desk = Desk()
    desk.controller.handle(HandsetLifted())
    desk.controller.ask_for("3114")
    desk.controller.handle(Answered(desk.attempt(1)))
    desk.lines[GSM].health = LineHealth(Readiness.DEAD, "no network")
    desk.controller.handle(Ended(desk.attempt(1), Cause.MEDIA_FAILED))
    assert desk.lines[VOIP].sent == [("dial", "3114 fr"), ("dial", "3114 fr")]
    assert desk.lines[GSM].sent == []


def test_the_last_checkpoint_before_a_power_cut_reads_as_one() -> None:
    desk = Desk(GSM)
    desk.controller.handle(HandsetLifted())
    desk.controller.ask_for("3114")
    desk.time.pass_by(4)
    desk.controller.handle(Answered(desk.attempt(1)))
    last = desk.keeper.checkpoints[-1]
    assert (last.ended_by, last.answered, last.attempts[0].answer_ms) == (EndedBy.POWER_CUT, True, 4000)


def test_a_question_goes_to_the_directory_and_its_answer_to_the_machine() -> None:
    desk = Desk()
    desk.controller.handle(HandsetLifted())
    for event in (DirectoryAsked(), DigitPressed("2"), DigitPressed("1")):
        desk.controller.handle(event)
    assert [question.needs for question in desk.library.asked] == [
        ("logement-hebergement--rechercher-une-solution-dhebergement-temporaire--ce-soir",)
    ]
    desk.library.answer(ANSWER)
    assert isinstance(desk.controller.state, Browsing)
    assert isinstance(desk.controller.state.stand, AtList)
    assert [each for each in desk.time.alarms if not each.is_cancelled], "one timer, for the page"


def test_an_answer_after_the_visit_or_after_its_time_changes_nothing() -> None:
    desk = Desk()
    desk.controller.handle(HandsetLifted())
    for event in (DirectoryAsked(), DigitPressed("2"), DigitPressed("1")):
        desk.controller.handle(event)
    desk.time.pass_by(RULES.guide.answer_s)
    assert isinstance(desk.controller.state, Browsing)
    assert isinstance(desk.controller.state.stand, Failed)
    desk.controller.handle(HandsetReplaced())
    desk.library.answer(ANSWER)
    assert isinstance(desk.controller.state, Idle)
