"""Which number may be called, for which purpose, and over which lines in which order. Pure.

Deny by default (DESIGN §4): the helpline, the emergency numbers, what the site allows, and the directory's relays: the
free ones, and those at ordinary numbers where the site pays for them. Surcharged numbers, and those that no voice call
can reach, stay refused whatever a configuration says.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.calls.line import LineHealth, LineKind, Readiness
from kiosk.calls.record import Purpose

FIXED_EMERGENCY = frozenset({"112", "15", "17", "18"})
"""Dialled even if a configuration forgot them (French numbering plan; 112: directive (EU) 2018/1972 art. 109)."""

TEXT_ONLY = frozenset({"114"})
"""114 takes SMS, fax and total conversation: a voice call there is met with silence."""

# French numbering plan, ARCEP decision 2018-0881: 0 81x-0 82x and 0 89x are surcharged, as are the short numbers
# 10xy and 3bpq outside the free ones that a site lists by name; 118 abc are directory services.
PREMIUM_PREFIXES = ("081", "082", "089", "118")

_SHORT = re.compile(r"[0-9]{2,6}")
"""15, 3114, 116 006. What one of them costs, only the directory knows."""
_GREEN = re.compile(r"080[0-5][0-9]{6}")
"""Free for whoever calls, by the numbering plan."""
_ORDINARY = re.compile(r"0(?:[1-7]|9|80[6-9])[0-9]+")
"""Fixed, mobile, and those whose service is free and whose call is not: an ordinary call, paid by the site."""
NATIONAL = 10
"""Digits of a whole French number."""


@dataclass(frozen=True)
class Target:
    """A number that may be called, and what it is to the person."""

    number: str
    purpose: Purpose
    name: str
    """Catalogue name: ``helpline``, or the short number itself."""


@dataclass(frozen=True)
class Refusal:
    """A number that may not be called, and why (English, for logs and the command line; names no number)."""

    reason: str


@dataclass(frozen=True)
class DialPlan:
    """The number policy of one site."""

    helpline: str
    emergency: frozenset[str]
    allowed: frozenset[str]
    pays_ordinary: bool = False
    """Relays at ordinary fixed and mobile numbers are called too: the site pays."""

    def target(self, number: str) -> Target | Refusal:
        """What ``number`` (as typed: spaces, dots and dashes are passed over) is, or why it is refused."""
        digits = normalised(number)
        if not digits.removeprefix("+").isdigit():
            return Refusal("not a telephone number; give digits, with + for an international one")
        if digits in TEXT_ONLY:
            return Refusal("takes text messages only; a voice call there would not be heard")
        if digits in FIXED_EMERGENCY or digits in self.emergency:
            return Target(digits, Purpose.EMERGENCY, digits)
        if digits == normalised(self.helpline):
            return Target(digits, Purpose.HELPLINE, "helpline")
        if is_premium(digits):
            return Refusal("a surcharged number; no configuration can allow it")
        if digits in self.allowed:
            return Target(digits, Purpose.RELAY, digits)
        return Refusal("not among this terminal's numbers; add it to [policy] allowed if it is free to call")

    def relay(self, number: str, *, is_free: bool) -> Target | Refusal:
        """What the ``number`` of a relay in the directory is; ``is_free``: the directory says that its call costs
        nothing. That is believed of numbers which the numbering plan lets be free. An ordinary one costs the site,
        whatever the directory says, and is called only where the site pays. No surcharged, foreign or text-only number
        ever becomes one that may be called.
        """
        known = self.target(number)
        digits = normalised(number)
        if isinstance(known, Target) or digits in TEXT_ONLY or is_premium(digits):
            return known
        if len(digits) == NATIONAL and _ORDINARY.fullmatch(digits):
            if not self.pays_ordinary:
                return Refusal(
                    "an ordinary call, which this site does not pay (policy.relays); it is shown, not called"
                )
        elif not is_free:
            return known
        elif not _SHORT.fullmatch(digits) and not _GREEN.fullmatch(digits):
            return Refusal("not free in France, whatever the directory says; it is shown, not called")
        return Target(digits, Purpose.RELAY, "relay")


def normalised(number: str) -> str:
    """Digits alone, with a leading + if there was one; French international form becomes national.

    >>> normalised("+33 (0)800 19.00.00")
    '0800190000'
    """
    bare = "".join(c for c in number.replace("(0)", "") if c not in " .-()/\u00a0\u202f")
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    if bare.startswith("+33") and len(bare) == 12:
        return "0" + bare[3:]
    return bare


def is_premium(number: str) -> bool:
    """True for numbers that cost more than a call: those are never dialled."""
    return number.startswith(PREMIUM_PREFIXES)


def order(target: Target, health: Mapping[LineKind, LineHealth], last: Sequence[LineKind] = ()) -> tuple[LineKind, ...]:
    """The lines to try for ``target``, best first; only those that exist (are keys of ``health``).

    VoIP before mobile, except for emergency numbers, which a trunk may carry to the wrong place and the mobile
    network routes by cell. A line known dead comes after the others: it costs nothing, and is still there if
    what we know is wrong. Lines in ``last`` (just dropped a call) come after their equals.
    """
    wanted = (LineKind.GSM, LineKind.VOIP) if target.purpose is Purpose.EMERGENCY else (LineKind.VOIP, LineKind.GSM)

    def rank(kind: LineKind) -> tuple[bool, bool]:
        return health[kind].readiness is Readiness.DEAD, kind in last

    return tuple(sorted((kind for kind in wanted if kind in health), key=rank))
