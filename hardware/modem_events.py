"""What a modem tells its owner: events of a call, each with the id it was dialled under, and its status."""

from dataclasses import dataclass
from enum import StrEnum


class EndReason(StrEnum):
    """Why a call ended, as far as a modem can tell."""

    FAR_END = "ended by the far end"
    OURS = "hung up by us"
    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no answer"
    NO_NETWORK = "no network"
    NOT_FOUND = "no such number"
    TIMEOUT = "no result"
    MODEM_LOST = "modem lost"
    NOT_READY = "not ready"
    FAILED = "failed"


@dataclass(frozen=True)
class CallDialling:
    """The network has the number."""

    call: str


@dataclass(frozen=True)
class CallAlerting:
    """It rings at the far end."""

    call: str


@dataclass(frozen=True)
class LineOpened:
    """The line is open; ``is_certain`` False where this modem says so while it still rings."""

    call: str
    is_certain: bool


@dataclass(frozen=True)
class SoundReady:
    """Sound crosses the PCM port from now on; False: the modem refused for as long as it is worth asking."""

    call: str
    is_on: bool


@dataclass(frozen=True)
class SoundFlow:
    """The modem's buffer for our sound is full (False), or has room again: Quectel's serial PCM says so."""

    call: str
    may_send: bool


@dataclass(frozen=True)
class CallEnded:
    """Nothing follows for this call."""

    call: str
    reason: EndReason
    code: int | None = None
    """The CME or CEER number, when the modem gave one."""


@dataclass(frozen=True)
class StatusChanged:
    """Something of ``Modem.status`` is news."""

    status: "ModemStatus"


ModemEvent = CallDialling | CallAlerting | LineOpened | SoundReady | SoundFlow | CallEnded | StatusChanged


@dataclass(frozen=True)
class ModemStatus:
    """What was last proved of the modem, its SIM and its network."""

    is_open: bool = False
    """The port is open and the modem answers commands."""
    model: str = ""
    family: str = ""
    sim: str = ""
    """``READY``, ``SIM PIN``, ``SIM PUK``, ``none``; empty before the first answer."""
    is_registered: bool = False
    """For voice."""
    has_voice: bool = True
    """False where the module or its firmware cannot speak at all: no SIM and no network will change that."""
    operator: str = ""
    technology: str = ""
    signal_dbm: int | None = None
    warning: str = ""
    """What the modem complained of since it was opened (its supply, its heat); it may work all the same."""
    reason: str = "not opened yet"
    """In English, for the technician; empty when a dial is expected to work."""

    @property
    def is_ready(self) -> bool:
        """Whether a dial is expected to work."""
        return not self.reason
