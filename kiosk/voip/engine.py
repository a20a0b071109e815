"""The SIP engine protocol: what the voice process needs from a SIP library, and nothing of how it does it.

An engine runs inside the voice process's event loop. It answers with the line events of
:mod:`kiosk.calls.line` and with the registration events below. Two engines stand behind it, held to one
conformance suite (``tests/integration/test_engine_conformance.py``): :mod:`kiosk.voip.baresip` and
:mod:`kiosk.voip.pyvoip`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from kiosk.calls.line import AttemptId, LineEvent
from kiosk.voip.farewell import Farewell
from kiosk.voip.rtp import PacketFeed


@dataclass(frozen=True)
class Account:
    """One SIP identity and the way to its platform."""

    user: str
    domain: str
    """The host of the address of record; calls go to ``sip:<number>@<domain>``."""
    server: str
    """``host`` or ``host:port`` that requests are sent to (registrar and outbound proxy)."""
    transport: str = "udp"
    """udp, tcp or tls."""
    auth_user: str = ""
    """Digest user name when it differs from ``user``."""
    password: str = field(default="", repr=False)
    register: bool = True
    register_interval_s: int = 300
    codecs: tuple[str, ...] = ("opus", "g722", "pcma", "pcmu")
    """In order of preference; an engine leaves out what it does not have."""
    srtp: str = "off"
    """off, sdes or dtls."""
    ca_file: str = ""
    """PEM file that the platform's TLS certificate must chain to; empty: the system's."""
    stun_server: str = ""
    """``host`` or ``host:port``: asked for our public address where a platform does not see through NAT."""
    ice: bool = False
    """Offer candidates for the sound (RFC 8445)."""
    heed_reports: bool = True
    """The far end's reports (RTCP) that it does not hear us are a stall."""
    local_address: str = ""
    """Address to bind and to put in SDP; empty: the one that routes to ``server``."""


@dataclass(frozen=True)
class Registered:
    """The registrar accepted us just now: a proof that signalling works."""

    interval_s: int


@dataclass(frozen=True)
class RegistrationFailed:
    """The registrar refused (``status``) or did not answer (None)."""

    status: int | None
    reason: str


@dataclass(frozen=True)
class FarewellReady:
    """The call was completed; ``farewell`` can end it even if this process cannot. A later one takes its place.

    An engine that cannot make one says nothing: a killed voice process then leaves its call to time out.
    """

    attempt: AttemptId
    farewell: Farewell


@dataclass(frozen=True)
class DigitHeard:
    """The far end pressed a key (RFC 4733): told once, at the key's first packet that came."""

    attempt: AttemptId
    digit: str
    """One of ``0123456789*#ABCD``."""


@dataclass(frozen=True)
class PathProved:
    """A platform answered REGISTER or OPTIONS just now."""

    account: int
    """0 the primary, 1 the backup."""
    for_s: float
    """How long this proof stands: the next one is due before."""
    rtt_ms: float | None
    """Round-trip time of the signalling, smoothed; None where OPTIONS is not answered."""


@dataclass(frozen=True)
class PathLost:
    """A platform refused (``status``), did not answer, or cannot be got at."""

    account: int
    status: int | None
    reason: str


@dataclass(frozen=True)
class Moved:
    """Our address changed: this voice process ends soon, and what is to be dialled waits for the next one."""


EngineEvent = LineEvent | DigitHeard
TrunkEvent = EngineEvent | Registered | RegistrationFailed | PathProved | PathLost | Moved | FarewellReady


@dataclass(frozen=True)
class MediaStats:
    """What the engine measured of one call's sound. None where it cannot know."""

    codec: str = ""
    loss_pct: float | None = None
    """Packets from the far end that never arrived, in percent of those expected."""
    jitter_ms: float | None = None
    """Inter-arrival jitter of the far end's packets (RFC 3550 §6.4.1)."""
    packets_received: int = 0
    packets_sent: int = 0


class CallAudio(Protocol):
    """One call's sound as a plain stream of PCM: s16 native order, mono. Non-blocking; called from the mixer's thread.

    At most one reader and one writer at a time. The modem's port is one, and an engine that cannot see its packets.
    """

    @property
    def sample_rate(self) -> int:
        """Hz of both directions; fixed for the object's life (a renegotiated call gets a new object)."""

    def read(self, samples: int) -> bytes:
        """Up to ``samples`` samples from the far end; fewer, or none, when they have not arrived."""

    def write(self, pcm: bytes) -> None:
        """Queue PCM for the far end. What does not fit is dropped, newest first."""


@runtime_checkable
class PacketAudio(Protocol):
    """One call's sound as the packets that came, to be decoded when they are played; and PCM outwards."""

    feed: PacketFeed
    """Taken from by one thread."""

    @property
    def sample_rate(self) -> int:
        """Hz of what is written; fixed for the object's life."""

    def write(self, pcm: bytes) -> None:
        """As :meth:`CallAudio.write`."""


class Engine(Protocol):
    """A SIP user agent. All coroutines are bounded in time by the engine itself.

    It is given the proxy's address as its server (:mod:`kiosk.voip.trunk`), always over UDP, and never registers.
    """

    @property
    def name(self) -> str:
        """``baresip`` or ``rfcvoip``: the word of the configuration and of the records."""

    async def start(self, accounts: Sequence[Account], emit: Callable[[EngineEvent], None]) -> None:
        """Bring the stack up with these accounts, of one ``local_address``.

        ``emit`` is called on the running loop. Raises: NeedsTechnician when the stack cannot come up.
        """

    async def dial(self, attempt: AttemptId, number: str, headers: Mapping[str, str], account: int = 0) -> None:
        """Send the INVITE for ``sip:<number>@<domain>`` as that account. Never raises for the far side's doings.

        Whatever goes wrong, also before a packet is sent, comes as :class:`kiosk.calls.line.Ended`.
        """

    async def hang_up(self, attempt: AttemptId) -> None:
        """CANCEL, BYE or forget, by the call's phase. Unknown attempts are ignored."""

    async def send_digit(self, attempt: AttemptId, digit: str) -> None:
        """One RFC 4733 telephone-event."""

    def audio(self, attempt: AttemptId) -> CallAudio | PacketAudio | None:
        """The call's sound, once there is some (early media or answered), else None. Any thread."""

    def stats(self, attempt: AttemptId) -> MediaStats:
        """Also valid after the call ended, until the next ``dial``."""

    async def close(self) -> None:
        """Hang up what is live (each gets its BYE or CANCEL); at most 2 s."""
