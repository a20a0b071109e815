"""A short message sent in PDU mode (3GPP TS 27.005 §4.3), between calls and never in the way of one."""

from collections.abc import Callable
from enum import StrEnum
from random import randrange
from typing import Protocol

from hardware.at import Answered, Command
from hardware.at_channel import Urgency
from hardware.message_pdu import command_length, pdus

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
    """Send ``text`` to ``number``, in as many parts as it takes. Event loop only.

    Each command is sent only while ``is_idle``; a dial breaks the message off (ESC at the prompt sends nothing).
    Whatever goes wrong behind the first part leaves a message of which some may arrive: unknown.
    Raises: ValueError for what is no such number or text (:func:`hardware.message_pdu.pdus`).
    """
    bodies = pdus(number, text, randrange(256))
    fate = await _ask(channel, Command("AT+CMGF=0", 3.0), is_idle)
    if fate in (Sending.NOT_NOW, Sending.REFUSED):
        return fate
    for at, body in enumerate(bodies):
        ask = Command(f"AT+CMGS={command_length(body)}", SEND_S, rows="+CMGS:", body=body, may_be_broken=True)
        fate = await _ask(channel, ask, is_idle)
        if fate is not Sending.SENT:
            return Sending.UNKNOWN if at else fate
    return Sending.SENT


async def _ask(channel: Asks, command: Command, is_idle: Callable[[], bool]) -> Sending:
    if not is_idle():
        return Sending.NOT_NOW
    answer = await channel.ask(command, Urgency.POLL, is_wanted=is_idle)
    if answer is None:
        return Sending.UNKNOWN
    return Sending.SENT if answer.result.is_ok else Sending.REFUSED
