"""The rules that hold in every history, with time in the history."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.calls.browsing import page_of
from kiosk.calls.line import (
    Alerted,
    Answered,
    AttemptId,
    Cause,
    Ended,
    LineEvent,
    LineKind,
    MediaResumed,
    MediaStalled,
    Progressed,
)
from kiosk.calls.machine import deadline
from kiosk.calls.record import CallRecord
from kiosk.calls.scenes import scene
from kiosk.calls.states import (
    AskedToRepeat,
    Browsing,
    CallAsked,
    Checkpoint,
    Connected,
    CutOffByRestart,
    Dial,
    DigitPressed,
    DirectoryAsked,
    Effect,
    Event,
    FileRecord,
    Gave,
    Give,
    HandsetLifted,
    HandsetReplaced,
    HangUp,
    Idle,
    LanguageChosen,
    Look,
    Looked,
    RefusedNumberAsked,
    Stopped,
    VolumeChosen,
    WentBack,
    live_tries,
    visit_of,
)
from kiosk.directory.search.question import Answer
from kiosk.guide.browse import AtNumber, Giving, Searching
from tests.calls.worlds import DEAD, HELPLINE, LISTENING, READY, RULES, SAMU, UNKNOWN, World
from tests.fakes.directory import ANSWER

MOST_SILENT_S = 2.0

PERSON = st.sampled_from(
    [
        HandsetLifted(),
        HandsetLifted(),
        HandsetReplaced(),
        Stopped(),
        CallAsked(HELPLINE),
        CallAsked(HELPLINE),
        CallAsked(SAMU),
        CallAsked(LISTENING),
        CutOffByRestart(HELPLINE),
        RefusedNumberAsked(),
        DigitPressed("5"),
        DirectoryAsked(),
        WentBack(),
        AskedToRepeat(),
        LanguageChosen("en"),
        VolumeChosen(2),
    ]
)
SIGNALS = st.sampled_from([Progressed, Alerted, Answered, MediaStalled, MediaResumed, Ended])
BEGINNINGS = [(), (HandsetLifted(),), (HandsetLifted(), CallAsked(HELPLINE)), (HandsetLifted(), CallAsked(SAMU))]
"""Left to chance alone, most histories never leave the hook."""
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("person"), PERSON),
        st.tuples(st.just("line"), SIGNALS, st.integers(0, 5), st.sampled_from(list(Cause))),
        st.tuples(st.just("wait"), st.sampled_from([0.01, 0.5, 2.0, 2.6, 6.0, 13.0, 50.0, 130.0])),
        st.tuples(st.just("health"), st.sampled_from(list(LineKind)), st.sampled_from([READY, UNKNOWN, DEAD])),
    ),
    max_size=60,
)


READING = st.lists(
    st.one_of(
        st.tuples(st.just("key"), st.sampled_from("0123456789*#")),
        st.tuples(st.just("key"), st.sampled_from("123#")),
        st.tuples(st.just("answer"), st.integers(0, 1), st.sampled_from([ANSWER, ANSWER, None])),
        st.tuples(st.just("given"), st.integers(0, 1)),
        st.tuples(st.just("line"), SIGNALS, st.integers(0, 2), st.sampled_from(list(Cause))),
        st.tuples(st.just("wait"), st.sampled_from([0.5, 2.1, 30.0, 200.0])),
        st.tuples(st.just("person"), PERSON),
    ),
    max_size=40,
)
PATHS = ["3", "321", "321a", "321a2", "321a3", "321a12", "321a121", "321a1220612345678"]
"""Keys that lead into the directory; ``a``: it answers."""


class Ledger:
    """What the outside world would have seen."""

    def __init__(self, kinds: frozenset[LineKind]) -> None:
        self.world = World(health={kind: READY for kind in kinds})
        self.dialled: list[Dial] = []
        self.answered: set[AttemptId] = set()
        self.released: set[AttemptId] = set()
        self.over: set[AttemptId] = set()
        self.filed: list[CallRecord] = []
        self.checkpointed: dict[str, CallRecord] = {}
        self.looks: list[Look] = []
        self.gives: list[Give] = []

    def take(self, effects: list[Effect]) -> None:
        for each in effects:
            match each:
                case Dial():
                    self.dialled.append(each)
                case HangUp(attempt=attempt):
                    self.released.add(attempt)
                case FileRecord(record=record):
                    self.filed.append(record)
                case Checkpoint(record=record):
                    self.checkpointed[record.visit] = record
                case Look():
                    self.looks.append(each)
                case Give():
                    self.gives.append(each)
                case _:
                    pass
        self.check()

    def answer(self, back: int, answer: Answer | None) -> None:
        """The directory answers one of its last questions, at whatever time and however often."""
        if back >= len(self.looks):
            return
        look, before = self.looks[-1 - back].look, self.world.state
        is_awaited = isinstance(before, Browsing) and isinstance(before.stand, Searching) and before.stand.look == look
        assert self.world.feel(Looked(look, answer)) == []
        if not is_awaited:
            assert self.world.state is before, "an answer that nobody waits for changed something"
        self.check()

    def given(self, back: int) -> None:
        """A slip or a message comes to its end, at whatever time and however often."""
        if back >= len(self.gives):
            return
        give, before = self.gives[-1 - back].give, self.world.state
        is_awaited = isinstance(before, Browsing) and isinstance(before.stand, Giving) and before.stand.give == give
        assert self.world.feel(Gave(give, "print.printed")) == []
        if not is_awaited:
            assert self.world.state is before, "the end of a slip that nobody waits for changed something"
        self.check()

    def signal(self, kind: type, back: int, cause: Cause) -> None:
        """The world says something of one of the last diallings, as a line would: nothing after its end."""
        if back >= len(self.dialled):
            return
        attempt = self.dialled[-1 - back].attempt
        if attempt in self.over:
            return
        event: LineEvent
        if kind is Ended:
            self.over.add(attempt)
            event = Ended(attempt, Cause.HUNG_UP_BY_CALLER if attempt in self.released else cause)
        elif kind is MediaStalled:
            event = MediaStalled(attempt, 3.0)
        else:
            event = kind(attempt)
        if kind is Answered:
            self.answered.add(attempt)
            self.released.discard(attempt)
        stale = attempt not in {one.attempt for one in live_tries(self.world.state)}
        before = self.world.state
        effects = self.world.feel(event)
        if stale:
            # A stale event moves nothing but its own entry in the visit's ledger; an answer is released.
            assert type(self.world.state) is type(before)
            assert deadline(self.world.state, RULES) == deadline(before, RULES)
            assert effects == ([HangUp(attempt)] if kind is Answered else [])
        self.take(effects)

    def check(self) -> None:
        state = self.world.state
        held = {one for one in self.answered - self.over if one not in self.released}
        joined = {state.one.attempt} if isinstance(state, Connected) else set()
        assert held <= joined, "an answered call of ours is neither joined nor released"
        if isinstance(state, Idle):
            assert {each.attempt for each in self.dialled} <= self.released | self.over, "on-hook left a call going"
        live_per_line = [
            each.line for each in self.dialled if each.attempt not in self.over and each.attempt not in self.released
        ]
        assert len(live_per_line) == len(set(live_per_line)), "two live calls on one line"
        if visit_of(state) is not None:
            heard = scene(state, RULES)
            assert heard.say or heard.tone or heard.join, "off-hook and silent"
        if isinstance(state, Browsing):
            due = deadline(state, RULES)
            assert due is not None, "the directory waits for ever"
            if isinstance(state.stand, Searching):
                assert due - state.since <= MOST_SILENT_S
            is_dialled = isinstance(state.stand, AtNumber) and not state.stand.is_whole and not state.is_asked
            assert is_dialled or "0" in {item.key for item in page_of(state, RULES).page.items}, (
                "a page without the helpline"
            )


@settings(max_examples=400)
@given(
    start=st.sampled_from(BEGINNINGS),
    steps=STEPS,
    kinds=st.sampled_from([frozenset(LineKind), frozenset({LineKind.GSM}), frozenset({LineKind.VOIP})]),
)
def test_every_history_keeps_the_rules(
    start: tuple[Event, ...], steps: list[tuple[object, ...]], kinds: frozenset[LineKind]
) -> None:
    ledger = Ledger(kinds)
    for event in start:
        ledger.take(ledger.world.feel(event))
    check_history(ledger, steps)


@settings(max_examples=200)
@given(path=st.sampled_from(PATHS), steps=READING)
def test_every_history_in_the_directory_keeps_the_rules(path: str, steps: list[tuple[object, ...]]) -> None:
    ledger = Ledger(frozenset(LineKind))
    ledger.take(ledger.world.feel(HandsetLifted()))
    for key in path:
        if key == "a":
            ledger.answer(0, ANSWER)
        else:
            ledger.take(ledger.world.press(key))
    check_history(ledger, steps)


def check_history(ledger: Ledger, steps: list[tuple[object, ...]]) -> None:
    """Let ``steps`` happen, then the handset go down; each rule is held at each step and at the end."""
    for step in steps:
        match step:
            case ("person", event):
                ledger.take(ledger.world.feel(_as_event(event)))
            case ("line", kind, back, cause):
                assert isinstance(kind, type)
                assert isinstance(back, int)
                ledger.signal(kind, back, Cause(str(cause)))
            case ("answer", back, answer):
                assert isinstance(back, int)
                assert answer is None or isinstance(answer, Answer)
                ledger.answer(back, answer)
            case ("given", back):
                assert isinstance(back, int)
                ledger.given(back)
            case ("wait", seconds):
                assert isinstance(seconds, float)
                ledger.take(ledger.world.wait(seconds))
            case ("key", key):
                ledger.take(ledger.world.press(str(key)))
            case ("health", kind, health) if kind in ledger.world.health:
                ledger.world.health = {**ledger.world.health, kind: health}  # type: ignore[dict-item]
            case _:
                pass
    ledger.take(ledger.world.feel(HandsetReplaced()))
    assert isinstance(ledger.world.state, Idle)
    visits = {each.attempt.rpartition("-")[0] for each in ledger.dialled}
    assert sorted(record.visit for record in ledger.filed) == sorted(visits), "one record for every visit that dialled"
    for record in ledger.filed:
        dialled = [each for each in ledger.dialled if each.attempt.startswith(record.visit + "-")]
        assert [each.line for each in record.attempts] == [each.line for each in dialled]
        assert record.visit in ledger.checkpointed, "a power cut in mid-visit would have left nothing"
    assert deadline(ledger.world.state, RULES) is None


@settings(max_examples=200)
@given(steps=STEPS)
def test_nothing_waits_for_ever_off_hook(steps: list[tuple[object, ...]]) -> None:
    """Whatever has happened, with the lines gone dumb every state but a live call comes to rest by itself."""
    world = World()
    for step in steps:
        if step[0] == "person":
            world.feel(_as_event(step[1]))
        elif step[0] == "wait":
            assert isinstance(step[1], float)
            world.wait(step[1])
    world.wait(3600.0)
    assert isinstance(world.state, Idle | Connected) or deadline(world.state, RULES) is None


def _as_event(event: object) -> Event:
    return event  # type: ignore[return-value]
