"""The daily text message of a terminal without internet: when it is due, what it says, and that it stays one a day."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hardware.text_message import Sending
from kiosk.calls.line import Readiness
from kiosk.health.beacon import AGAIN_S, BETWEEN_S, LONGEST, SILENT_S, Beacon, Contact, is_due, words
from kiosk.health.report import Health, Weakness
from kiosk.settings import HealthReports, Settings, Terminal
from tests.health.worlds import GSM, VOIP, health, line, outbox
from tests.outbox.worlds import DrivenClock

HOUR_S = 3_600.0
DAY_S = 86_400.0
BOOT = "b"
DEAD = health(lines=(line(VOIP, Readiness.DEAD, "no route"), line(GSM)))
TEAM = "+33600000000"


@pytest.mark.parametrize(
    ("contact", "now_s", "due"),
    [
        (Contact(boot=BOOT, reached_s=0.0), SILENT_S - 1, False),
        (Contact(boot=BOOT, reached_s=0.0), SILENT_S, True),
        (Contact(boot=BOOT, reached_s=500.0), SILENT_S, False),
        (Contact(boot=BOOT, reached_s=0.0, sent_s=SILENT_S), SILENT_S + BETWEEN_S - 1, False),
        (Contact(boot=BOOT, reached_s=0.0, sent_s=SILENT_S), SILENT_S + BETWEEN_S, True),
        (Contact(boot=BOOT, reached_s=0.0, tried_s=SILENT_S), SILENT_S + AGAIN_S - 1, False),
        (Contact(boot=BOOT, reached_s=0.0, tried_s=SILENT_S), SILENT_S + AGAIN_S, True),
    ],
)
def test_it_is_due_after_a_day_of_silence_and_once_a_day(contact: Contact, now_s: float, due: bool) -> None:
    assert is_due(contact, now_s) is due


def test_it_says_what_the_maintenance_team_needs_and_nothing_of_a_person() -> None:
    found = health(lines=(line(VOIP, Readiness.DEAD), line(GSM)), outbox=outbox(queued=41, lost=1))
    assert words("lyon-mairie-3", found, 26.5 * 3600) == (
        "SOS Crise lyon-mairie-3: pas d'internet / no internet 26 h. degraded; voip,records; 41 en attente / waiting"
    )


def test_the_longest_one_is_still_one_message_of_plain_letters() -> None:
    worst = msgspec.structs.replace(DEAD, weak=tuple(Weakness))
    text = words("a" * 63, worst, 9_999 * 3600)
    assert len(text) <= LONGEST
    assert text.isascii()
    assert not set(text) & set("@$[]\\^{}|~`_")


class World:
    """A beacon with everything around it in the test's hands."""

    def __init__(self, folder: Path, number: str = TEAM) -> None:
        self.clock = DrivenClock(ms=0)
        self.health: Health = DEAD
        self.is_idle = True
        self.fate = Sending.SENT
        self.sent: list[tuple[float, str]] = []
        folder.mkdir(exist_ok=True)
        self.settings = Settings(
            terminal=Terminal(id="lyon-3", runtime_dir=str(folder)), health=HealthReports(beacon_number=number)
        )
        self.beacon = self.started()

    def started(self) -> Beacon:
        """What a core that starts now would have."""
        return Beacon(self.settings, self._read, self._send, lambda: self.is_idle, self.clock)

    async def _read(self) -> Health:
        return self.health

    async def _send(self, number: str, text: str) -> Sending:
        assert number == TEAM
        self.sent.append((self.clock.boot_ms() / 1000, text))
        return self.fate

    async def pass_time(self, seconds: float, step_s: float = 600.0) -> None:
        for _ in range(int(seconds // step_s)):
            self.clock.push(step_s)
            await self.beacon.look()


def told(folder: Path, story: Callable[[World], Coroutine[Any, Any, None]], number: str = TEAM) -> list[float]:
    """When messages were sent, in days."""
    world = World(folder, number)
    asyncio.run(story(world))
    return [round(at / DAY_S, 2) for at, _ in world.sent]


def test_three_days_without_internet_are_three_messages(tmp_path: Path) -> None:
    assert told(tmp_path, lambda world: world.pass_time(3.5 * DAY_S)) == [1.0, 2.0, 3.0]


def test_none_without_a_number(tmp_path: Path) -> None:
    assert told(tmp_path, lambda world: world.pass_time(3 * DAY_S), number="") == []


def test_the_hub_and_the_platform_each_keep_it_silent(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await world.pass_time(22 * HOUR_S)
        world.beacon.reached()
        await world.pass_time(22 * HOUR_S)
        world.health = health()
        await world.pass_time(600)
        world.health = DEAD
        await world.pass_time(25 * HOUR_S)

    assert told(tmp_path, story) == [2.84]


def test_a_caller_is_never_disturbed_for_it(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        world.is_idle = False
        await world.pass_time(1.5 * DAY_S)
        world.is_idle = True
        await world.pass_time(600)

    assert told(tmp_path, story) == [1.51]


def test_a_refused_one_is_tried_again_each_hour_and_one_that_met_a_call_at_once(tmp_path: Path) -> None:
    async def refused(world: World) -> None:
        world.fate = Sending.REFUSED
        await world.pass_time(1.1 * DAY_S)

    async def met_a_call(world: World) -> None:
        world.fate = Sending.NOT_NOW
        await world.pass_time(DAY_S)
        world.fate = Sending.SENT
        await world.pass_time(3600)

    assert told(tmp_path / "1", refused) == [1.0, 1.04, 1.08]
    assert told(tmp_path / "2", met_a_call) == [1.0, 1.01]


def test_one_that_may_have_gone_out_counts_as_sent(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        world.fate = Sending.UNKNOWN
        await world.pass_time(1.9 * DAY_S)

    assert told(tmp_path, story) == [1.0]


def test_a_core_that_restarts_all_day_sends_no_more_and_no_less(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        for _ in range(37):
            await world.pass_time(2 * HOUR_S)
            world.beacon = world.started()

    assert told(tmp_path, story) == [1.0, 2.0, 3.0]


def test_after_a_boot_the_day_begins_anew(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await world.pass_time(1.1 * DAY_S)
        world.clock.ms = 0
        world.clock.boot_name = "5b1f7a52-0000-4000-8000-000000000002"
        world.beacon = world.started()
        await world.pass_time(1.1 * DAY_S)

    assert told(tmp_path, story) == [1.0, 1.0]
