"""The link's thread against a client that goes away, comes back, and talks nonsense."""

import logging
import queue
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest

from kiosk.errors import BadInput, RetryLater
from kiosk.screens.link import PENDING_DEEDS, Link, understood, wire_form
from kiosk.screens.shapes import Key, Press, Simulate
from kiosk.snapshot import Screen, Snapshot
from tests.screens.scenes import snapshot
from tests.screens.stage import eventually


class ScriptedClient:
    """Answers from a queue; away while ``gone``."""

    def __init__(self) -> None:
        self.pushes: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.gone = False
        self.refuses = False

    def next_push(self, timeout_s: float) -> dict[str, Any] | None:
        if self.gone:
            raise RetryLater("gone")
        try:
            return self.pushes.get(timeout=min(timeout_s, 0.01))
        except queue.Empty:
            return None

    def request(self, method: str, params: Mapping[str, Any], timeout_s: float) -> Any:
        if self.gone:
            raise RetryLater("gone")
        self.asked.append((method, params))
        if self.refuses:
            raise BadInput("no such button")
        return {}

    def show(self, one: Snapshot) -> Snapshot:
        self.pushes.put(msgspec.to_builtins(one))
        return one


@pytest.fixture
def client() -> ScriptedClient:
    return ScriptedClient()


@pytest.fixture
def link(client: ScriptedClient) -> Iterator[Link]:
    one = Link(client, retry_s=0.01)
    one.start()
    yield one
    one.stop()


def test_snapshots_arrive_in_order(client: ScriptedClient, link: Link) -> None:
    sent = [client.show(snapshot(screen)) for screen in Screen]
    assert [eventually("a snapshot", link.next_snapshot) for _ in sent] == sent


def test_nonsense_is_ignored_with_a_log_line(
    client: ScriptedClient, link: Link, caplog: pytest.LogCaptureFixture
) -> None:
    client.pushes.put({"type": "snapshot", "screen": "hologram"})
    client.pushes.put({"type": "snapshot"})
    client.pushes.put({"type": "weather", "rain": True})
    after = client.show(snapshot(Screen.MENU))
    assert eventually("the good one", link.next_snapshot) == after
    assert len([line for line in caplog.messages if "ignored" in line]) == 2


def test_an_unknown_field_of_a_later_core_is_no_nonsense() -> None:
    push = {**msgspec.to_builtins(snapshot(Screen.MENU)), "mood": "calm"}
    assert understood(push) is not None


def test_away_is_counted_and_ends_by_itself(client: ScriptedClient, link: Link) -> None:
    eventually("connected", lambda: link.away_s() == 0)
    client.gone = True
    eventually("away", lambda: link.away_s() > 0)
    before = link.away_s()
    eventually("longer away", lambda: link.away_s() > before)
    client.gone = False
    eventually("back", lambda: link.away_s() == 0)


def test_a_wish_made_while_away_is_not_done_later(client: ScriptedClient, link: Link) -> None:
    """Somebody else may hold the handset by then."""
    client.gone = True
    eventually("away", lambda: link.away_s() > 0)
    link.send(Press("help"))
    eventually("the wish is dropped", lambda: link._deeds.empty())
    client.gone = False
    eventually("back", lambda: link.away_s() == 0)
    link.send(Press("language"))
    eventually("asked", lambda: client.asked)
    assert client.asked == [("intent", {"press": "language"})]


def test_a_refusal_is_logged_and_the_link_goes_on(
    client: ScriptedClient, link: Link, caplog: pytest.LogCaptureFixture
) -> None:
    client.refuses = True
    link.send(Simulate("lift"))
    eventually("logged", lambda: "refused: no such button" in caplog.text)
    sent = client.show(snapshot(Screen.MENU))
    assert eventually("a snapshot", link.next_snapshot) == sent


def test_no_digit_reaches_the_log(client: ScriptedClient, link: Link, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    link.send(Key("7"))
    eventually("asked", lambda: client.asked)
    assert client.asked == [("intent", {"key": "7"})]
    assert "7" not in "".join(line for line in caplog.messages)


def test_touches_in_plenty_do_not_pile_up(client: ScriptedClient) -> None:
    idle = Link(client)
    for _ in range(PENDING_DEEDS + 5):
        idle.send(Press("help"))
    assert idle._deeds.qsize() == PENDING_DEEDS


def test_wire_forms() -> None:
    assert [
        wire_form(deed)
        for deed in (
            Press("help"),
            Key("#"),
            Simulate("lift"),
            Simulate("hang_up"),
            Simulate("press", "help"),
            Simulate("digit", "5"),
        )
    ] == [
        ("intent", {"press": "help"}),
        ("intent", {"key": "#"}),
        ("sim", {"do": "lift"}),
        ("sim", {"do": "hang_up"}),
        ("sim", {"do": "press", "name": "help"}),
        ("sim", {"do": "digit", "digit": "5"}),
    ]
