"""The social worker's mode: filters to questions, the short list, and what is forgotten when."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.directory.hours.openness import Closed, Unknown
from kiosk.directory.hours.openness import Open as IsOpen
from kiosk.directory.hours.schedule import Reason
from kiosk.directory.parts import Hours, Room
from kiosk.directory.places.spot import Spot
from kiosk.directory.record import Service
from kiosk.directory.search.question import Answer, Clock, Found, Question
from kiosk.guide.correction import Wrong
from kiosk.guide.worker import FORGET_S, MOST_FOUND, MOST_KEPT, SAME_HAND_S, WARN_S, advance, deadline, open_at
from kiosk.guide.worker_page import WorkerView
from kiosk.guide.worker_state import (
    Answered,
    Asked,
    Done,
    Effect,
    Event,
    FileCorrection,
    HandsetDown,
    HandsetUp,
    Locate,
    Look,
    Moment,
    Placed,
    PrintSlip,
    Rules,
    SendText,
    TimePassed,
    Worker,
)
from kiosk.guide.worker_touch import (
    Back,
    Choose,
    Clear,
    Close,
    Compare,
    Doubt,
    Filter,
    Filters,
    Keep,
    Near,
    Open,
    Print,
    Report,
    Search,
    Send,
    ShortList,
    Show,
    Turn,
    Type,
)

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
CLOCK = Clock(NOW, is_trusted=True)
NIGHTFALL = datetime(2026, 11, 22, 18, 0, tzinfo=ZoneInfo("Europe/Paris"))
RULES = Rules(has_printer=True, has_texts=True)


def relay(number: int) -> Service:
    return Service(id=f"a--{number}", source="a", name=f"Relais {number}")


def found(number: int) -> Found:
    return Found(relay(number), Unknown(Reason.NO_HOURS), None, Room.UNKNOWN, (), 0.0)


def answer(*numbers: int) -> Answer:
    return Answer(tuple(map(found, numbers)), CLOCK)


class Desk:
    """The mode with a clock that is pushed."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.rules = rules
        self.now = 100.0
        self.worker: Worker | None = None
        self.effects: list[Effect] = []

    def do(self, *events: Event, after_s: float = 1.0) -> list[Effect]:
        """Let them happen; the effects of the last one."""
        for event in events:
            self.now += after_s
            self.worker, self.effects = advance(self.worker, event, Moment(self.now, CLOCK), self.rules)
        return self.effects

    @property
    def open(self) -> Worker:
        assert self.worker is not None
        return self.worker

    @property
    def view(self) -> str:
        return str(self.open.view)

    def found(self, *numbers: int) -> None:
        self.do(Answered(self.open.look, answer(*numbers)))


@pytest.fixture
def desk() -> Desk:
    one = Desk()
    one.do(Open())
    one.found(1, 2, 3)
    return one


def test_every_filter_becomes_a_part_of_the_question(desk: Desk) -> None:
    desk.do(Type("une douche"), Filter("need"), Choose("sante"), Choose("numerique"), Choose("sante--addictions"))
    desk.do(Choose("numerique"), Filter("audience"), Choose("femmes"), Filter("language"), Choose("ar"))
    desk.do(Filter("open"), Choose("tonight"), Filter("radius"))
    (look,) = desk.do(Choose("10"))
    assert look == Look(
        desk.open.look,
        Question(
            text="une douche",
            radius_km=10.0,
            needs=("sante", "sante--addictions"),
            audiences=("femmes",),
            languages=("ar",),
            open_at=NOW.replace(hour=20, minute=0),
            language="fr",
            limit=MOST_FOUND,
        ),
    )
    assert desk.open.view is WorkerView.SEARCH  # one value alone: chosen, and back
    (look,) = desk.do(Clear())
    assert look == Look(desk.open.look, Question(language="fr", limit=MOST_FOUND))


def test_what_is_open_at_another_time_is_shown_as_it_is_now(desk: Desk) -> None:
    night = msgspec.structs.replace(relay(1), hours=Hours("Mo-Su,PH 18:00-24:00"))
    for value, state in (("tonight", Closed(NIGHTFALL)), ("now", IsOpen(None))):
        desk.do(Filter("open"), Choose(value))
        desk.do(Answered(desk.open.look, Answer((replace(found(1), service=night, openness=IsOpen(None)),), CLOCK)))
        assert desk.open.answer is not None
        assert [one.openness for one in desk.open.answer.found] == [state], value


def test_a_place_is_understood_before_it_is_searched_from(desk: Desk) -> None:
    (locate,) = desk.do(Near("  villurbane "))
    assert locate == Locate(desk.open.look, "villurbane")
    near = Spot(name="Villeurbanne")
    (look,) = desk.do(Placed(desk.open.look, near))
    assert isinstance(look, Look)
    assert look.question.near == near
    (locate,) = desk.do(Near("xyz"))
    (look,) = desk.do(Placed(desk.open.look, None))
    assert isinstance(look, Look)
    assert look.question.near is None  # from the site
    assert desk.open.notice == "notice.no_place"
    assert desk.do(Placed(desk.open.look - 1, near)) == []  # an answer to an older question


def test_a_late_answer_changes_nothing_and_none_is_told(desk: Desk) -> None:
    desk.do(Type("a"))
    first = desk.open.look
    desk.do(Type("ab"))
    desk.do(Answered(first, answer(9)))
    assert [one.service.id for one in desk.open.answer.found] == ["a--1", "a--2", "a--3"]  # type: ignore[union-attr]
    desk.do(Answered(desk.open.look, None))
    assert desk.open.notice == "notice.no_directory"


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("now", NOW),
        ("tonight", NOW.replace(hour=20, minute=0)),
        ("night", NOW.replace(day=23, hour=2, minute=0)),
        ("tomorrow", NOW.replace(day=23, hour=10, minute=0)),
        ("saturday", NOW.replace(day=28, hour=10, minute=0)),
        # It is Sunday, and ten o'clock is over.
        ("sunday", NOW.replace(day=29, hour=10, minute=0)),
        ("2026-11-24T18:00", NOW.replace(day=24, hour=18, minute=0)),
        ("", None),
    ],
)
def test_when_it_should_be_open(value: str, at: datetime | None) -> None:
    assert open_at(value, NOW) == at
    assert open_at("tonight", NOW.replace(hour=23)) == NOW.replace(hour=23)  # tonight is now, late in the evening
    assert open_at("night", NOW.replace(hour=3)) == NOW.replace(hour=3)
    assert open_at("sunday", NOW.replace(hour=8)) == NOW.replace(hour=10, minute=0)


def test_values_that_no_filter_has_are_ignored(desk: Desk) -> None:
    desk.do(Filter("radius"))
    assert desk.do(Choose("7")) == []
    desk.do(Filter("open"))
    assert desk.do(Choose("whenever")) == []
    desk.do(Filter("colour"))
    assert desk.open.filter == "open"
    desk.do(Search())
    assert desk.do(Choose("now")) == []  # no filter is shown


def test_the_short_list_is_kept_while_the_question_changes_and_has_its_end(desk: Desk) -> None:
    desk.do(Keep("a--1"), Keep("a--3"), Type("other"))
    desk.found(4, 5, 6, 7, 8, 9, 10)
    desk.do(ShortList(), Show("a--3"))
    assert desk.open.shown == found(3)
    desk.do(Keep())  # off it again, from its card
    assert desk.open.kept == (found(1),)
    assert desk.open.shown == found(3)
    desk.do(Back())
    assert desk.open.view is WorkerView.SHORT_LIST
    desk.do(*(Keep(f"a--{number}") for number in range(4, 11)))
    assert len(desk.open.kept) == MOST_KEPT
    desk.do(Search())
    desk.found(30)
    desk.do(Keep("a--30"))
    assert desk.open.notice == "notice.full"
    assert len(desk.open.kept) == MOST_KEPT


def test_back_leads_by_the_pages_of_a_card_and_by_the_filters(desk: Desk) -> None:
    desk.do(Filters())
    passed = [desk.view]
    for event in (Filter("need"), Back(), Back()):
        desk.do(event)
        passed.append(desk.view)
    assert passed == ["filters", "choose", "filters", "search"]
    desk.do(Show("a--1"), Turn(2))
    assert (desk.view, desk.open.page) == ("card", 2)
    desk.do(Back())
    assert (desk.view, desk.open.page) == ("card", 1)
    desk.do(Back())
    assert desk.view == "search"


def test_it_is_printed_together_and_compared(desk: Desk) -> None:
    assert desk.do(Print()) == []  # nothing to print
    desk.do(Compare())
    assert desk.view == "search"  # nothing to compare
    desk.do(Keep("a--1"), Keep("a--2"), ShortList())
    assert desk.do(Print()) == [PrintSlip((relay(1), relay(2)), "fr")]
    assert desk.open.notice == "notice.printing"
    desk.do(Done("print.no_paper", is_good=False))
    assert desk.open.notice == "print.no_paper"
    desk.do(Compare())
    assert desk.view == "compare"
    desk.do(Show("a--2"))
    assert desk.do(Print()) == [PrintSlip((relay(2),), "fr")]
    assert desk.do(Send("0612345678")) == [SendText(relay(2), "0612345678", "fr")]
    assert "0612345678" not in repr(desk.effects)
    assert "0612345678" not in repr(Send("0612345678"))


def test_a_site_without_printer_or_texts_does_neither() -> None:
    desk = Desk(Rules())
    desk.do(Open())
    desk.found(1)
    desk.do(Show("a--1"))
    assert desk.do(Print()) == []
    assert desk.do(Send("0612345678")) == []


def test_a_correction_is_told_once(desk: Desk) -> None:
    assert desk.do(Doubt()) == []
    assert desk.do(Report(Wrong.HOURS)) == []  # of no relay
    desk.do(Show("a--2"), Doubt())
    assert desk.open.view is WorkerView.WRONG
    assert desk.do(Report(Wrong.HOURS)) == [FileCorrection("a--2", Wrong.HOURS)]
    assert (desk.open.view, desk.open.notice) == (WorkerView.CARD, "notice.told")
    desk.do(Doubt())
    assert desk.do(Report(Wrong.HOURS)) == []
    desk.do(Doubt())
    assert desk.do(Report(Wrong.NUMBER)) == [FileCorrection("a--2", Wrong.NUMBER)]


def test_five_minutes_without_a_touch_forget_everything_and_the_last_half_warns(desk: Desk) -> None:
    desk.do(Keep("a--1"))
    touched = desk.now
    assert deadline(desk.worker) == touched + WARN_S
    desk.do(TimePassed(), after_s=WARN_S - 1)
    assert desk.open.notice == ""
    desk.do(TimePassed(), after_s=1)
    assert desk.open.notice == "notice.forgetting"
    assert deadline(desk.worker) == touched + FORGET_S
    desk.do(TimePassed(), after_s=FORGET_S - WARN_S)
    assert desk.worker is None


def test_a_touch_in_the_last_half_minute_goes_on(desk: Desk) -> None:
    desk.do(TimePassed(), after_s=WARN_S)
    desk.do(Turn(1))
    assert desk.open.notice == ""
    assert deadline(desk.worker) == desk.now + WARN_S


def test_an_answer_or_a_printer_is_no_touch(desk: Desk) -> None:
    used = desk.open.used
    desk.do(Answered(desk.open.look, answer(1)), Done("print.printed", is_good=True))
    assert desk.open.used == used


def test_a_handset_lifted_by_the_same_hand_leaves_the_short_list_out_of_sight(desk: Desk) -> None:
    desk.do(Type("violence"), Filter("need"), Choose("sante"), Search())
    desk.found(1, 2)
    desk.do(Keep("a--2"), Show("a--1"))
    desk.do(HandsetUp(), after_s=SAME_HAND_S)
    hidden = desk.open
    assert hidden.is_hidden
    assert hidden.kept == (found(2),)
    assert (hidden.asked, hidden.answer, hidden.shown, hidden.view) == (Asked(), None, None, WorkerView.SEARCH)
    desk.do(Type("seen by the caller?"), Show("a--2"))  # touches that crossed the handset
    assert desk.worker == hidden
    desk.do(Open())
    assert (desk.open.is_hidden, desk.open.view) == (False, WorkerView.SHORT_LIST)
    desk.do(HandsetDown())
    assert desk.worker is None


def test_a_handset_lifted_later_may_be_anybodys_and_forgets_everything(desk: Desk) -> None:
    desk.do(Keep("a--2"))
    desk.do(HandsetUp(), after_s=SAME_HAND_S + 0.1)
    assert desk.worker is None


def test_a_hidden_short_list_has_its_five_minutes_and_no_more(desk: Desk) -> None:
    desk.do(Keep("a--2"))
    used = desk.open.used
    desk.do(HandsetUp())
    assert deadline(desk.worker) == used + FORGET_S
    desk.now = used + FORGET_S
    desk.do(TimePassed(), after_s=0)
    assert desk.worker is None


def test_leaving_by_hand_forgets_everything(desk: Desk) -> None:
    desk.do(Keep("a--2"), Close(), Open())
    assert desk.open == replace(Worker("fr", desk.now), look=1)


def test_nothing_happens_to_a_mode_that_is_shut() -> None:
    desk = Desk()
    for event in (Type("x"), Keep("a--1"), Print(), HandsetUp(), HandsetDown(), TimePassed(), Answered(1, answer(1))):
        assert desk.do(event) == []
        assert desk.worker is None
    assert deadline(None) is None


TOUCHES: st.SearchStrategy[Event] = st.sampled_from(
    [
        Open(), Open("en"), Close(), Type("a"), Near("Lyon"), Filter("need"), Filter("open"), Choose("now"),
        Choose("sante"), Clear(), Search(), Show("a--1"), Show("a--9"), Keep("a--1"), Keep(), ShortList(), Compare(),
        Print(), Send("0612345678"), Doubt(), Report(Wrong.OTHER), Turn(1), Turn(3), Back(), HandsetUp(),
        HandsetDown(), TimePassed(), Answered(1, answer(1, 2)), Placed(2, None), Done("print.printed", is_good=True),
    ]
)  # fmt: skip


@given(st.lists(st.tuples(TOUCHES, st.sampled_from([0.0, 1.0, 29.0, 31.0, 299.0, 301.0])), max_size=40))
def test_in_every_history_nothing_outlives_a_hang_up_or_five_minutes(history: list[tuple[Event, float]]) -> None:
    desk = Desk()
    for event, after_s in history:
        before = desk.worker
        due = deadline(before)
        desk.do(event, after_s=after_s)
        now = desk.worker
        if isinstance(event, HandsetDown | Close):
            assert now is None
        if isinstance(event, HandsetUp) and now is not None:
            assert now.is_hidden
        if isinstance(event, TimePassed) and before is not None and desk.now >= before.used + FORGET_S:
            assert now is None
        if now is not None:
            assert len(now.kept) <= MOST_KEPT
            assert not now.is_hidden or (now.answer is None and now.shown is None and now.asked == Asked())
            assert due is None or deadline(now) is not None
