"""When the cradle test is run, and what comes of it: the warden in virtual time, with a voice process that answers."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from hardware.inputs import ButtonPressed, InputFailed, InputRecovered
from kiosk.audio.signal import Levels
from kiosk.calls.states import HandsetLifted, HandsetReplaced
from kiosk.errors import BadInput, NeedsTechnician, RetryLater
from kiosk.handset.hook import HookTrouble
from kiosk.handset.verdict import Verdict
from kiosk.handset.warden import Warden
from kiosk.settings import Audio, Settings, Terminal
from kiosk.voip.wire import Command, CradleHeard, TestCradle
from tests.calls.worlds import World

GOOD = Levels((-44.0, -46.0, -42.0), (-80.0,) * 3, (36.0, 34.0, 38.0), 80.0)
MUTE = Levels((-120.0,) * 3, (-80.0,) * 3, (0.0,) * 3, 0.0)
NOISY = Levels((-45.0,) * 3, (-44.0,) * 3, (1.0,) * 3, 80.0)
HOUR = 3600.0


class House:
    """A warden, the handset it tests, and a clock that is turned by hand."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(
            terminal=Terminal(id="test", state_dir=str(folder)), audio=Audio(backend="none", simulated_cradle="x")
        )
        self.seconds = 1000.0
        self.handset: Levels | None = GOOD
        self.asked: list[float] = []
        self.world = World()
        self.warden = Warden(settings, self._send, lambda: round(self.seconds * 1000), lambda: self.seconds)

    def _send(self, command: Command) -> bool:
        assert isinstance(command, TestCradle)
        self.asked.append(self.seconds)
        answer = CradleHeard(command.test, self.handset)
        asyncio.get_running_loop().call_soon(self.warden.hear, answer)
        return True

    async def live(self, seconds: float, step: float = 5.0) -> None:
        """Let time pass, with a tick at each step."""
        end = self.seconds + seconds
        while self.seconds < end:
            self.seconds = min(end, self.seconds + step)
            self.warden.tick(can_play=True)
            for _ in range(6):
                await asyncio.sleep(0)

    def feel(self, *events: Any) -> None:
        for event in events:
            self.world.feel(event)
            self.warden.follow(self.world.state)

    def visit(self, *, calls: bool) -> None:
        self.world.now = self.seconds
        self.feel(HandsetLifted())
        if calls:
            self.world.lift_and_call()
            self.warden.follow(self.world.state)
        self.feel(HandsetReplaced())

    async def calibrate(self) -> None:
        await self.warden.answer("handset.calibrate", {})


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Callable[[House], Coroutine[Any, Any, None]]], None]:
    """Runs a story in a house of its own."""

    def run(story: Callable[[House], Coroutine[Any, Any, None]]) -> None:
        async def main() -> None:
            house = House(tmp_path)
            await house.warden.load()
            await story(house)
            house.warden.close(wait=True)

        asyncio.run(main())

    return run


Play = Callable[[Callable[[House], Coroutine[Any, Any, None]]], None]


def test_it_is_run_a_minute_after_the_start_and_then_every_six_hours(play: Play) -> None:
    async def story(house: House) -> None:
        await house.live(13 * HOUR, 60.0)
        assert [round((at - 1000.0) / HOUR, 1) for at in house.asked] == [0.0, 6.0, 12.0]

    play(story)


def test_it_is_run_five_seconds_after_a_visit_with_a_call_alone(play: Play) -> None:
    async def story(house: House) -> None:
        await house.live(100)
        house.asked.clear()
        house.visit(calls=False)
        await house.live(100)
        assert house.asked == []
        house.visit(calls=True)
        at = house.seconds
        await house.live(100, 1.0)
        assert house.asked == [at + 5.0]

    play(story)


def test_it_is_never_run_off_hook_and_one_that_gave_way_is_made_good(play: Play) -> None:
    async def story(house: House) -> None:
        house.feel(HandsetLifted())
        await house.live(24 * HOUR, 60.0)
        assert house.asked == []
        with pytest.raises(RetryLater, match="off its hook"):
            await house.warden.answer("handset.test", {})
        house.feel(HandsetReplaced())
        house.handset = None  # the voice process breaks it off: the handset is lifted
        await house.live(5)
        assert len(house.asked) == 1
        house.feel(HandsetLifted(), HandsetReplaced())
        house.handset = GOOD
        at = house.seconds
        await house.live(30, 1.0)
        assert house.asked[1:] == [at + 5.0]
        assert [each.verdict for each in house.warden.trend] == [Verdict.NO_CALIBRATION]

    play(story)


def test_two_bad_tests_are_a_fault_and_the_pauses_between_bad_ones_double(play: Play) -> None:
    async def story(house: House) -> None:
        await house.calibrate()
        house.handset = MUTE
        house.asked.clear()
        await house.live(6 * HOUR, 10.0)
        assert house.warden.cradle_fault == ""
        assert len(house.asked) == 1
        await house.live(60, 10.0)
        assert "not heard" in house.warden.cradle_fault
        await house.live(20 * HOUR, 10.0)
        gaps = [round((later - at) / 60) for at, later in itertools.pairwise(house.asked)]
        assert gaps[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
        assert max(gaps) <= 360
        house.handset = GOOD
        await house.live(6 * HOUR, 10.0)
        assert house.warden.cradle_fault == ""

    play(story)


def test_a_noisy_room_is_tried_again_and_makes_no_fault(play: Play) -> None:
    async def story(house: House) -> None:
        await house.calibrate()
        house.handset = NOISY
        await house.live(24 * HOUR, 60.0)
        assert {each.verdict for each in house.warden.trend[1:]} == {Verdict.NOISY}
        assert (house.warden.cradle_fault, house.warden.course.verdict) == ("", Verdict.OK)

    play(story)


def test_the_card_remembers_fault_and_calibration(play: Play) -> None:
    async def before(house: House) -> None:
        await house.calibrate()
        house.handset = MUTE
        await house.warden.answer("handset.test", {})
        await house.warden.answer("handset.test", {})
        assert house.warden.cradle_fault != ""

    async def after(house: House) -> None:
        assert house.warden.calibration is not None
        assert house.warden.cradle_fault != ""
        assert [each.verdict for each in house.warden.trend] == [Verdict.OK, Verdict.MUTE, Verdict.MUTE]

    play(before)
    play(after)


def test_a_worthless_calibration_is_refused_and_the_old_one_stays(play: Play) -> None:
    async def story(house: House) -> None:
        await house.calibrate()
        before = house.warden.calibration
        house.handset = MUTE
        with pytest.raises(NeedsTechnician, match="keep the room quiet"):
            await house.calibrate()
        assert house.warden.calibration == before
        with pytest.raises(BadInput, match="no parameters"):
            await house.warden.answer("handset.test", {"loud": True})
        with pytest.raises(BadInput, match="no such method"):
            await house.warden.answer("handset.sing", {})

    play(story)


def test_keys_on_hook_ask_the_cradle_before_the_hook_is_blamed(play: Play) -> None:
    async def story(house: House) -> None:
        await house.calibrate()
        tests = len(house.warden.trend)
        for _ in range(6):
            house.warden.feel(ButtonPressed("help"))
        await house.live(5)
        assert (house.warden.hook, len(house.warden.trend)) == (HookTrouble.NONE, tests + 1)
        asked = len(house.asked)
        house.handset = MUTE  # the handset is in somebody's hand, and the hook denies it
        for _ in range(6):
            house.warden.feel(ButtonPressed("help"))
        await house.live(5)
        assert house.warden.hook is HookTrouble.STUCK_DOWN
        assert "keys are pressed" in house.warden.hook_fault
        assert (len(house.warden.trend), house.warden.course.bad) == (tests + 1, 0), "blamed on the handset"
        await house.live(60)
        assert len(house.asked) == asked + 1, "asked again and again"
        await house.live(600)
        assert house.warden.hook_fault == ""

    play(story)


def test_inputs_at_fault_are_named_and_the_hook_by_its_own_words(play: Play) -> None:
    async def story(house: House) -> None:
        house.warden.feel(InputFailed("key 5", "stuck"))
        house.warden.feel(InputFailed("hook", "chattering"))
        assert [each.partition(";")[0] for each in house.warden.input_faults] == ["key 5: stuck"]
        assert house.warden.hook is HookTrouble.CHATTERING
        house.warden.feel(InputRecovered("key 5"))
        house.warden.feel(InputRecovered("hook"))
        assert (house.warden.input_faults, house.warden.hook_fault) == ([], "")

    play(story)
