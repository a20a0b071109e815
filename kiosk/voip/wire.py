"""The messages between core and its voice process: one JSON line each, over an inherited socket pair.

Commands go down, events come up; line events travel as they are. Both ends are of one release, so this wire has
no versions. A line that cannot be read is a fault of ours and raises.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec

from kiosk.audio.scene import Scene
from kiosk.audio.signal import Levels, Signal
from kiosk.calls.line import (
    Alerted,
    Answered,
    AttemptId,
    Ended,
    MediaResumed,
    MediaStalled,
    Progressed,
)
from kiosk.errors import BadInput
from kiosk.settings import Settings
from kiosk.voip.engine import DigitHeard, FarewellReady, Moved, PathLost, PathProved, Registered, RegistrationFailed

# --- core -> voice ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Begin:
    """The first message: everything the voice process needs to know. It loads all it can, and holds nothing."""

    settings: Settings


@dataclass(frozen=True)
class TakeOver:
    """From now on this process is the voice: it opens the handset and starts the SIP engine."""

    life: int
    """How many voice processes have taken over so far: the files back end writes one WAV for each."""


@dataclass(frozen=True)
class PlayScene:
    scene: Scene


@dataclass(frozen=True)
class DialVoip:
    attempt: AttemptId
    number: str
    language: str
    returns: str = ""
    """SIP Call-ID of the call that was cut off and that this one takes up again."""


@dataclass(frozen=True)
class HangUpVoip:
    attempt: AttemptId


@dataclass(frozen=True)
class SendVoipDigit:
    attempt: AttemptId
    digit: str


@dataclass(frozen=True)
class ProveNow:
    """Ask the platforms now: the path may be back, or gone."""


@dataclass(frozen=True)
class JoinPcm:
    """The mobile call ``attempt`` has its sound on this serial port, or on the sound card ``card:NAME``."""

    attempt: AttemptId
    port: str
    dialled_s_ago: float
    """So that the first sound can be counted from the dialling."""


@dataclass(frozen=True)
class HoldPcm:
    """The modem's buffer for our sound is full, or has room again."""

    attempt: AttemptId
    is_held: bool


@dataclass(frozen=True)
class PartPcm:
    attempt: AttemptId


@dataclass(frozen=True)
class TestCradle:
    """Play ``signal`` from the earpiece and listen; the handset lies on its hook. ``CradleHeard`` answers."""

    __test__: ClassVar[bool] = False  # pytest takes a class of this name for one of its own

    test: int
    signal: Signal


@dataclass(frozen=True)
class TestSound:
    """Play ``signal`` to the far end of a call that nobody listens to, and hear what comes back; ``SoundHeard``."""

    __test__: ClassVar[bool] = False

    attempt: AttemptId
    signal: Signal


# --- voice -> core ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VoiceReady:
    """Prompts are loaded and the handset plays. The SIP engine may still be coming up."""


@dataclass(frozen=True)
class EngineReady:
    engine: str


@dataclass(frozen=True)
class EngineFailed:
    """There is no VoIP path until a technician comes; the handset and the mobile line go on."""

    reason: str


@dataclass(frozen=True)
class HandsetFault:
    """The handset's sound card is missing or was lost; ``reason`` empty: it is well again."""

    reason: str


@dataclass(frozen=True)
class CradleHeard:
    """What the microphone heard of cradle test ``test``."""

    test: int
    levels: Levels | None = None
    """None: it was broken off, or this handset cannot be tested."""
    is_possible: bool = True
    """False: nothing leads from this back end's earpiece to its microphone."""


@dataclass(frozen=True)
class SoundHeard:
    """What came from the far end of a test call."""

    attempt: AttemptId
    levels: Levels | None = None
    """Of our own notes, come back; None: the call ended before they were over."""
    order_db: float = 0.0
    """How much louder each note was in its own time than in the others': what tells our notes from speech."""
    loudest_dbfs: float = -120.0
    """Of all that came, the loudest 20 ms."""


@dataclass(frozen=True)
class Beat:
    """The voice process's loop turns. Sent every :data:`BEAT_S`."""


@dataclass(frozen=True)
class CallFigures:
    """What was measured of one call's sound so far."""

    attempt: AttemptId
    codec: str
    loss_pct: float | None
    jitter_ms: float | None
    first_audio_ms: int | None
    """From the dialling to the first sound of the far end in the ear."""


BEAT_S = 0.5

Command = (
    Begin
    | TakeOver
    | PlayScene
    | DialVoip
    | HangUpVoip
    | SendVoipDigit
    | ProveNow
    | JoinPcm
    | HoldPcm
    | PartPcm
    | TestCradle
    | TestSound
)
VoiceEvent = (
    VoiceReady
    | EngineReady
    | EngineFailed
    | HandsetFault
    | CradleHeard
    | SoundHeard
    | Beat
    | CallFigures
    | Registered
    | RegistrationFailed
    | PathProved
    | PathLost
    | Moved
    | FarewellReady
    | DigitHeard
    | Progressed
    | Alerted
    | Answered
    | MediaStalled
    | MediaResumed
    | Ended
)

_CLASSES: dict[str, type] = {
    each.__name__: each
    for each in (
        *(Begin, TakeOver, PlayScene, DialVoip, HangUpVoip, SendVoipDigit, ProveNow, JoinPcm, HoldPcm, PartPcm),
        *(TestCradle, CradleHeard, TestSound, SoundHeard),
        *(VoiceReady, EngineReady, EngineFailed, HandsetFault, Beat, CallFigures),
        *(Registered, RegistrationFailed, PathProved, PathLost, Moved, FarewellReady, DigitHeard),
        *(Progressed, Alerted, Answered, MediaStalled, MediaResumed, Ended),
    )
}


class _Envelope(msgspec.Struct):
    name: str
    data: dict[str, Any]


_decoder = msgspec.json.Decoder(_Envelope)


def encode(message: Command | VoiceEvent) -> bytes:
    """One line."""
    return msgspec.json.encode({"name": type(message).__name__, "data": message}) + b"\n"


def decode(line: bytes) -> Any:
    """The message of one line. Raises: BadInput."""
    try:
        envelope = _decoder.decode(line)
        return msgspec.convert(envelope.data, _CLASSES[envelope.name])
    except (msgspec.DecodeError, KeyError) as error:
        raise BadInput(f"voice wire: {error}; core and voice must be of one release") from error
