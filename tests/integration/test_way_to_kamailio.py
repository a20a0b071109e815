"""Registration and pulse against kamailio, which shares no code with us: UDP, TCP and TLS."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from kiosk.demo.registrar import Registrar, Tls, kamailio_binary
from kiosk.voip.engine import Account, Registered, RegistrationFailed
from kiosk.voip.probing import PING, PONG, ProbeFailed, Proved
from kiosk.voip.registration import instance_of
from kiosk.voip.upkeep import Upkeep, WayEvent
from tests.integration.peers.certificates import Certificates, certificates
from tests.integration.peers.connection import Connection
from tests.integration.peers.processes import PATIENCE_S
from tests.ports import free_port

NAME = "platform.test"
ACCOUNT = Account("box", "127.0.0.1", "127.0.0.1", password="right", register_interval_s=300)
INSTANCE = instance_of("here")


@dataclass
class Way:
    """An upkeep on a real connection, and what it told."""

    transport: str
    port: int
    account: Account
    authority: Path | None = None
    interval_s: float = 25.0
    told: list[WayEvent] = field(default_factory=list)

    async def open(self) -> None:
        self.connection = Connection(self.transport, "box", self._came)
        await self._connect(self.connection)
        self.upkeep = Upkeep(
            self.account, self.connection, self.told.append, instance=INSTANCE, options_interval_s=self.interval_s
        )
        self.upkeep.start()

    async def move(self) -> None:
        """Another connection: another address."""
        old, self.connection = self.connection, Connection(self.transport, "box", self._came)
        await self._connect(self.connection)
        self.upkeep.start(self.connection)
        await old.close()

    async def _connect(self, connection: Connection) -> None:
        await connection.open(
            "127.0.0.1", self.port, lambda reason: self.upkeep.connection_lost(reason), authority=self.authority,
            name=NAME,
        )  # fmt: skip

    def _came(self, message: bytes) -> None:
        self.upkeep.received(message)

    async def until(self, wanted: Callable[[WayEvent], bool], since: int = 0) -> WayEvent:
        """The first event from number ``since`` on that is ``wanted``."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for event in self.told[since:]:
                    if wanted(event):
                        return event
                await asyncio.sleep(0.01)

    def sent(self, method: str) -> list[bytes]:
        return [raw for way, raw in self.connection.log if way == ">" and raw.startswith(method.encode())]


@asynccontextmanager
async def a_way(
    transport: str, port: int, account: Account = ACCOUNT, authority: Path | None = None, interval_s: float = 25.0
) -> AsyncIterator[Way]:
    way = Way(transport, port, account, authority, interval_s)
    await way.open()
    try:
        yield way
    finally:
        await way.upkeep.close()
        await way.connection.close()


def is_a(kind: type) -> Callable[[WayEvent], bool]:
    return lambda event: isinstance(event, kind)


def contacts(way: Way) -> list[str]:
    """The addresses that the registrar says it has, in its last 200 to a REGISTER."""
    granted = [
        raw for direction, raw in way.connection.log
        if direction == "<" and raw.startswith(b"SIP/2.0 200") and b" REGISTER\r\n" in raw
    ]  # fmt: skip
    found = re.search(rb"\r\nContact: ([^\r]*)", granted[-1])
    return [entry.decode() for entry in re.findall(rb"<([^>]*transport=[^>]*)>", found[1])] if found else []


def needs_kamailio() -> None:
    if kamailio_binary() is None:
        pytest.skip("kamailio is not installed (apt-get install kamailio)")


@dataclass(frozen=True)
class Ports:
    plain: int
    tls: int
    authority: Path
    algorithm: str

    def of(self, transport: str) -> int:
        return self.tls if transport == "tls" else self.plain


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"), NAME)


@pytest.fixture(scope="module", params=["MD5", "SHA-256"])
def kamailio(request: pytest.FixtureRequest, made: Certificates) -> Iterator[Ports]:
    needs_kamailio()
    if not list(Path("/usr/lib").glob("**/kamailio/modules/tls.so")):
        pytest.skip("kamailio has no TLS (apt-get install kamailio-tls-modules)")
    port, tls_port = free_port(), free_port()
    tls = Tls(tls_port, made.certificate, made.key)
    with Registrar("127.0.0.1", port, {"box": "right"}, algorithm=str(request.param), tls=tls):
        yield Ports(port, tls_port, made.authority, str(request.param))


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_registers_with_the_digest_and_proves_the_way(kamailio: Ports, transport: str) -> None:
    async def act() -> None:
        authority = kamailio.authority if transport == "tls" else None
        async with a_way(transport, kamailio.of(transport), authority=authority) as way:
            assert await way.until(is_a(Registered)) == Registered(300)
            proved = await way.until(is_a(Proved))
            assert isinstance(proved, Proved)
            assert (proved.status, 0 < proved.rtt_ms < 3000) == (200, True)
            assert contacts(way) == [way.connection.contact]
            assert f"algorithm={kamailio.algorithm}," in way.sent("REGISTER")[-1].decode()
        assert way.sent("REGISTER")[-1].count(b"Expires: 0") == 1
        assert b"SIP/2.0 200" in way.connection.log[-1][1], "unregistered, and told so"

    asyncio.run(act())


def test_a_wrong_password_is_refused_and_told_with_its_remedy(kamailio: Ports) -> None:
    async def act() -> None:
        async with a_way("udp", kamailio.plain, replace(ACCOUNT, password="wrong")) as way:
            failed = await way.until(is_a(RegistrationFailed))
            assert failed == RegistrationFailed(
                401, "the registrar refuses user 'box': check voip.user and sip_password in the secrets file"
            )
            await way.until(is_a(Proved))
            assert not way.upkeep.registration.is_registered, "alive, but it would not let us call"

    asyncio.run(act())


def test_kamailio_answers_the_ping_between_two_questions(kamailio: Ports) -> None:
    async def act() -> None:
        async with a_way("tls", kamailio.tls, authority=kamailio.authority, interval_s=0.5) as way:
            # A ping goes half-way to the next question, so it was answered before the third.
            await way.until(lambda _: sum(map(is_a(Proved), way.told)) >= 3)
            assert (">", PING) in way.connection.log
            assert ("<", PONG) in way.connection.log

    asyncio.run(act())


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_changed_address_replaces_the_old_one(kamailio: Ports, transport: str) -> None:
    async def act() -> None:
        async with a_way(transport, kamailio.of(transport)) as way:
            await way.until(is_a(Registered))
            before = way.connection.contact
            since = len(way.told)
            await way.move()
            await way.until(is_a(Registered), since)
            assert contacts(way) == [way.connection.contact]
            assert way.connection.contact != before

    asyncio.run(act())


def test_refreshes_reuse_the_nonce_and_a_stale_one_costs_no_failure(kamailio: Ports) -> None:
    async def act() -> None:
        async with a_way("udp", kamailio.plain) as way:
            for number in range(1, 5):
                await way.until(lambda _, n=number: sum(map(is_a(Registered), way.told)) >= n)  # type: ignore[misc]
                way.upkeep.start()
            await way.until(lambda _: sum(map(is_a(Registered), way.told)) >= 5)
            assert not any(map(is_a(RegistrationFailed), way.told))

    asyncio.run(act())


def test_a_certificate_for_another_name_or_of_another_authority_is_no_platform(kamailio: Ports, tmp_path: Path) -> None:
    other = certificates(tmp_path / "other", NAME)

    async def act(name: str, authority: Path) -> None:
        connection = Connection("tls", "box", lambda message: None)
        try:
            await connection.open("127.0.0.1", kamailio.tls, authority=authority, name=name)
        finally:
            await connection.close()

    for name, authority in (("evil.test", kamailio.authority), (NAME, other.authority)):
        with pytest.raises(ssl.SSLCertVerificationError):
            asyncio.run(act(name, authority))


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_terminal_that_crashed_and_one_that_moved_leave_no_old_address_behind(transport: str) -> None:
    """Also at a registrar that keeps every address of a user: the instance (RFC 5626) says that it is the same."""
    needs_kamailio()
    port = free_port()

    async def act() -> None:
        crashed = Way(transport, port, ACCOUNT)
        await crashed.open()
        await crashed.until(is_a(Registered))
        crashed.upkeep.probing.stop()
        await crashed.connection.close()
        async with a_way(transport, port) as way:
            await way.until(is_a(Registered))
            assert contacts(way) == [way.connection.contact]
            since = len(way.told)
            await way.move()
            await way.until(is_a(Registered), since)
            assert contacts(way) == [way.connection.contact]

    with Registrar("127.0.0.1", port, {"box": "right"}, keeps_all=True):
        asyncio.run(act())


def test_an_interval_that_is_too_brief_for_kamailio_is_lengthened_at_once() -> None:
    needs_kamailio()
    port = free_port()

    async def act() -> None:
        async with a_way("udp", port, replace(ACCOUNT, register_interval_s=30)) as way:
            assert await way.until(is_a(Registered)) == Registered(90)
            assert any(raw.startswith(b"SIP/2.0 423 ") for _, raw in way.connection.log)
            assert not any(map(is_a(RegistrationFailed), way.told))

    with Registrar("127.0.0.1", port, {"box": "right"}, min_expires=90):
        asyncio.run(act())


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_registrar_that_restarts_is_missed_found_again_and_registered_with_anew(transport: str) -> None:
    """FIELD_FAILURES 1 and 2: the state must not go on saying registered, and must come back by itself."""
    needs_kamailio()
    port = free_port()
    users = {"box": "right"}

    async def act() -> None:
        first = await asyncio.to_thread(lambda: Registrar("127.0.0.1", port, users).__enter__())
        second: Registrar | None = None
        try:
            async with a_way(transport, port, interval_s=0.5) as way:
                await way.until(is_a(Registered))
                since = len(way.told)
                await asyncio.to_thread(first.stop)
                await way.until(is_a(ProbeFailed), since)
                second = await asyncio.to_thread(lambda: Registrar("127.0.0.1", port, users).__enter__())
                since = len(way.told)
                if transport == "tcp":
                    await way.move()
                await way.until(is_a(Registered), since)
                await way.until(is_a(Proved), since)
                assert contacts(way) == [way.connection.contact], "the new one has our address"
        finally:
            await asyncio.to_thread(first.stop)
            if second is not None:
                await asyncio.to_thread(second.stop)

    asyncio.run(act())
