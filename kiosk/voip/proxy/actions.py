"""What the relay wants done, and what it tells: carried out by :mod:`kiosk.voip.proxy.way`."""

from dataclasses import dataclass

from kiosk.voip.farewell import Farewell
from kiosk.voip.proxy.legs import Address


@dataclass(frozen=True)
class ToEngine:
    data: bytes
    address: Address


@dataclass(frozen=True)
class ToPlatform:
    data: bytes
    hop: Address | None = None
    """None: the server; otherwise where the dialog's next request belongs, or where a request came from."""


@dataclass(frozen=True)
class Redirected:
    """The platform says where else the helpline is (3xx); ``targets`` are URIs in its order of preference."""

    attempt: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Undelivered:
    """The attempt's INVITE did not get through; the engine is told 503, which is not the whole truth."""

    attempt: str


@dataclass(frozen=True)
class Sent:
    """The attempt's INVITE came from the engine and is on its way."""

    attempt: str


@dataclass(frozen=True)
class Heard:
    """The platform gave its first response to the attempt's INVITE."""

    attempt: str
    status: int


@dataclass(frozen=True)
class WorkedOn:
    """183 without sound: somebody works on the attempt's call, and nothing rings yet."""

    attempt: str


@dataclass(frozen=True)
class Completed:
    """The attempt's call is up, and ``farewell`` would end it even without the engine. Its host and port may be
    empty: then it goes to the platform's server.
    """

    attempt: str
    farewell: Farewell


Action = ToEngine | ToPlatform | Redirected | Undelivered | Sent | Heard | WorkedOn | Completed
