"""What a line that nobody asked for means, besides a call's own words (:mod:`hardware.families`). Pure."""

import re
from enum import Enum

from hardware.answers import call_row, sim_state


class Notice(Enum):
    """What the modem's owner does about it."""

    RESTARTED = "restarted"
    """All settings are forgotten and any call is gone."""
    CAME_UP = "came up"
    """It finished some start: of the radio alone, or of the whole module where no other word told it."""
    POWER = "power"
    """Its supply is too weak or too strong: a brown-out in the making, or the last word before one."""
    SWITCHED_OFF = "switched off"
    """It says good-bye: by a command, its key, or its own protection."""
    SIM = "sim"
    """The card came, went, or changed its state."""
    NETWORK = "network"
    """Registration or technology are news."""
    RINGING = "ringing"
    """Somebody calls this telephone."""


_PATTERNS = (
    (Notice.RESTARTED, r"RDY|APP RDY|QCRDY|\*ATREADY.*|\^SYSSTART.*|\+UUSTART.*|MODEM:STARTUP"),
    (Notice.CAME_UP, r"CALL READY|SMS READY|SMS DONE|PB DONE|\+QIND: ?\"?(SMS|PB) DONE\"?|\+CFUN: ?\d|\+PBREADY"),
    # SIMCom writes WARNNING.
    (Notice.POWER, r"(UNDER|OVER)[- ]VOLTAGE WARN.*|\+QIND: ?\"VBATT\".*|\+CMTE: ?-?[12]\b.*|\^THERM.*|\+UUSTS:.*"),
    (Notice.SWITCHED_OFF, r"(NORMAL )?POWER(ED)? DOWN|(UNDER|OVER)[- ]VOLTAGE POWER DOWN|\^SHUTDOWN|MODEM:SHUTDOWN"),
    (Notice.SIM, r"\+CPIN: ?.*|\+SIMCARD: ?.*|\+QSIMSTAT: ?.*|\+QUSIM: ?.*|\^SIMST: ?.*|\+UUSIM\w*: ?.*|\+CSMINS: ?.*"),
    (Notice.NETWORK, r"\+C(G|E|I|5G)?REG: ?.*|\^SRVST: ?.*|\^MODE: ?.*|\+CNSMOD: ?.*|\+CIREGU: ?.*"),
    (Notice.RINGING, r"RING|\+CRING: ?.*"),
)
_COMPILED = tuple((notice, re.compile(pattern, re.I)) for notice, pattern in _PATTERNS)


def notice_of(urc: str) -> Notice | None:
    """The meaning of a line; None for all that changes nothing for us."""
    for notice, pattern in _COMPILED:
        if pattern.fullmatch(urc):
            return notice
    # Some firmware has no RING (EG25 with ccinfo): the call's own row tells of it.
    row = call_row(urc)
    if row is not None and not row.is_outgoing and row.is_voice and row.state == 4:
        return Notice.RINGING
    if re.match(r"\^DSCI: ?\d+, ?1, ?4,|\+UCALLSTAT: ?\d+, ?4\b", urc):
        return Notice.RINGING
    return None


def is_unplugged_sim(urc: str) -> bool:
    """Whether the line says that the card is out (or has crashed, which only a new look can mend)."""
    state = sim_state(urc)
    if state is not None:
        return state.upper() in ("NOT INSERTED", "NOT READY", "SIM REMOVED", "SIM CRASH", "SIM FAILURE")
    return (
        re.fullmatch(r"\+SIMCARD: ?NOT AVAILABLE|\+QSIMSTAT: ?\d, ?0|\^SIMST: ?255.*|\+CSMINS: ?\d, ?0", urc, re.I)
        is not None
    )
