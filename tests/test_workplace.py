"""The social worker's mode in core: a caller goes first, time forgets, and a fault of its own costs nothing else."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from hardware.text_message import Sending
from kiosk.calls.states import Idle, LeftOffHook, Menu, Outcome, Over, State
from kiosk.calls.visit import Visit
from kiosk.directory.places.spot import Spot
from kiosk.directory.search.question import Answer, Clock, Question
from kiosk.errors import BadInput
from kiosk.guide.correction import Correction
from kiosk.guide.worker import FORGET_S, SAME_HAND_S, WARN_S
from kiosk.guide.worker_page import WorkerPage
from kiosk.outbox.envelope import Event
from kiosk.settings import Directory, Settings, Terminal
from kiosk.takeaway.handing import Handing
from kiosk.workplace import Workplace
from tests.guide.test_worker import answer, found

NOW = datetime(2026, 11, 22, 14, 30, 20, tzinfo=UTC)
VISIT = Visit("01", 0.0, 0, "fr")
MENU, OVER = Menu(VISIT, 0.0), Over(VISIT, None, Outcome.ENDED, 0.0)
AWAY = LeftOffHook("fr", 0.0)


class SkippingLoop(asyncio.SelectorEventLoop):
    """A loop whose clock can be set forward."""

    skipped_s = 0.0

    def time(self) -> float:
        return super().time() + self.skipped_s


class Librarian:
    """Answers at once, with three relays."""

    bundle = "ab" * 32

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.is_broken = False

    def ask(self, question: Question, on_answer: Callable[[Answer | None], None]) -> None:
        if self.is_broken:
            raise RuntimeError(question.text)
        self.asked.append(question)
        on_answer(answer(1, 2, 3))

    def locate(self, place: str, on_spot: Callable[[Spot | None], None]) -> None:
        on_spot(Spot(place.title()))

    def clock(self) -> Clock:
        return Clock(NOW, is_trusted=True)


class Keeper:
    def __init__(self) -> None:
        self.filed: list[Event] = []

    def file_event(self, event: Event) -> None:
        self.filed.append(event)


class Stage:
    """A workplace and what is around it."""

    def __init__(self, directory: Directory, languages: tuple[str, ...] = ("fr", "en")) -> None:
        settings = Settings(terminal=Terminal(id="t", languages=languages), directory=directory)
        self.librarian, self.keeper = Librarian(), Keeper()
        self.changes = 0
        handing = Handing(settings, self._send, self.librarian.clock)
        self.place = Workplace(settings, self.librarian, self.keeper, handing, self._changed)  # type: ignore[arg-type]
        self.place.follow(Idle())

    async def _send(self, _number: str, _text: str) -> Sending:
        raise AssertionError

    def _changed(self) -> None:
        self.changes += 1

    def do(self, do: str, **more: Any) -> None:
        self.place.touch({"do": do, **more})

    @property
    def page(self) -> WorkerPage:
        assert self.place.page is not None
        return self.place.page

    async def skip(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, SkippingLoop)
        loop.skipped_s += seconds
        for _ in range(3):
            await asyncio.sleep(0)


def play(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        runner.run(story())


def test_a_caller_goes_first_and_finds_nothing_of_what_was_searched() -> None:
    async def story() -> None:
        stage = Stage(Directory())
        assert stage.place.page is None
        stage.do("open")
        stage.do("type", text="violence")
        stage.do("keep", id="a--2")
        assert (stage.page.text, stage.page.kept) == ("violence", 1)
        await stage.skip(SAME_HAND_S - 1)
        stage.place.follow(MENU)
        assert stage.place.page is None
        stage.do("open")
        assert (stage.page.text, [row.id for row in stage.page.rows]) == ("", ["a--2"])
        stage.place.follow(OVER)  # still nobody else's screen
        assert stage.page.kept == 1
        stage.place.follow(Idle())
        assert stage.place.page is None
        stage.do("open")
        assert stage.page.kept == 0

    play(story)


@pytest.mark.parametrize("state", [MENU, AWAY])
def test_a_handset_lifted_long_after_the_last_touch_or_left_lying_forgets_all(state: State) -> None:
    async def story() -> None:
        stage = Stage(Directory())
        stage.do("open")
        stage.do("keep", id="a--2")
        await stage.skip(SAME_HAND_S + 1)
        stage.place.follow(state)
        stage.place.follow(MENU)
        stage.do("open")
        assert stage.page.kept == 0

    play(story)


def test_five_minutes_without_a_touch_forget_all_and_are_announced() -> None:
    async def story() -> None:
        stage = Stage(Directory())
        stage.do("open", language="en")
        stage.do("keep", id="a--2")
        await stage.skip(WARN_S + 0.1)
        assert stage.page.notice == "Without a touch, everything is erased in 30 seconds."
        before = stage.changes
        await stage.skip(FORGET_S - WARN_S)
        assert stage.place.page is None
        assert stage.changes == before + 1

    play(story)


def test_a_place_is_searched_from_as_it_was_understood() -> None:
    async def story() -> None:
        stage = Stage(Directory())
        stage.do("open")
        stage.do("near", place="lyon")
        assert stage.librarian.asked[-1].near == Spot("Lyon")
        assert stage.page.place == "Lyon"

    play(story)


def test_a_correction_is_filed_with_its_bundle_and_a_day_without_an_hour() -> None:
    async def story() -> None:
        stage = Stage(Directory())
        stage.do("open")
        for do, more in (("show", {"id": "a--1"}), ("wrong", {}), ("report", {"field": "closed"})):
            stage.do(do, **more)
        (event,) = stage.keeper.filed
        record = msgspec.json.decode(event.record, type=Correction)
        assert (record.relay, record.wrong, record.by, record.bundle) == ("a--1", "closed", "worker", "ab" * 32)
        assert record.id == event.id
        # A ULID's first ten letters are its time: of two of one day they are the same.
        for do, more in (("wrong", {}), ("report", {"field": "number"})):
            stage.do(do, **more)
        first, second = (one.id for one in stage.keeper.filed)
        assert first[:10] == second[:10]
        assert first != second

    play(story)


def test_where_the_site_has_no_such_mode_it_is_not_offered_and_refused() -> None:
    async def story() -> None:
        for directory in (Directory(worker_mode=False), Directory(enabled=False)):
            stage = Stage(directory)
            assert not stage.place.may_open
            with pytest.raises(BadInput, match=r"directory\.worker_mode"):
                stage.do("open")

    play(story)


def test_a_language_that_the_site_does_not_offer_is_refused() -> None:
    async def story() -> None:
        with pytest.raises(BadInput, match="give one of fr, en"):
            Stage(Directory()).do("open", language="de")

    play(story)


def test_a_fault_of_the_mode_shuts_it_and_tells_nothing_of_what_was_typed(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        stage = Stage(Directory(), languages=("fr", "xx"))
        stage.do("open")
        stage.do("type", text="secret words")
        stage.do("open", language="xx")  # whose words are missing
        assert stage.place.page is None
        stage.do("open")
        assert stage.page.text == ""
        stage.librarian.is_broken = True
        with pytest.raises(RuntimeError):  # the socket answers for it
            stage.do("type", text="secret words")
        stage.place.follow(MENU)
        stage.place.follow(Idle())
        assert stage.place.page is None

    with caplog.at_level(logging.DEBUG):
        play(story)
    assert "the social worker's mode failed: BadInput" in caplog.text
    assert "secret" not in caplog.text


def test_the_page_is_made_once_until_something_is_touched() -> None:
    async def story() -> None:
        stage = Stage(Directory())
        stage.do("open")
        assert stage.page is stage.page
        before = stage.page
        stage.do("keep", id="a--1")
        assert stage.page is not before
        assert found(1).service.id in {row.id for row in stage.page.rows if row.is_kept}

    play(story)
