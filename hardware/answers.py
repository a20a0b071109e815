"""Rows of AT answers as typed values (3GPP TS 27.007); None for what is not such a row. Pure."""

import re
from dataclasses import dataclass

VOICE_STATS = frozenset((1, 5, 9, 10))
"""+CREG stats that carry voice: home, roaming, and both with "CSFB not preferred" (TS 27.007 §7.2)."""
STAT_REASONS = {
    0: "not registered and not searching",
    2: "searching for a network",
    3: "the network refuses this SIM",
    4: "registration unknown",
    6: "registered for SMS only",
    7: "registered for SMS only (roaming)",
    8: "emergency calls only",
    11: "the module has no voice service (data-only firmware or restricted network)",
}


def fields(row: str) -> list[str]:
    """The comma-separated values after the colon, without quotes; commas inside quotes stay."""
    values = row.partition(":")[2]
    return [value.strip().strip('"') for value in re.findall(r'(?:"[^"]*"|[^,"])+|(?<=,)(?=,|$)', values)]


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None


@dataclass(frozen=True)
class CallRow:
    """One call of +CLCC (TS 27.007 §7.18), also as a URC of some families."""

    index: int
    is_outgoing: bool
    state: int
    """0 active, 1 held, 2 dialling, 3 alerting, 4 incoming, 5 waiting, 6 ended (SIMCom), -1 released (Quectel)."""
    is_voice: bool


def call_row(row: str) -> CallRow | None:
    """A ``+CLCC:`` or ``+QIND: "ccinfo"`` row. The number is not kept."""
    values = fields(row)
    if row.startswith("+QIND:") and values[:1] == ["ccinfo"]:
        values = values[1:]
    elif not row.startswith("+CLCC:"):
        return None
    numbers = [_number(value) for value in values[:4]]
    index, direction, state, mode = (*numbers, None, None, None, None)[:4]
    if index is None or direction not in (0, 1) or state is None:
        return None
    return CallRow(index, direction == 0, state, mode in (0, None))


def registration(row: str) -> int | None:
    """The stat of a ``+CREG:``-like row, answer or URC."""
    if not re.match(r"\+C\w*REG:", row):
        return None
    values = row.partition(":")[2].split(",")
    first = _number(values[0].strip())
    second = _number(values[1].strip()) if len(values) > 1 else None
    # An area code is quoted, or wider than a stat: that row is a URC, whose stat comes first.
    return second if second is not None and second < 100 else first


def signal_dbm(row: str) -> int | None:
    """``+CSQ``'s received strength in dBm (TS 27.007 §8.5); None when not known."""
    if not row.startswith("+CSQ:"):
        return None
    steps = _number((fields(row) or [""])[0])
    return None if steps is None or not 0 <= steps <= 31 else -113 + 2 * steps


@dataclass(frozen=True)
class Operator:
    """``+COPS?``: who serves us, and how it was chosen."""

    mode: int
    """0 automatic, 1 manual, 2 deregistered, 4 manual then automatic."""
    name: str
    technology: str


_TECHNOLOGIES = {0: "GSM", 2: "UMTS", 3: "EDGE", 4: "HSDPA", 5: "HSUPA", 6: "HSPA", 7: "LTE", 11: "NR", 13: "LTE+NR"}


def operator(row: str) -> Operator | None:
    """A ``+COPS:`` row (TS 27.007 §7.3)."""
    if not row.startswith("+COPS:"):
        return None
    values = fields(row)
    mode = _number(values[0]) if values else None
    if mode is None:
        return None
    technology = _TECHNOLOGIES.get(_number(values[3]) or 0, "") if len(values) > 3 else ""
    return Operator(mode, values[2] if len(values) > 2 else "", technology)


def sim_state(row: str) -> str | None:
    """``READY``, ``SIM PIN``, ``SIM PUK``, ``SIM REMOVED``, ...: a ``+CPIN:`` row, answer or URC."""
    return row.partition(":")[2].strip() if row.startswith("+CPIN:") else None


_CAUSE_WORDS = (("unassigned", 1), ("unallocated", 1), ("busy", 17), ("no user", 18), ("no answer", 19), ("reject", 21))


def cause(row: str) -> int | None:
    """``+CEER``'s call-control cause (3GPP TS 24.008 §10.5.4.11), from its number or its words; None without one."""
    if not row.startswith("+CEER:"):
        return None
    text = row.partition(":")[2].lower()
    # Quectel: two bare numbers, of which the first says where in the module the second arose.
    if located := re.fullmatch(r"\s*\d+\s*,\s*(\d{1,3})\s*", text):
        return int(located[1]) if 0 < int(located[1]) <= 127 else None
    match = re.search(r"\b([1-9]\d{0,2})\b", text)
    if match and int(match[1]) <= 127:
        return int(match[1])
    return next((number for word, number in _CAUSE_WORDS if word in text), None)
