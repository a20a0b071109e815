"""The wire between the terminal and the platform: every SIP datagram is seen here, and may be lost or held.

The platform's side is played by sipp, one process a race; a Call-ID stays with the race that it began in.
Registrations and probes are answered here, so that the path counts as proved. A thread of its own.
"""

import re
import select
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

_CALL_ID = re.compile(rb"^(?:call-id|i)\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_CSEQ = re.compile(rb"^cseq\s*:\s*(\d+)\s+(\w+)", re.IGNORECASE | re.MULTILINE)
_ECHOED = (b"via", b"from", b"to", b"call-id", b"cseq", b"contact", b"expires")


@dataclass(frozen=True)
class Seen:
    """One datagram as it passed, or did not."""

    at: float
    """Monotonic seconds."""
    race: int
    call_id: str
    up: bool
    """True from the terminal to the platform."""
    what: str
    """The method of a request, the status of a response."""
    of: str
    """The method of its CSeq."""
    fate: str = "passed"
    """passed, lost or held."""


@dataclass
class Weather:
    """What the wire does to the messages of one race."""

    race: int
    peer: tuple[str, int] | None = None
    """Where its platform listens; None: nothing gets through."""
    deaf_s: float = 0.0
    """Nothing gets up for that long after the first INVITE."""
    lost_acks: int = 0
    lost_answers: int = 0
    is_held: bool = False
    """Ringing and answer wait for :meth:`Wire.release`."""
    began: float = 0.0
    held: list[tuple[bytes, "Seen"]] = field(default_factory=list)
    invited: set[tuple[str, str]] = field(default_factory=set)


class Wire:
    """Listens on ``port`` of loopback from its making to :meth:`close`."""

    def __init__(self) -> None:
        self._front = socket.socket(type=socket.SOCK_DGRAM)
        self._front.bind(("127.0.0.1", 0))
        self._back = socket.socket(type=socket.SOCK_DGRAM)
        self._back.bind(("127.0.0.1", 0))
        self.port = int(self._front.getsockname()[1])
        self.seen: list[Seen] = []
        self.on_seen: Callable[[Seen], None] = lambda seen: None
        """Told of each, on the wire's thread."""
        self._weather = Weather(-1)
        self._of_call: dict[str, Weather] = {}
        self._terminal: tuple[str, int] | None = None
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wire", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join(2)
        self._front.close()
        self._back.close()

    def weather(self, weather: Weather) -> None:
        """From now on new calls belong to this race."""
        with self._lock:
            self._weather = weather

    def cut(self) -> None:
        """Nothing gets through any more, of any call."""
        with self._lock:
            for weather in self._of_call.values():
                weather.peer = None

    def release(self, race: int) -> None:
        """Let what was held of that race through, now and from now on."""
        with self._lock:
            weather = self._weather
            if weather.race != race:
                return
            weather.is_held = False
            held, weather.held = weather.held, []
        for data, seen in held:
            self._down(data, seen)

    def of_race(self, race: int) -> list[Seen]:
        """Everything of one race so far."""
        return [each for each in list(self.seen) if each.race == race]

    def _run(self) -> None:
        while not self._closing.is_set():
            ready, _, _ = select.select([self._front, self._back], [], [], 0.2)
            for source in ready:
                try:
                    data, address = source.recvfrom(65_536)
                except OSError:
                    continue  # a closed port of sipp's, told by ICMP
                if source is self._front:
                    self._from_terminal(data, address)
                else:
                    self._from_platform(data)

    def _note(self, seen: Seen) -> None:
        self.seen.append(seen)
        self.on_seen(seen)

    def _from_terminal(self, data: bytes, address: tuple[str, int]) -> None:
        call_id, cseq = _CALL_ID.search(data), _CSEQ.search(data)
        if call_id is None or cseq is None:
            return  # keep-alive
        if not data.startswith(b"ACK "):
            self._terminal = address  # the second ACK of an answer may come from another port
        of = cseq[2].decode()
        what = _what(data)
        if of in ("REGISTER", "OPTIONS"):
            self._front.sendto(_ok(data), address)
            return
        name = call_id[1].decode()
        with self._lock:
            weather = self._of_call.setdefault(name, self._weather)
        now = time.monotonic()
        weather.began = weather.began or now
        seen = Seen(now, weather.race, name, True, what, of, self._fate_up(weather, name, what, cseq[1].decode(), now))
        self._note(seen)
        if seen.fate == "passed" and weather.peer is not None:
            self._back.sendto(data, weather.peer)

    def _fate_up(self, weather: Weather, call_id: str, what: str, cseq: str, now: float) -> str:
        if weather.peer is None or now < weather.began + weather.deaf_s:
            return "lost"
        if what == "INVITE":
            if (call_id, cseq) in weather.invited:
                return "lost"  # sipp has it, and takes the native stack's repetition for another
            weather.invited.add((call_id, cseq))
        if what == "ACK" and weather.lost_acks > 0:
            weather.lost_acks -= 1
            return "lost"
        return "passed"

    def _from_platform(self, data: bytes) -> None:
        call_id, cseq = _CALL_ID.search(data), _CSEQ.search(data)
        if call_id is None or cseq is None:
            return
        name, of, what = call_id[1].decode(), cseq[2].decode(), _what(data)
        weather = self._of_call.get(name)
        if weather is None or weather.peer is None:
            return
        is_news = of == "INVITE" and what.isdigit() and int(what) > 100
        with self._lock:
            fate = "passed"
            if is_news and what == "200" and weather.lost_answers > 0:
                weather.lost_answers -= 1
                fate = "lost"
            elif is_news and weather.is_held:
                fate = "held"
            seen = Seen(time.monotonic(), weather.race, name, False, what, of, fate)
            if fate == "held":
                weather.held.append((data, seen))
        if fate == "passed":
            self._down(data, seen)
        else:
            self._note(seen)

    def _down(self, data: bytes, seen: Seen) -> None:
        at = time.monotonic()  # before it leaves: on a busy machine it is answered before this thread goes on
        if self._terminal is not None:
            self._front.sendto(data, self._terminal)
        self._note(Seen(at, seen.race, seen.call_id, False, seen.what, seen.of))


def _what(data: bytes) -> str:
    first = data.split(b"\r\n", 1)[0].split(b" ")
    return first[1].decode() if first[0].startswith(b"SIP/") else first[0].decode()


def _ok(request: bytes) -> bytes:
    """A 200 to a registration or a probe."""
    lines = request.split(b"\r\n\r\n", 1)[0].split(b"\r\n")[1:]
    kept = [line for line in lines if line.split(b":", 1)[0].strip().lower() in _ECHOED]
    tagged = [line + b";tag=wire" if line.lower().startswith(b"to:") and b"tag=" not in line else line for line in kept]
    return b"\r\n".join([b"SIP/2.0 200 OK", *tagged, b"Content-Length: 0", b"", b""])
