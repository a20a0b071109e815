"""The switchboard's socket: answers, pushes, and what garbage and slow readers do to it (nothing to others)."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import BadInput, NeedsTechnician, RetryLater
from kiosk.ipc import LINE_LIMIT, UNREAD_LIMIT, Client, Server


class Switchboard:
    """A server on a loop in a thread of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.loop = asyncio.new_event_loop()
        self.server = Server(path, self.answer, lambda role: [{"type": "welcome", "role": role}])
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.run(self.server.start())

    async def answer(self, method: str, params: Mapping[str, Any]) -> Any:
        match method:
            case "echo":
                return dict(params)
            case "refuse":
                raise BadInput("no such thing; ask for another")
            case "break":
                raise NeedsTechnician("the card is broken; replace it")
            case "crash":
                raise ZeroDivisionError
        await asyncio.sleep(60)

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(5)

    def push(self, role: str, message: Mapping[str, Any]) -> None:
        self.loop.call_soon_threadsafe(self.server.push, role, message)

    def close(self) -> None:
        self.run(self.server.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()


@pytest.fixture
def switchboard(tmp_path: Path) -> Iterator[Switchboard]:
    board = Switchboard(tmp_path / "run" / "switchboard.sock")
    yield board
    board.close()


@pytest.fixture
def client(switchboard: Switchboard) -> Iterator[Client]:
    one = Client(switchboard.path, "cli")
    yield one
    one.close()


def test_a_request_is_answered_and_a_greeting_is_kept_for_who_asks(client: Client) -> None:
    assert client.request("echo", {"words": "ça va"}) == {"words": "ça va"}
    assert client.next_push(2) == {"type": "welcome", "role": "cli"}
    assert client.next_push(0.05) is None
    assert client.next_push(0) is None
    assert client.request("echo", {}) == {}


@pytest.mark.parametrize(
    ("method", "kind", "told"),
    [
        ("refuse", BadInput, "no such thing; ask for another"),
        ("break", NeedsTechnician, "the card is broken; replace it"),
        ("crash", NeedsTechnician, "crash: failed inside; see core's log"),
    ],
)
def test_a_refusal_arrives_as_the_error_that_it_is(client: Client, method: str, kind: type, told: str) -> None:
    with pytest.raises(kind, match=told):
        client.request(method, {})
    assert client.request("echo", {"a": 1}) == {"a": 1}


def test_no_answer_in_time_is_told(client: Client) -> None:
    with pytest.raises(RetryLater, match=r"no answer .* within 0\.2 s"):
        client.request("sleep", {}, 0.2)


def test_without_a_switchboard_the_remedy_is_told(tmp_path: Path) -> None:
    with pytest.raises(RetryLater, match="kiosk run core"):
        Client(tmp_path / "none.sock", "cli").request("echo", {})


def test_pushes_go_to_their_role_alone(switchboard: Switchboard, client: Client) -> None:
    screen = Client(switchboard.path, "screen")
    assert screen.next_push(2) == {"type": "welcome", "role": "screen"}
    assert client.next_push(2) == {"type": "welcome", "role": "cli"}
    switchboard.push("screen", {"type": "snapshot", "seq": 1})
    assert screen.next_push(2) == {"type": "snapshot", "seq": 1}
    assert client.next_push(0.05) is None
    screen.close()


@pytest.mark.parametrize(
    "garbage",
    [
        b"\n",
        b"hello\n",
        b"{\n",
        b"[1,2]\n",
        b"\xff\xfe\x00\n",
        b'{"type": 7}\n',
        b'{"type": "request"}\n',
        b'{"type": "request", "id": 1, "method": "echo", "params": []}\n',
        b"[" * 20_000 + b"\n",
    ],
)
def test_garbage_is_answered_with_what_is_wrong_and_hurts_nobody(switchboard: Switchboard, garbage: bytes) -> None:
    other = Client(switchboard.path, "cli")
    with socket.socket(socket.AF_UNIX) as rude:
        rude.settimeout(5)
        rude.connect(str(switchboard.path))
        rude.sendall(garbage)
        answer = json.loads(rude.makefile("rb").readline())
        assert answer["type"] == "error"
        assert "ipc.md" in answer["message"] or "params" in answer["message"]
        rude.sendall(b'{"type":"request","id":5,"method":"echo","params":{}}\n')
        assert json.loads(rude.makefile("rb").readline()) == {"type": "reply", "id": 5, "result": {}}
    assert other.request("echo", {"still": "here"}) == {"still": "here"}
    other.close()


def test_who_closes_the_sending_half_still_gets_the_answer(switchboard: Switchboard) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.settimeout(5)
        one.connect(str(switchboard.path))
        one.sendall(b'{"type":"request","id":9,"method":"echo","params":{"a":1}}\n')
        one.shutdown(socket.SHUT_WR)
        assert json.loads(one.makefile("rb").readline()) == {"type": "reply", "id": 9, "result": {"a": 1}}


def test_a_line_without_an_end_is_cut_off(switchboard: Switchboard) -> None:
    with socket.socket(socket.AF_UNIX) as rude:
        rude.settimeout(5)
        rude.connect(str(switchboard.path))
        with pytest.raises((BrokenPipeError, ConnectionResetError)):  # noqa: PT012  # bounded by the limit
            for _ in range(8 * LINE_LIMIT // 65_536):
                rude.sendall(b"x" * 65_536)
            raise AssertionError("eight times the limit was taken")


def test_a_client_that_does_not_read_is_dropped_and_the_others_are_served(switchboard: Switchboard) -> None:
    deaf = socket.socket(socket.AF_UNIX)
    deaf.connect(str(switchboard.path))
    deaf.sendall(b'{"type":"hello","role":"screen"}\n')
    screen = Client(switchboard.path, "screen")
    assert screen.next_push(2) is not None
    big = {"type": "snapshot", "fill": "x" * 100_000}
    for _ in range(3 * UNREAD_LIMIT // 100_000):
        switchboard.push("screen", big)
        assert screen.next_push(5) == big
    deaf.settimeout(5)
    received = _drain(deaf.recv)
    assert received < 3 * UNREAD_LIMIT
    deaf.close()
    screen.close()


def _drain(recv: Callable[[int], bytes]) -> int:
    """Bytes until the other side closed or reset the connection."""
    total = 0
    try:
        while chunk := recv(1 << 20):
            total += len(chunk)
    except ConnectionResetError:
        pass
    return total


def test_a_second_switchboard_is_refused(switchboard: Switchboard) -> None:
    second = Server(switchboard.path, switchboard.answer, lambda role: [])
    with pytest.raises(NeedsTechnician, match="another switchboard answers there"):
        switchboard.run(second.start())


def test_a_socket_left_by_a_crash_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "run" / "switchboard.sock"
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    board = Switchboard(path)
    one = Client(path, "cli")
    assert one.request("echo", {}) == {}
    one.close()
    board.close()
