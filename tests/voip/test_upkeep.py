"""Registration and probes of one account together, on a real event loop whose clock can be put forward."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from kiosk.demo.platform_sip import Message
from kiosk.voip.engine import Account, RegistrationFailed
from kiosk.voip.probing import ProbeFailed
from kiosk.voip.registration import instance_of
from kiosk.voip.upkeep import Upkeep, WayEvent
from tests.voip.wires import ACCOUNT, Wire, response


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose clock can be put forward."""

    ahead_s = 0.0

    def time(self) -> float:
        return super().time() + self.ahead_s


class Desk:
    def __init__(self, account: Account, transport: str = "tls") -> None:
        self.wire = Wire(transport=transport)
        self.told: list[WayEvent] = []
        self.upkeep = Upkeep(
            account, self.wire, self.told.append, instance=instance_of("here"), chance=random.Random(1)
        )

    def last(self, method: str) -> Message:
        return next(message for message in reversed(self.wire.sent) if message.method == method)

    def hear(self, method: str, status: int, *headers: tuple[str, str]) -> None:
        assert self.upkeep.received(response(self.last(method), status, *headers))

    def count(self, method: str) -> int:
        return sum(message.method == method for message in self.wire.sent)


async def forward(seconds: float) -> None:
    """Let the loop's clock pass ``seconds``, and do what is due."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, Loop)
    loop.ahead_s += seconds
    for _ in range(3):
        await asyncio.sleep(0)


def run(act: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await act()

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(whole())


def test_a_platform_back_from_the_dead_is_registered_with_anew() -> None:
    async def act() -> None:
        desk = Desk(ACCOUNT)
        desk.upkeep.start()
        desk.hear("REGISTER", 200)
        desk.hear("OPTIONS", 503)
        await forward(3.0)
        before = desk.count("REGISTER")
        desk.hear("OPTIONS", 200)
        assert desk.count("REGISTER") == before + 1

    run(act)


def test_another_status_than_before_may_mean_that_we_were_forgotten() -> None:
    async def act() -> None:
        desk = Desk(ACCOUNT)
        desk.upkeep.start()
        desk.hear("REGISTER", 200)
        desk.hear("OPTIONS", 200)
        await forward(26.0)
        desk.hear("OPTIONS", 200)
        assert desk.count("REGISTER") == 1
        await forward(26.0)
        desk.hear("OPTIONS", 404)
        assert desk.count("REGISTER") == 2

    run(act)


def test_a_lost_connection_is_told_at_once() -> None:
    async def act() -> None:
        desk = Desk(ACCOUNT)
        desk.upkeep.start()
        desk.hear("OPTIONS", 200)
        desk.upkeep.connection_lost("reset")
        assert desk.told[1:] == [RegistrationFailed(None, "reset"), ProbeFailed("reset")]

    run(act)


@pytest.mark.parametrize("answers", [True, False])
def test_closing_unregisters_and_does_not_wait_long(answers: bool) -> None:
    async def act() -> None:
        desk = Desk(ACCOUNT)
        desk.upkeep.start()
        desk.hear("REGISTER", 200)
        closing = asyncio.create_task(desk.upkeep.close())
        await asyncio.sleep(0)
        assert desk.last("REGISTER").get("expires") == "0"
        if answers:
            desk.hear("REGISTER", 200)
        else:
            await forward(0.4)
        async with asyncio.timeout(5):
            await closing

    run(act)


def test_a_terminal_keeps_its_instance_and_shares_it_with_none() -> None:
    assert instance_of("lyon-3") == instance_of("lyon-3") != instance_of("lyon-4")
