"""Proved and lost: what the pulse tells of a way, and how often it asks a platform that is in trouble."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import cast

import pytest

from kiosk.demo.platform_sip import Message
from kiosk.errors import RetryLater
from kiosk.voip.engine import Account, PathLost, PathProved
from kiosk.voip.proxy.making import Ends
from kiosk.voip.proxy.pulse import Pulse, PulseEvent
from kiosk.voip.proxy.way import Way
from kiosk.voip.registration import instance_of
from tests.voip.test_upkeep import Loop, forward
from tests.voip.wires import ACCOUNT, Wire, response

TRUNK = replace(ACCOUNT, register=False)


class FakeWay:
    """A way whose wire is a list. ``is_closed``: the platform closes each connection as soon as it is open."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.wire = Wire(6000, account.transport)
        self.taker: Callable[[bytes], bool] = lambda raw: False
        self.opened = 0
        self.is_unreachable = False
        self._is_open = False
        self.service_route: tuple[str, ...] = ()

    def route_by(self, service_route: tuple[str, ...]) -> None:
        self.service_route = service_route

    def ends(self) -> Ends:
        return Ends(self.account.transport, ("192.0.2.7", self.wire.port), ("127.0.0.1", 5))

    async def open(self) -> str:
        if self.is_unreachable:
            raise RetryLater("no route to the platform; check the network")
        if not self._is_open:
            self._is_open = True
            self.opened += 1
            self.wire.port += 1
        return "192.0.2.7"

    def send(self, data: bytes) -> bool:
        if self._is_open:
            self.wire.send(data)
        return self._is_open

    def shut(self) -> None:
        self._is_open = False


class Desk:
    def __init__(self, account: Account) -> None:
        self.way = FakeWay(account)
        self.told: list[PulseEvent] = []
        self.pulse = Pulse(cast(Way, self.way), 0, self.told.append, instance=instance_of("here"), interval_s=25.0)

    async def start(self) -> None:
        self.pulse.prove()
        await forward(0.0)

    def last(self, method: str) -> Message:
        return next(message for message in reversed(self.way.wire.sent) if message.method == method)

    def hear(self, method: str, status: int, *headers: tuple[str, str]) -> None:
        assert self.way.taker(response(self.last(method), status, *headers))

    def close_connection(self) -> None:
        self.way.shut()
        self.pulse.broke("closed by the platform")

    @property
    def is_proved(self) -> bool:
        return self.paths[-1] is PathProved

    @property
    def paths(self) -> list[type]:
        return [type(event) for event in self.told if isinstance(event, PathProved | PathLost)]


def run(act: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await act()

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(whole())


def test_a_platform_that_answers_is_proved_for_two_questions() -> None:
    async def act() -> None:
        desk = Desk(TRUNK)
        await desk.start()
        desk.hear("OPTIONS", 405)
        assert [type(event) for event in desk.told] == [PathProved]
        (proved,) = desk.told
        assert isinstance(proved, PathProved)
        assert proved.for_s == 56.0

    run(act)


def test_alive_is_not_proved_before_it_is_registered_where_that_is_asked_for() -> None:
    async def act() -> None:
        desk = Desk(ACCOUNT)
        await desk.start()
        desk.hear("OPTIONS", 200)
        assert desk.paths == []
        desk.hear("REGISTER", 200)
        assert desk.is_proved
        desk.hear("OPTIONS", 200)
        assert desk.paths == [PathProved]

    run(act)


def test_a_platform_that_answers_register_and_leaves_options_alone_is_proved_by_that() -> None:
    async def act() -> None:
        desk = Desk(ACCOUNT)
        await desk.start()
        desk.hear("REGISTER", 200)
        for _ in range(100):
            await forward(1.0)
        assert desk.paths == [PathProved]

    run(act)


def test_a_platform_that_falls_silent_is_lost_within_31_s_although_the_registration_holds() -> None:
    """FIELD_FAILURES 1: the stack says registered, and nobody is there."""

    async def act() -> None:
        desk = Desk(ACCOUNT)
        await desk.start()
        desk.hear("REGISTER", 200)
        desk.hear("OPTIONS", 200)
        assert set(desk.paths) == {PathProved}
        for _ in range(31):
            await forward(1.0)
        assert not desk.is_proved

    run(act)


def test_a_platform_that_takes_each_connection_and_closes_it_is_asked_ever_more_rarely() -> None:
    async def act() -> None:
        desk = Desk(replace(TRUNK, transport="tls"))
        await desk.start()
        for _ in range(600):
            await forward(0.1)
            if desk.way._is_open:
                desk.close_connection()
        assert 4 <= desk.way.opened <= 10, f"{desk.way.opened} connections in a minute"

    run(act)


def test_a_connection_that_worked_and_broke_is_opened_again_at_once() -> None:
    async def act() -> None:
        desk = Desk(replace(TRUNK, transport="tls"))
        await desk.start()
        desk.hear("OPTIONS", 200)
        desk.close_connection()
        assert not desk.is_proved
        await forward(0.0)
        assert desk.way.opened == 2
        desk.hear("OPTIONS", 200)
        assert desk.is_proved

    run(act)


def test_a_platform_that_says_503_is_left_alone_for_as_long_as_it_asks() -> None:
    async def act() -> None:
        desk = Desk(ACCOUNT)
        await desk.start()
        desk.hear("REGISTER", 200)
        desk.hear("OPTIONS", 503, ("retry-after", "60"))
        assert not desk.is_proved
        before = len(desk.way.wire.sent)
        for _ in range(40):
            await forward(1.0)
        assert len(desk.way.wire.sent) == before
        for _ in range(25):
            await forward(1.0)
        assert len(desk.way.wire.sent) > before

    run(act)


def test_a_dead_platform_is_not_hammered() -> None:
    async def act() -> None:
        desk = Desk(ACCOUNT)
        await desk.start()
        for _ in range(600):
            await forward(1.0)
        asked = {message.cseq for message in desk.way.wire.sent}
        assert 30 <= len(asked) <= 120, f"{len(asked)} questions in ten minutes"

    run(act)


def test_no_route_is_tried_again_with_growing_pauses_and_found_when_it_is_back() -> None:
    async def act() -> None:
        desk = Desk(TRUNK)
        desk.way.is_unreachable = True
        await desk.start()
        for _ in range(60):
            await forward(1.0)
        assert set(desk.paths) == {PathLost}
        assert 5 <= len(desk.paths) <= 12
        desk.way.is_unreachable = False
        for _ in range(20):
            if not desk.way.wire.sent:
                await forward(1.0)
        desk.hear("OPTIONS", 200)
        assert desk.is_proved

    run(act)


def test_a_link_that_comes_back_is_not_made_to_wait_for_a_pause() -> None:
    """FIELD_FAILURES 2."""

    async def act() -> None:
        desk = Desk(TRUNK)
        desk.way.is_unreachable = True
        await desk.start()
        for _ in range(60):
            await forward(1.0)
        desk.way.is_unreachable = False
        desk.pulse.prove()
        await forward(0.0)
        desk.hear("OPTIONS", 200)
        assert desk.is_proved

    run(act)


@pytest.mark.parametrize("has_answered", [True, False])
def test_closed_it_asks_no_more(has_answered: bool) -> None:
    async def act() -> None:
        desk = Desk(TRUNK)
        await desk.start()
        if has_answered:
            desk.hear("OPTIONS", 200)
        desk.close_connection()
        await desk.pulse.close()
        before = len(desk.way.wire.raw)
        for _ in range(60):
            await forward(1.0)
        assert len(desk.way.wire.raw) == before

    run(act)


def test_calls_take_the_way_that_the_registrar_names() -> None:
    async def act() -> None:
        desk = Desk(ACCOUNT)
        await desk.start()
        contact = ("contact", f"{desk.last('REGISTER').get('contact')};expires=300")
        desk.hear("REGISTER", 200, contact, ("service-route", "<sip:edge.example;lr>"))
        assert desk.way.service_route == ("<sip:edge.example;lr>",)

    run(act)
