"""What became of one dialled call, in the words of ``kiosk modem``: derived from the driver's last words. Pure."""

from enum import StrEnum

from hardware.modem_events import CallEnded, EndReason, ModemStatus


class Outcome(StrEnum):
    """Wire values; docs/cli.md explains each."""

    ANSWERED = "answered"
    LINE_OPEN = "line_open"
    """The line opened; this modem may say so while it still rings."""
    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    NO_NETWORK = "no_network"
    NO_SIM = "no_sim"
    SIM_LOCKED = "sim_locked"
    NO_VOICE = "no_voice"
    MODEM_LOST = "modem_lost"
    FAILED = "failed"


class EndedBy(StrEnum):
    """Who ended it. Wire values."""

    CALLER = "caller"
    """We hung up."""
    REMOTE = "remote"
    """The far end did: it hung up, was busy, or declined."""
    NETWORK = "network"
    MODEM = "modem"
    """The modem vanished or restarted, could not be used, or said nothing."""


def outcome_of(ended: CallEnded, opened_certainly: bool | None, status: ModemStatus) -> Outcome:
    """The outcome of a call that ``ended``.

    ``opened_certainly``: None when the line never opened, else whether the modem is believed about the answer.
    ``status``: the modem's, as it was when the call was dialled. A modem that is lost in a call makes it
    ``modem_lost``, also after the answer: the line did not end as a line should.
    """
    if ended.reason is EndReason.MODEM_LOST:
        return Outcome.MODEM_LOST
    if opened_certainly is not None:
        return Outcome.ANSWERED if opened_certainly else Outcome.LINE_OPEN
    said = _SAID.get(ended.reason)
    if said is not None:
        return said
    why = why_not(status)
    # The network's own word stands, unless the SIM or the module was no good to begin with.
    return Outcome.NO_NETWORK if ended.reason is EndReason.NO_NETWORK and why not in _UNUSABLE else why


def why_not(status: ModemStatus) -> Outcome:
    """Why a modem with this status cannot call: what a technician must mend first comes first."""
    if not status.has_voice:
        return Outcome.NO_VOICE
    if status.sim == "none" or status.sim.startswith("SIM REMOVED"):
        return Outcome.NO_SIM
    if status.sim.endswith((" PIN", " PUK", " PIN2", " PUK2")):
        return Outcome.SIM_LOCKED
    if not status.is_open and not status.sim:
        return Outcome.MODEM_LOST
    if status.sim == "READY" and not status.is_registered:
        return Outcome.NO_NETWORK
    return Outcome.FAILED


def ended_by(ended: CallEnded, outcome: Outcome) -> EndedBy:
    """Who ended it, as far as the modem tells."""
    match ended.reason:
        case EndReason.OURS:
            return EndedBy.CALLER
        case EndReason.FAR_END | EndReason.BUSY | EndReason.DECLINED:
            return EndedBy.REMOTE
        case EndReason.MODEM_LOST | EndReason.NOT_READY | EndReason.TIMEOUT:
            return EndedBy.MODEM
        case EndReason.NO_ANSWER | EndReason.NO_NETWORK | EndReason.NOT_FOUND | EndReason.FAILED:
            return EndedBy.MODEM if outcome in _UNUSABLE else EndedBy.NETWORK


_SAID = {
    EndReason.BUSY: Outcome.BUSY,
    EndReason.DECLINED: Outcome.DECLINED,
    EndReason.NO_ANSWER: Outcome.NO_ANSWER,
    EndReason.OURS: Outcome.NO_ANSWER,
    EndReason.NOT_FOUND: Outcome.FAILED,
    EndReason.TIMEOUT: Outcome.FAILED,
    EndReason.FAR_END: Outcome.FAILED,
}
"""Reasons that need no look at the modem's status. Ours before the line opened: nobody had answered."""
_UNUSABLE = frozenset((Outcome.NO_SIM, Outcome.SIM_LOCKED, Outcome.NO_VOICE, Outcome.MODEM_LOST))
