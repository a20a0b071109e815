"""One batch against hubs that lie: real HTTP over loopback, each answer cut, wrong or somebody else's."""

import datetime
import json
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import BadInput, NeedsTechnician, RetryLater
from kiosk.outbox.envelope import Envelope, make_envelope, sent_now
from kiosk.outbox.sync import HubClient, HubUntrusted, TooLarge, Word
from tests.outbox.test_wire import schema
from tests.outbox.worlds import DrivenClock, event, ulid

Reply = tuple[int, dict[str, str], bytes]
JSON = {"Content-Type": "application/json"}
CLOCK = DrivenClock()
EVENTS: list[Envelope] = [make_envelope(event(number), number, CLOCK, None) for number in (1, 2)]


def answer(*results: tuple[int, str, str], terminal: str = "t-1", wire: int = 1) -> bytes:
    words = [{"id": ulid(number), "result": result, "reason": reason} for number, result, reason in results]
    return json.dumps({"wire": wire, "terminal": terminal, "results": words}).encode()


GOOD = answer((1, "accepted", ""), (2, "duplicate", ""))


class LyingHub:
    """Answers every request with ``reply``; remembers the requests."""

    def __init__(self) -> None:
        self.reply: Callable[[], Reply] = lambda: (200, JSON, GOOD)
        self.promised: int | None = None
        """Content-Length to claim, if not the true one."""
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hub.requests.append((self.path, dict(self.headers), json.loads(body)))
                status, headers, content = hub.reply()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(hub.promised or len(content)))
                self.end_headers()
                self.wfile.write(content)
                self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), name="lying-hub")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def hub() -> Iterator[LyingHub]:
    lying = LyingHub()
    lying.thread.start()
    yield lying
    lying.server.shutdown()
    lying.thread.join()
    lying.server.server_close()


@pytest.fixture
def client(hub: LyingHub) -> Iterator[HubClient]:
    its = HubClient(hub.url, "t-1", "the-token")
    yield its
    its.close()


def put(client: HubClient) -> Word:
    return client.put(EVENTS, sent_now(CLOCK))


def test_a_batch_goes_out_by_the_contract_and_the_word_comes_back(hub: LyingHub, client: HubClient) -> None:
    assert put(client) == Word((ulid(1), ulid(2)))
    [(path, headers, body)] = hub.requests
    assert path == "/v1/terminals/t-1/events"
    assert headers["Authorization"] == "Bearer the-token"
    schema("request").validate(body)


def test_rejected_ones_come_back_with_their_reason(hub: LyingHub, client: HubClient) -> None:
    hub.reply = lambda: (200, JSON, answer((1, "rejected", "conflict"), (2, "accepted", "")))
    assert put(client) == Word((ulid(2),), {ulid(1): "conflict"})


def test_what_the_hub_leaves_out_is_in_neither(hub: LyingHub, client: HubClient) -> None:
    hub.reply = lambda: (200, JSON, answer((2, "accepted", "")))
    assert put(client) == Word((ulid(2),))


@pytest.mark.parametrize(
    "reply",
    [
        (200, {"Content-Type": "text/html"}, b"<html>Welcome! Please log in</html>"),
        (200, {"Content-Type": "text/html"}, GOOD),
        (200, {}, GOOD),
        (200, JSON, b"{}"),
        (200, JSON, b'{"ok": true}'),
        (200, JSON, b""),
        (200, JSON, answer((1, "accepted", ""), terminal="t-2")),
        (200, JSON, answer((1, "accepted", ""), wire=2)),
        (200, JSON, answer((1, "fine", ""))),
        (200, JSON, answer((1, "accepted", ""), (3, "accepted", ""))),
        (200, JSON, answer((1, "accepted", ""), (1, "rejected", "conflict"))),
        (200, JSON, b"[" * 5_000),
        (200, JSON, b" " * (2 << 20) + GOOD),
        (201, JSON, GOOD),
        (202, JSON, GOOD),
        (204, {}, b""),
        (302, {"Location": "/login"}, b""),
        (307, {"Location": "/login"}, b""),
        (511, {"Content-Type": "text/html"}, b"log in"),
        (404, {"Content-Type": "text/html"}, b"no such page"),
        (413, {"Content-Type": "text/html"}, b"a portal's idea of large"),
        (401, {"Content-Type": "text/html"}, b"the portal wants a password"),
        (400, JSON, b'{"wire": 1, "error": "malformed"}'),
        (500, JSON, b'{"wire": 1, "error": "trouble"}'),
    ],
    ids=lambda reply: f"{reply[0]}-{bytes(reply[2][:24])!r}",
)
def test_nothing_else_counts_as_received(hub: LyingHub, client: HubClient, reply: Reply) -> None:
    hub.reply = lambda: reply
    with pytest.raises(RetryLater, match=r"127\.0\.0\.1: "):
        put(client)
    assert len(hub.requests) == 1, "no redirect was followed"


def test_an_answer_cut_at_any_byte_counts_for_nothing(hub: LyingHub, client: HubClient) -> None:
    for cut in range(0, len(GOOD), 7):
        for promised in (len(GOOD), None):
            hub.reply = lambda cut=cut: (200, JSON, GOOD[:cut])  # type: ignore[misc]
            hub.promised = promised
            with pytest.raises(RetryLater):
                put(client)


def test_a_hub_that_is_not_there_is_tried_again(hub: LyingHub) -> None:
    client = HubClient("http://127.0.0.1:9", "t-1", "x")
    with pytest.raises(RetryLater, match="lost or refused"):
        put(client)
    client.close()


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [("17", 17, 17), ("date", 50, 61), ("soon", None, None), ("", None, None)],
)
def test_the_pause_the_hub_asks_for_is_passed_on(
    hub: LyingHub, client: HubClient, value: str, low: float | None, high: float | None
) -> None:
    if value == "date":
        in_a_minute = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=60)
        value = in_a_minute.strftime("%a, %d %b %Y %H:%M:%S GMT")
    hub.reply = lambda: (503, {**JSON, "Retry-After": value}, b'{"wire": 1, "error": "no_key"}')
    with pytest.raises(RetryLater) as caught:
        put(client)
    pause = caught.value.retry_after_s
    assert (pause is None and low is None) or (pause is not None and low is not None and low <= pause <= (high or 0))


def test_too_large_and_refused_are_told_apart_by_the_hubs_own_words(hub: LyingHub, client: HubClient) -> None:
    hub.reply = lambda: (413, JSON, b'{"wire": 1, "error": "too_large"}')
    with pytest.raises(TooLarge):
        put(client)
    hub.reply = lambda: (401, JSON, b'{"wire": 1, "error": "unknown_terminal"}')
    with pytest.raises(NeedsTechnician, match=r"refuses terminal t-1 .*hub_token"):
        put(client)


def test_a_netrc_and_a_proxy_of_the_environment_change_nothing(
    hub: LyingHub, client: HubClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    put(client)
    assert hub.requests[0][1]["Authorization"] == "Bearer the-token"


@pytest.mark.parametrize("url", ["hub.example", "ftp://hub.example", "https://", ""])
def test_an_address_that_is_none_is_refused_by_its_setting(url: str) -> None:
    with pytest.raises(BadInput, match="hub_url"):
        HubClient(url, "t-1", "x")


def test_a_missing_authority_file_is_named(hub: LyingHub, tmp_path: Path) -> None:
    client = HubClient(hub.url.replace("http", "https"), "t-1", "x", str(tmp_path / "none.pem"))
    with pytest.raises(BadInput, match=r"hub_ca_file.*none\.pem"):
        put(client)
    client.close()


def test_a_certificate_of_nobodys_is_refused_with_the_remedy_and_trusted_once_it_is_named(
    hub: LyingHub, tmp_path: Path
) -> None:
    pem, key = tmp_path / "hub.pem", tmp_path / "hub.key"
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", *kind, *name, "-keyout", str(key), "-out", str(pem)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    hub.server.socket = context.wrap_socket(hub.server.socket, server_side=True, do_handshake_on_connect=False)
    url = hub.url.replace("http", "https")
    stranger = HubClient(url, "t-1", "x")
    with pytest.raises(HubUntrusted, match=r"127\.0\.0\.1: certificate refused .*outbox\.hub_ca_file"):
        put(stranger)
    stranger.close()
    assert hub.requests == [], "the token never left"
    friend = HubClient(url, "t-1", "x", str(pem))
    assert put(friend).acked == (ulid(1), ulid(2))
    friend.close()
