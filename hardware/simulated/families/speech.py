"""The shape of a simulated family: what its modems say, as data; :mod:`hardware.simulated.at_modem` says it.

Templates take ``{index} {state} {number} {type} {clock} {seconds} {cause} {words} {result}`` of the call, ``{pin}
{code}`` of the SIM, and ``{maker} {model} {revision} {imei}`` of the module.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Stage(IntEnum):
    """Where the one call is, by +CLCC's numbers (3GPP TS 27.007 §7.18); 6 is SIMCom's word for "over"."""

    OPEN = 0
    DIALLING = 2
    ALERTING = 3
    ENDED = 6


@dataclass(frozen=True)
class Setting:
    """A command that only stores what it is given."""

    value: str = "0"
    """After power on."""
    test: str = ""
    """What ``=?`` says after the name; empty: the command knows no ``=?``."""
    read: str = "{value}"
    """What ``?`` says after the name."""


@dataclass(frozen=True)
class Progress:
    """One unsolicited line of a call."""

    template: str
    switch: str = ""
    """The setting that must be ``on`` for it; empty: it always comes."""
    on: str = "1"
    only_after_open: bool = False


RESULT = Progress("{result}")
"""NO CARRIER, BUSY, NO ANSWER: its place among the lines of a call's end; nothing when the call has none."""


@dataclass(frozen=True)
class SoundPath:
    """How the call's sound gets onto the modem's sound port: 8 kHz s16le, 320 bytes each 20 ms."""

    command: str
    on: tuple[str, ...]
    """Arguments that let it flow through the port; any other one stops it."""
    test: str = "(0,1)"
    """What ``=?`` says after the name."""
    is_only_in_call: bool = False
    """Refused while no call is open."""
    ends_with_call: bool = False
    """Each call needs it anew; else it lasts until the modem boots."""
    flow: str = ""
    """The line that asks the host to stop (0) and go on (1) sending; empty: the modem takes what comes."""


COMMON: Mapping[str, Setting] = {
    "+CMEE": Setting("0", "(0,1,2)"),
    "+CLIP": Setting("0", "(0,1)", "{value},1"),
    "+CLIR": Setting("0", "(0-2)", "{value},4"),
    "+CRC": Setting("0", "(0,1)"),
    "+COLP": Setting("0", "(0,1)", "{value},1"),
    "+CCWA": Setting("0", "(0,1)"),
    "+CSSN": Setting("0,0", "(0,1),(0,1)"),
    "+CUSD": Setting("0", "(0-2)"),
    "+CR": Setting("0", "(0,1)"),
    "+CMOD": Setting("0", "(0-3)"),
    "+CSTA": Setting("129", "(129,145)"),
    "+CLVL": Setting("4", "(0-5)"),
    "+CMUT": Setting("0", "(0,1)"),
    "+CMER": Setting("0,0,0,0,0", "(0-3),(0),(0),(0,1),(0,1)"),
    "+CGEREP": Setting("0,0", "(0-2),(0,1)"),
    "+CSCS": Setting('"IRA"', '("IRA","GSM","UCS2")'),
    "+CPBS": Setting('"SM"', '("SM","FD","ON","ME")', "{value},0,250"),
    "+CTZR": Setting("0", "(0,1)"),
    "+CTZU": Setting("0", "(0,1)"),
    "+CGDCONT": Setting("", '(1-16),"IP",,,(0),(0)', "{value}"),
    "+CGATT": Setting("1", "(0,1)"),
    "+CGACT": Setting("0", "(0,1)", "1,{value}"),
    "+CGAUTO": Setting("0", "(0,1)"),
    "+IFC": Setting("0,0", "(0-2),(0-2)"),
    "+IPR": Setting("115200", "(),(9600,115200)"),
}
"""Settings of 3GPP TS 27.007 that every voice modem here has."""


@dataclass(frozen=True)
class Speech:
    """One family. Frozen: what changes while it runs is kept by the engine."""

    name: str
    maker: str
    model: str
    data_only_model: str
    """A model of the family that has no voice at all."""
    revision: str
    progress: Mapping[Stage, tuple[Progress, ...]]
    imei: str = "350000000000006"
    information: tuple[str, ...] = ("{maker}", "{model}", "Revision: {revision}")
    """What ATI says."""
    revision_row: str = "{revision}"
    """What AT+CGMR says."""
    boot: tuple[str, ...] = ("RDY",)
    """Said after power on; ``{sim}`` is the SIM's state (``READY``, ``SIM PIN``, ``NOT INSERTED``)."""
    unlocked: tuple[str, ...] = ("+CPIN: READY",)
    """Said after the PIN was taken, and when the radio comes on again."""
    sim_gone: tuple[str, ...] = ("+CPIN: NOT READY",)
    sim_back: tuple[str, ...] = ("+CPIN: READY",)
    browned_out: tuple[str, ...] = ()
    """Said as the supply breaks down."""
    settings: Mapping[str, Setting] = field(default_factory=dict)
    """Beside :data:`COMMON`, or in its place."""
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Commands with fixed rows, spelled as typed after ``AT`` in capitals (``+CPSI?``)."""
    lacks: frozenset[str] = frozenset()
    """Commands of the common stock that this family does not know."""
    unknown: str = "ERROR"
    """Its answer to a command that it does not know; CME errors have their own form."""
    hang_ups: frozenset[str] = frozenset(("+CHUP", "H"))
    has_deaf_ath: bool = False
    """ATH is answered with OK and ignored unless CVHU is 0 (SIM7600)."""
    ends_after_ok: bool = False
    """The lines of a call's end follow the hang-up's OK; else they come before it."""
    digit_commands: tuple[str, ...] = ("+VTS",)
    iccid: tuple[str, str] = ("+CCID", "+CCID: {iccid}")
    """The command that reads the SIM's own number, and its row."""
    pin_counters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Command to rows."""
    sound: SoundPath | None = None
    reset_commands: frozenset[str] = frozenset(("+CFUN=1,1",))
    radio_modes: tuple[str, ...] = ("0", "1", "4")
    """What +CFUN takes; 1 is full, in all others the radio is off."""
    technology: int | None = 7
    """<AcT> of +COPS (TS 27.007 §7.3): 7 is LTE; None: this modem does not tell."""
    cause_row: str = "+CEER: {words}"
    has_ims: bool = True
    """It can register for voice over IMS; else CREG alone counts."""
    wedged_by_early_hold: bool = False
    """``CHLD=1x`` before alerting makes it deaf until its power is cut (Huawei)."""
