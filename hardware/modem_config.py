"""What the modem's driver is told once, by whoever starts it."""

from dataclasses import dataclass, field
from pathlib import Path

from hardware.modem_power import PowerConfig


@dataclass(frozen=True)
class ModemConfig:
    """Where the modem is, and what it may do."""

    port: str
    baud: int = 115_200
    pin: str = field(default="", repr=False)
    emergency: frozenset[str] = frozenset()
    """Numbers dialled whatever the SIM's and the network's state."""
    health_s: float = 10.0
    """Pause between two looks at SIM and network; a quarter of it while the modem is not ready."""
    sound_s: float = 12.0
    """How long sound is asked for in a call: a SIM7600 was seen to refuse CPCMREG for that long."""
    ringing_s: float = 75.0
    """How long anything rings: a line that may have opened at ringback, and stayed open for so long, was answered."""
    pcm_port: str = ""
    """The sound's serial port; empty: the modem's own one where it is known, else there is none."""
    by_card: bool = False
    """Whether the sound goes over the module's own sound card rather than a serial port (Quectel)."""
    family: str = ""
    """A name of ``families.FAMILIES`` that is believed instead of the modem's own words; empty: recognise it."""
    black_box: Path | None = None
    """Folder for the conversations before a failure; None: none are kept."""
    power: PowerConfig = field(default_factory=PowerConfig)
    """How its power can be cycled when nothing milder helps."""
