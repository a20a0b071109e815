"""One command line of a host, cut into its commands (ITU-T V.250 §5.2 to §5.4). Pure."""

from dataclasses import dataclass
from enum import Enum

_EXTENDED = "+^*$#%"


class Kind(Enum):
    """What is wanted of a command."""

    RUN = ""
    READ = "?"
    TEST = "=?"
    SET = "="


@dataclass(frozen=True)
class AtCommand:
    """``+CREG``, READ; ``+CFUN``, SET, ``1,1``; ``E``, RUN, ``0``; ``D``, RUN, ``112;``."""

    name: str
    """In capitals."""
    kind: Kind = Kind.RUN
    argument: str = ""
    """As typed, without blanks at its ends."""

    @property
    def values(self) -> list[str]:
        """The argument's values, without quotes; a comma inside quotes stays."""
        values, is_quoted = [""], False
        for character in self.argument:
            if character == '"':
                is_quoted = not is_quoted
            elif character == "," and not is_quoted:
                values.append("")
            else:
                values[-1] += character
        return [value.strip() for value in values]


def split_line(line: str) -> list[AtCommand] | None:
    """The commands of one line, in order; empty for ``AT`` alone, None for what is no command line."""
    if line[:2].upper() != "AT":
        return None
    rest = line[2:].strip()
    commands = []
    while rest:
        if rest[0] in _EXTENDED:
            text, rest = _until_semicolon(rest)
            commands.append(_extended(text))
        elif rest[0] in "Dd":
            # Whatever follows is the number; a semicolon is part of it and means "voice".
            commands.append(AtCommand("D", argument=rest[1:].strip()))
            rest = ""
        else:
            command, rest = _basic(rest)
            commands.append(command)
        rest = rest.lstrip(" ;")
    return commands


def _until_semicolon(text: str) -> tuple[str, str]:
    is_quoted = False
    for at, character in enumerate(text):
        if character == '"':
            is_quoted = not is_quoted
        elif character == ";" and not is_quoted:
            return text[:at], text[at + 1 :]
    return text, ""


def _extended(text: str) -> AtCommand:
    name, equals, argument = text.partition("=")
    if equals:
        argument = argument.strip()
        return AtCommand(name.strip().upper(), Kind.TEST if argument == "?" else Kind.SET, argument)
    if text.endswith("?"):
        return AtCommand(text[:-1].strip().upper(), Kind.READ)
    return AtCommand(text.strip().upper())


def _basic(text: str) -> tuple[AtCommand, str]:
    """``E0``, ``&C1``, ``S0=0``, ``S0?``: a letter, with ``&`` before it or not, and its number."""
    length = 2 if text[0] == "&" else 1
    name = text[:length].upper()
    end = length
    while end < len(text) and text[end].isdigit():
        end += 1
    number, rest = text[length:end], text[end:]
    if name == "S" and rest[:1] in ("?", "="):
        kind = Kind.READ if rest[0] == "?" else Kind.SET
        end = 1
        while end < len(rest) and rest[end].isdigit():
            end += 1
        return AtCommand("S" + number, kind, rest[1:end]), rest[end:]
    return AtCommand(name, argument=number), rest
