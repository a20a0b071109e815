"""The SIP platform of the demo: answers as SOS Crise would, over UDP and TCP, and writes down what it saw and heard.

Also the scripted peer of the tests: it can be busy, ring for ever or say nothing, by rule and by number. It is its own
registrar (REGISTER with a digest challenge), or registers itself at one. Run it::

    python -m kiosk.demo.platform --listen 127.0.0.1:5060 --record-dir heard --events -
"""

import argparse
import asyncio
import contextlib
import json
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO, cast

from kiosk.demo.platform_calls import Behaviour, IncomingCall, Manner
from kiosk.demo.platform_media import Recording, RtpStream, Samples, read_wav, warble
from kiosk.demo.platform_sip import (
    Framer,
    Message,
    address_of,
    challenge_of,
    credentials,
    digest_answer,
    parameter,
    parse,
    respond,
    stamped,
    user_of,
)  # fmt: skip
from kiosk.errors import BadInput

Send = Callable[[Message], None]
_FORGET_S = 32.0
"""How long an ended call still answers repeated requests."""
_SHOWN_HEADERS = ("contact", "accept-language", "contact-lang", "geolocation", "user-agent", "supported")


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    host: str
    port: int
    manner: Manner = field(default_factory=Manner)
    rules: dict[str, Behaviour] = field(default_factory=dict)
    """Behaviour by the called number, before ``manner``'s."""
    users: dict[str, str] = field(default_factory=dict)
    """Who may register here, with passwords. Empty: everybody, without a challenge."""
    challenge_calls: bool = False
    """Ask for the digest on INVITE too."""
    register_at: tuple[str, int] | None = None
    user: str = ""
    password: str = ""
    register_interval_s: int = 60
    greeting: Path | None = None
    record_dir: Path | None = None
    events: TextIO | None = None


class Platform:
    """Sockets, calls and registrations of one platform."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._calls: dict[str, IncomingCall] = {}
        self._count = 0
        self._greeting: Samples = read_wav(options.greeting) if options.greeting else warble()
        self._udp: asyncio.DatagramTransport | None = None
        self._replies: dict[str, asyncio.Future[Message]] = {}
        self._nonces: set[str] = set()
        self._starting: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until cancelled."""
        loop = asyncio.get_running_loop()
        host, port = self._options.host, self._options.port
        self._udp, _ = await loop.create_datagram_endpoint(lambda: _Udp(self), local_addr=(host, port))
        port = int(self._udp.get_extra_info("sockname")[1])
        self._options = replace(self._options, port=port)
        server = await asyncio.start_server(self._serve_tcp, host, port)
        self.log("listening", host=host, port=port)
        try:
            async with asyncio.TaskGroup() as group:
                if self._options.register_at is not None:
                    group.create_task(self._stay_registered(self._options.register_at))
                group.create_task(server.serve_forever())
        finally:
            for call in list(self._calls.values()):
                call.hang_up()
            await asyncio.sleep(0)
            self._udp.close()

    def log(self, event: str, **facts: Any) -> None:
        """One JSON line, with the monotonic time."""
        if self._options.events is not None:
            line = json.dumps({"event": event, "at": round(time.monotonic(), 4), **facts}, ensure_ascii=False)
            self._options.events.write(line + "\n")
            self._options.events.flush()

    # --- in -------------------------------------------------------------------------------------------------

    def take(self, message: Message, send: Send, reliable: bool) -> None:
        """One message that arrived; answers go through ``send``."""
        if message.status:
            waiting = self._replies.get(message.get("call-id"))
            if waiting is not None and not waiting.done() and message.status >= 200:
                waiting.set_result(message)
            return
        call = self._calls.get(message.get("call-id"))
        if call is not None:
            call.take(message, send)
        elif message.method == "INVITE":
            self._invited(message, send, reliable)
        elif message.method == "REGISTER":
            self._registering(message, send)
        elif message.method == "OPTIONS":
            send(respond(message, 200, tag="p"))
        elif message.method != "ACK":
            send(respond(message, 481, tag="p"))

    def _invited(self, invite: Message, send: Send, reliable: bool) -> None:
        if self._options.challenge_calls and not self._proved(invite, send):
            return
        dialled = user_of(invite.uri)
        self._count += 1
        number = self._count
        shown = {name: invite.get(name) for name in _SHOWN_HEADERS if invite.get(name)}
        custom = {name: value for name, value in invite.headers if name.startswith("x-")}
        self.log("invite", call=number, number=dialled, headers=shown | custom)
        manner = self._options.manner
        if dialled in self._options.rules:
            manner = replace(manner, behaviour=self._options.rules[dialled])
        task = asyncio.get_running_loop().create_task(self._open(number, invite, manner, send, reliable))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _open(self, number: int, invite: Message, manner: Manner, send: Send, reliable: bool) -> None:
        recording = None
        if self._options.record_dir is not None:
            recording = Recording(self._options.record_dir / f"call-{number}.wav")

        def heard(digit: str) -> None:
            self.log("digit", call=number, digit=digit)

        call_id = invite.get("call-id")
        stream = await RtpStream.open(self._options.host, recording, heard)
        if call_id in self._calls:  # the same INVITE twice while the port was being opened
            stream.close()
            return
        transport = ";transport=tcp" if reliable else ""
        contact = f"sip:{self._options.user or 'platform'}@{self._options.host}:{self._options.port}{transport}"
        call = IncomingCall(
            number, invite, manner, contact, stream, self._options.host, send, self.log, self._forget,
            reliable_transport=reliable, greeting=self._greeting,
        )  # fmt: skip
        self._calls[call_id] = call
        call.start()

    def _forget(self, call: IncomingCall) -> None:
        call_id = call.invite.get("call-id")
        asyncio.get_running_loop().call_later(_FORGET_S, lambda: self._calls.pop(call_id, None))

    # --- registrar ------------------------------------------------------------------------------------------

    def _registering(self, request: Message, send: Send) -> None:
        if not self._proved(request, send):
            return
        contact = request.get("contact")
        asked = parameter(contact, "expires") or request.get("expires") or "300"
        self.log("registered", user=user_of(address_of(request.get("to"))), expires=int(asked))
        send(respond(request, 200, ("contact", contact), ("expires", asked), tag="p"))

    def _proved(self, request: Message, send: Send) -> bool:
        """True when the request carries the right digest, or none is asked for; else it is answered here."""
        if not self._options.users:
            return True
        header, ask, status = "authorization", "www-authenticate", 401
        given = challenge_of(request.get(header))
        user = given.get("username", "")
        password = self._options.users.get(user)
        if given.get("nonce") in self._nonces:
            if password is not None and given.get("response") == digest_answer(given, request.method, user, password):
                return True
            self.log("wrong_password", user=user)
            send(respond(request, 403, tag="p"))
            return False
        nonce = f"{random.getrandbits(96):x}"
        self._nonces.add(nonce)
        send(respond(request, status, (ask, f'Digest realm="platform", nonce="{nonce}", qop="auth"'), tag="p"))
        return False

    # --- registering at another registrar -------------------------------------------------------------------

    async def _stay_registered(self, registrar: tuple[str, int]) -> None:
        while True:
            try:
                status = await asyncio.wait_for(self._register(registrar), 5.0)
            except TimeoutError:
                status = 0
            self.log("own_registration", status=status)
            await asyncio.sleep(self._options.register_interval_s / 2 if status == 200 else 1.0)

    async def _register(self, registrar: tuple[str, int]) -> int:
        options = self._options
        call_id = f"r{random.getrandbits(64):x}"
        proof: tuple[tuple[str, str], ...] = ()
        reply: Message | None = None
        uri = f"sip:{registrar[0]}:{registrar[1]}"
        own = f"sip:{options.user}@{registrar[0]}"
        for cseq in (1, 2):
            request = Message("REGISTER", uri, 0, (
                ("via", f"SIP/2.0/UDP {options.host}:{options.port};branch=z9hG4bK{random.getrandbits(48):x};rport"),
                ("max-forwards", "70"), ("from", f"<{own}>;tag={call_id[:8]}"), ("to", f"<{own}>"),
                ("call-id", call_id), ("cseq", f"{cseq} REGISTER"),
                ("contact", f"<sip:{options.user}@{options.host}:{options.port}>"),
                ("expires", str(options.register_interval_s)), *proof,
            ))  # fmt: skip
            reply = await self._ask(request, registrar)
            challenge = reply.get("www-authenticate")
            if reply.status != 401 or not challenge:
                break
            proof = (("authorization", credentials(challenge, "REGISTER", uri, options.user, options.password)),)
        return reply.status if reply is not None else 0

    async def _ask(self, request: Message, peer: tuple[str, int]) -> Message:
        assert self._udp is not None
        waiting: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._replies[request.get("call-id")] = waiting
        try:
            while True:
                self._udp.sendto(request.encode(), peer)
                with contextlib.suppress(TimeoutError):
                    return await asyncio.wait_for(asyncio.shield(waiting), 0.5)
        finally:
            self._replies.pop(request.get("call-id"), None)

    # --- TCP ------------------------------------------------------------------------------------------------

    async def _serve_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("peername")[:2]
        framer = Framer()

        def send(message: Message) -> None:
            if not writer.is_closing():
                writer.write(message.encode())

        with contextlib.suppress(BadInput, ConnectionError):
            while data := await reader.read(65536):
                for message in framer.feed(data):
                    self.take(stamped(message, address) if message.method else message, send, True)
        writer.close()


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        transport = self._transport
        if transport is None or len(data) < 20:
            return
        with contextlib.suppress(BadInput):
            message = parse(data)
            stamp = stamped(message, addr) if message.method else message
            self._platform.take(stamp, lambda m: transport.sendto(m.encode(), addr), False)


def _endpoint(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, as 127.0.0.1:5060")
    return host, int(port)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return key, value


def options_of(argv: list[str] | None = None) -> Options:
    """The command line, parsed and checked; ends the program with a usage message when it is wrong."""
    parser = argparse.ArgumentParser(prog="python -m kiosk.demo.platform", description="SIP platform of the demo")
    add = parser.add_argument
    add("--listen", type=_endpoint, default=("127.0.0.1", 5060), help="HOST:PORT for UDP and TCP; port 0: a free one")
    add("--register-at", type=_endpoint, help="HOST:PORT of a registrar to register at")
    add("--user", default="", help="own user part, as the helpline's number")
    add("--password", default="", help="password at that registrar")
    add("--accept", type=_pair, action="append", default=[], metavar="USER=PASSWORD", help="who may register here")
    add("--challenge-calls", action="store_true", help="ask callers for their password too")
    add("--behaviour", type=Behaviour, choices=list(Behaviour), default=Behaviour.ANSWER)
    add("--rule", type=_pair, action="append", default=[], metavar="NUMBER=BEHAVIOUR", help="by the called number")
    add("--alert-after", type=float, default=0.1, metavar="S")
    add("--answer-after", type=float, default=1.0, metavar="S")
    add("--hang-up-after", type=float, metavar="S", help="after the answer; default: never")
    add("--greeting", type=Path, metavar="WAV", help="played once after the answer; default: a wordless voice")
    add("--record-dir", type=Path, metavar="DIR", help="what is heard, as DIR/call-N.wav")
    add("--events", default="-", metavar="FILE", help="JSON lines of what happens; -: standard output")
    args = parser.parse_args(argv)
    try:
        rules = {number: Behaviour(name) for number, name in args.rule}
    except ValueError as error:
        parser.error(f"--rule: {error}; one of {', '.join(Behaviour)}")
    if args.record_dir is not None:
        args.record_dir.mkdir(parents=True, exist_ok=True)
    if args.register_at is not None and not args.user:
        parser.error("--register-at needs --user")
    host, port = args.listen
    events = sys.stdout if args.events == "-" else Path(args.events).open("a", encoding="utf-8")  # noqa: SIM115
    manner = Manner(args.behaviour, args.alert_after, args.answer_after, args.hang_up_after)
    return Options(
        host, port, manner, rules, dict(args.accept), args.challenge_calls, args.register_at, args.user,
        args.password, greeting=args.greeting, record_dir=args.record_dir, events=events,
    )  # fmt: skip


async def _main(options: Options) -> None:
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await Platform(options).run()


def main() -> None:
    """Run until SIGTERM or SIGINT; live calls get their BYE."""
    options = options_of()
    try:
        asyncio.run(_main(options))
    except (BadInput, OSError) as error:
        sys.exit(f"platform: {error}")


if __name__ == "__main__":
    main()
