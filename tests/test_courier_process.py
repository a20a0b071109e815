"""The courier as the process it is, against a real socket, a real outbox and the real hub."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

from kiosk import courier as process
from kiosk.errors import NeedsTechnician
from kiosk.ipc import Server
from kiosk.outbox.clock import SystemClock
from kiosk.outbox.desk import Desk
from kiosk.outbox.envelope import event_of_call, make_envelope, sent_now
from kiosk.outbox.seal import Seal
from kiosk.outbox.store import Outbox
from kiosk.outbox.sync import HubClient, Word
from kiosk.settings import Outbox as OutboxSettings
from kiosk.settings import Secrets, Settings, Terminal
from tests.hub.world import Hub, start_hub
from tests.outbox.worlds import DrivenClock, call_record, ulid

ROOT = Path(__file__).resolve().parents[1]


class SocketCore:
    """Core's real socket over a real outbox, in a thread of its own."""

    def __init__(self, path: Path, outbox: Outbox) -> None:
        self.desk = Desk(outbox)
        self.path = path
        self.reports: list[Mapping[str, Any]] = []
        self.loop = asyncio.new_event_loop()
        self.done = asyncio.Event()
        self.server: Server | None = None
        started = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(started,), name="core")
        self.thread.start()
        assert started.wait(20)

    def _run(self, started: threading.Event) -> None:
        async def live() -> None:
            self.server = Server(self.path, self._answer, lambda role: [])
            await self.server.start()
            started.set()
            await self.done.wait()
            await self.server.close()

        self.loop.run_until_complete(live())
        self.loop.close()

    async def _answer(self, method: str, params: Mapping[str, Any]) -> Any:
        if method == "courier.report":
            self.reports.append(params)
            return {}
        return self.desk.answer(method, params)

    def on_its_loop(self, does: Callable[[], Any]) -> Any:
        async def call() -> Any:
            return does()

        return asyncio.run_coroutine_threadsafe(call(), self.loop).result(20)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.done.set)
        self.thread.join(20)


COURIER = """
import logging, sys
from kiosk import courier
from kiosk.ipc import Client
from kiosk.settings import Outbox, Secrets, Settings, Terminal
logging.basicConfig(level=logging.INFO)
_, state, url, token, batch = sys.argv
settings = Settings(
    terminal=Terminal(id="t-1", runtime_dir=state, state_dir=state),
    outbox=Outbox(hub_url=url, batch=int(batch), first_back_off_s=0.1, longest_back_off_s=0.3, lease_s=0.7),
    secrets=Secrets(hub_token=token),
)
sys.exit(courier.run(settings, Client(settings.socket_path, "courier")))
"""


def start_courier(folder: Path, url: str, token: str, batch: int) -> subprocess.Popen[bytes]:
    with (folder / "courier.log").open("ab") as log:
        command = [sys.executable, "-c", COURIER, str(folder), url, token, str(batch)]
        return subprocess.Popen(command, cwd=ROOT, stderr=log)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    running = start_hub(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A Unix socket's path holds 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="courier") as folder:
        yield Path(folder)


def wait_until(is_so: Callable[[], bool], what: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, what()
        time.sleep(0.02)


def test_every_record_arrives_exactly_once_in_order_through_kills_of_the_courier(hub: Hub, short_folder: Path) -> None:
    token = hub.add_terminal("t-1")
    key = Seal(hub.public_key)
    total = 120
    outbox = Outbox(short_folder / "j", DrivenClock(), key, reserve_kib=0)
    for number in range(1, total + 1):
        outbox.put(event_of_call(call_record(number)))
    outbox.close()
    # From here on the clock is the real one: leases of killed couriers must run out.
    outbox = Outbox(short_folder / "j", SystemClock(), key, reserve_kib=0)
    core = SocketCore(short_folder / "switchboard.sock", outbox)
    kills = 0
    courier = start_courier(short_folder, hub.url, token, batch=6)
    try:
        seen = 0
        while kills < 4:
            wait_until(lambda: len(hub.filed()) > seen, (short_folder / "courier.log").read_text)  # noqa: B023
            courier.kill()
            courier.wait(20)
            kills += 1
            seen = len(hub.filed())
            courier = start_courier(short_folder, hub.url, token, batch=6)
        wait_until(
            lambda: core.on_its_loop(outbox.stats).queued == 0,
            (short_folder / "courier.log").read_text,
        )
        courier.send_signal(signal.SIGTERM)
        assert courier.wait(20) == 0, "SIGTERM ends it cleanly"
    finally:
        if courier.poll() is None:
            courier.kill()
            courier.wait(20)
        core.stop()
        outbox.close()
    assert sorted(hub.filed()) == [("t-1", ulid(number)) for number in range(1, total + 1)]


def test_a_core_that_restarts_is_found_again_and_a_dead_hub_is_reported(hub: Hub, short_folder: Path) -> None:
    token = hub.add_terminal("t-1")
    outbox = Outbox(short_folder / "j", SystemClock(), None, reserve_kib=0)
    courier = start_courier(short_folder, "http://127.0.0.1:9", token, batch=6)
    try:
        core = SocketCore(short_folder / "switchboard.sock", outbox)
        wait_until(lambda: len(core.reports) > 1, (short_folder / "courier.log").read_text)
        assert "127.0.0.1: ConnectionError" in core.reports[0]["problem"]
        core.stop()
        core = SocketCore(short_folder / "switchboard.sock", outbox)
        wait_until(lambda: len(core.reports) > 1, (short_folder / "courier.log").read_text)
        assert os.getpriority(os.PRIO_PROCESS, courier.pid) >= 10
        core.stop()
    finally:
        courier.terminate()
        assert courier.wait(20) == 0
        outbox.close()


def test_an_acknowledgement_lost_after_the_hub_committed_costs_a_duplicate_and_no_record(hub: Hub) -> None:
    token = hub.add_terminal("t-1")
    clock = DrivenClock()
    events = [make_envelope(event_of_call(call_record(1)), 1, clock, Seal(hub.public_key))]
    client = HubClient(hub.url, "t-1", token)
    first = client.put(events, sent_now(clock))  # and the answer is lost: nobody heard it
    assert client.put(events, sent_now(clock)) == first == Word((ulid(1),))
    client.close()
    assert hub.filed() == [("t-1", ulid(1))]
    assert requests.get(hub.url, timeout=30).status_code == 200


def test_without_a_token_it_says_what_to_do() -> None:
    settings = Settings(
        terminal=Terminal(id="t-1"), outbox=OutboxSettings(hub_url="http://127.0.0.1:9"), secrets=Secrets()
    )
    with pytest.raises(NeedsTechnician, match="hub_token"):
        process._live(settings, _Nobody())


class _Nobody:
    def request(self, method: str, params: dict[str, Any], timeout_s: float) -> Any:
        raise AssertionError(method)

    def next_push(self, timeout_s: float) -> dict[str, Any] | None:
        raise AssertionError
