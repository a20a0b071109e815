"""What the proxy remembers of requests that are under way: one leg each way, and the dialogs they belong to.

State only; :mod:`kiosk.voip.proxy.relay` decides. Times are seconds of a monotonic clock.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.voip.proxy.message import Message

Address = tuple[str, int]

T1_S, T2_S = 0.5, 4.0
"""RFC 3261 §17.1.1.1: the first repetition, and the longest pause between two of a request that is no INVITE."""
LIFE_S = 64 * T1_S
"""A transaction is over after this (timers B, F, H, J)."""


class Stage(StrEnum):
    """How far the platform's answer to one request of ours has come."""

    SENT = "sent"
    """Nothing came back."""
    HEARD = "heard"
    """A provisional response came: a CANCEL may be sent (§9.1)."""
    SETTLED = "settled"
    """The final response came."""


@dataclass(eq=False)
class Leg:
    """One request of the engine's, as it went to the platform."""

    inner: Message
    """As the engine sent it."""
    engine: Address
    outer: Message
    """As it is on the wire."""
    hop: Address | None
    """Where to; None: the platform's server."""
    attempt: str = ""
    """The attempt that this INVITE dials; empty for all else."""
    stage: Stage = Stage.SENT
    begun: float = 0.0
    repeat_at: float | None = None
    pause_s: float = T1_S
    is_own: bool = False
    """A CANCEL or BYE of the proxy's: no engine waits for its answer."""
    is_abandoned: bool = False
    """Nobody waits for this call any more: at the first sign of life it is cancelled, or hung up."""
    is_cancelled: bool = False
    is_undelivered: bool = False
    """Its final response was ours: it never got through."""
    winner: str = ""
    """To tag of the answer that the engine was given; another one's call is released at once (§13.2.2.4)."""


@dataclass(eq=False)
class Dialog:
    """One call with the platform, by its Call-ID."""

    call_id: str
    attempt: str = ""
    engine: Address = ("", 0)
    contact: str = ""
    """The engine's own Contact URI, which the platform never sees."""
    routes: tuple[str, ...] = ()
    """Route set of our requests (§12.1.2)."""
    acks: dict[int, tuple[bytes, Address | None]] = field(default_factory=dict)
    """The last ACK by its CSeq, for the answer that is repeated because that ACK was lost (§13.2.2.4)."""
    over_at: float | None = None


@dataclass(eq=False)
class Asked:
    """One request of the platform's, by its branch and method."""

    source: Address
    """Where its response goes to."""
    begun: float
    answer: bytes = b""
    """Our side's final response, for the request that is repeated because the answer was lost (§17.2)."""
