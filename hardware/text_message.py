"""A short message sent in text mode (3GPP TS 27.005 §3.5.1), between calls and never in the way of one."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from hardware.at import Answered, Command
from hardware.at_channel import Urgency

LONGEST = 160
SEND_S = 60.0
"""A network may take that long for its +CMGS; a dial breaks in at any moment of it."""


class Sending(StrEnum):
    """What became of a message."""

    SENT = "sent"
    REFUSED = "refused"
    """By the modem or the network: nothing went out."""
    UNKNOWN = "unknown"
    """No answer, or a call came between: it may have gone out."""
    NOT_NOW = "not now"
    """A call is up or the modem is not ready: nothing was tried."""


class Asks(Protocol):
    """What is needed of an :class:`~hardware.at_channel.AtChannel`."""

    async def ask(
        self, command: Command, urgency: Urgency = Urgency.POLL, is_wanted: Callable[[], bool] = ...
    ) -> Answered | None:
        """Send ``command`` in its turn; None without a valid answer."""


async def send(channel: Asks, number: str, text: str, is_idle: Callable[[], bool]) -> Sending:
    """Send ``text`` to ``number``. Event loop only.

    Each command is sent only while ``is_idle``; a dial breaks the message off (ESC at the prompt sends nothing).
    Raises: ValueError for a text that is longer than one message, or has other letters than plain ASCII's: the
    default alphabet of GSM would show them as something else.
    """
    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or set(text) & set("@$[]\\^{}|~`_"):
        raise ValueError(f"a message is at most {LONGEST} plain letters, digits, blanks and .,:;!?()+-/'\"#%&*=<>")
    answer = None
    for command in (
        Command("AT+CMGF=1", 3.0),
        Command('AT+CSCS="GSM"', 3.0),
        Command(f'AT+CMGS="{number}"', SEND_S, rows="+CMGS:", body=text.encode("ascii"), may_be_broken=True),
    ):
        if not is_idle():
            return Sending.NOT_NOW
        answer = await channel.ask(command, Urgency.POLL, is_wanted=is_idle)
        is_refused = answer is not None and not answer.result.is_ok
        if command.text == "AT+CMGF=1" and is_refused:
            return Sending.REFUSED
    if answer is None:
        return Sending.UNKNOWN
    return Sending.SENT if answer.result.is_ok else Sending.REFUSED
