"""The keys that get a caller through the platform's menu, from the configuration's ``voip.menu``. Pure."""

from dataclasses import dataclass

from kiosk.errors import BadInput

PAUSE_S = 1.0
"""One comma."""
KEYS = "0123456789*#"


@dataclass(frozen=True)
class Key:
    """Send this key."""

    digit: str


@dataclass(frozen=True)
class Pause:
    """Wait this long."""

    seconds: float


Step = Key | Pause


def steps(menu: str) -> tuple[Step, ...]:
    """What to do after the answer, in order; commas in a row are one pause. Raises: BadInput naming the character.

    >>> steps("1,,2#")
    (Key(digit='1'), Pause(seconds=2.0), Key(digit='2'), Key(digit='#'))
    """
    found: list[Step] = []
    for character in menu:
        match character, found[-1:]:
            case ",", [Pause(seconds=so_far)]:
                found[-1] = Pause(so_far + PAUSE_S)
            case ",", _:
                found.append(Pause(PAUSE_S))
            case _ if character in KEYS:
                found.append(Key(character))
            case _:
                raise BadInput(f"{character!r} is no key: write digits, * and #, and a comma for a pause of 1 s")
    return tuple(found)
