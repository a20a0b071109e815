"""What a simulated modem answers to one command."""

from dataclasses import dataclass
from typing import Protocol

from hardware.simulated.at_line import AtCommand

CME_WORDS = {
    3: "operation not allowed", 4: "operation not supported", 10: "SIM not inserted", 11: "SIM PIN required",
    12: "SIM PUK required", 16: "incorrect password", 22: "not found", 30: "no network service",
    50: "incorrect parameters", 100: "unknown",
}  # fmt: skip
"""3GPP TS 27.007 §9.2."""
CMS_WORDS = {
    304: "invalid PDU mode parameter", 310: "SIM not inserted", 311: "SIM PIN required", 321: "invalid memory index",
    331: "no network service",
}  # fmt: skip
"""3GPP TS 27.005 §3.2.5."""


@dataclass(frozen=True)
class Reply:
    """Rows, the final result, and URCs that follow at once."""

    rows: tuple[str, ...] = ()
    result: str = "OK"
    """Empty: it comes later, or never."""
    then: tuple[str, ...] = ()

    @property
    def is_ok(self) -> bool:
        """Whether the next command of the same line may run."""
        return self.result == "OK"


OK = Reply()
ERROR = Reply(result="ERROR")
LATER = Reply(result="")


def rows(*texts: str) -> Reply:
    """These rows and OK."""
    return Reply(texts)


def cme(code: int) -> Reply:
    """An error of the module or SIM; the host's +CMEE gives it its form."""
    return Reply(result=f"+CME ERROR: {code}")


def cms(code: int) -> Reply:
    """An error of the message service."""
    return Reply(result=f"+CMS ERROR: {code}")


def spelled(result: str, mode: str) -> str:
    """A result in the form that +CMEE ``mode`` asks for: 0 ERROR, 1 a number, 2 words (3GPP TS 27.007 §9.1)."""
    if not result.startswith("+CM"):
        return result
    head, _, code = result.partition(": ")
    if mode == "0" and head == "+CME ERROR":
        return "ERROR"
    words = {**CME_WORDS, **CMS_WORDS}.get(int(code), "unknown error")
    return f"{head}: {words}" if mode == "2" else result


class Desk(Protocol):
    """A part of the modem that answers some commands."""

    @property
    def names(self) -> frozenset[str]:
        """The commands it knows, for +CLAC."""

    def answer(self, command: AtCommand, now: float) -> Reply | None:
        """Its answer; None when the command is not one of its own."""
