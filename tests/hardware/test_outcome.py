"""What became of a call, from the driver's last words and the modem's status."""

import pytest

from hardware.modem_events import CallEnded, EndReason, ModemStatus
from hardware.outcome import EndedBy, Outcome, ended_by, outcome_of, why_not

READY = ModemStatus(is_open=True, sim="READY", is_registered=True, reason="")
DEAD = ModemStatus(reason="serial port is gone")
SEARCHING = ModemStatus(is_open=True, sim="READY", reason="searching for a network")
EMPTY = ModemStatus(is_open=True, sim="none", reason="no SIM card")
LOCKED = ModemStatus(is_open=True, sim="SIM PIN", reason="the SIM asks for its PIN")
MUTE = ModemStatus(is_open=True, sim="READY", is_registered=True, has_voice=False, reason="no voice firmware")


@pytest.mark.parametrize(
    ("reason", "opened", "status", "outcome", "by"),
    [
        (EndReason.FAR_END, True, READY, Outcome.ANSWERED, EndedBy.REMOTE),
        (EndReason.OURS, True, READY, Outcome.ANSWERED, EndedBy.CALLER),
        (EndReason.OURS, False, READY, Outcome.LINE_OPEN, EndedBy.CALLER),
        (EndReason.OURS, None, READY, Outcome.NO_ANSWER, EndedBy.CALLER),
        (EndReason.BUSY, None, READY, Outcome.BUSY, EndedBy.REMOTE),
        (EndReason.DECLINED, None, READY, Outcome.DECLINED, EndedBy.REMOTE),
        (EndReason.NO_ANSWER, None, READY, Outcome.NO_ANSWER, EndedBy.NETWORK),
        (EndReason.MODEM_LOST, None, READY, Outcome.MODEM_LOST, EndedBy.MODEM),
        (EndReason.MODEM_LOST, True, READY, Outcome.MODEM_LOST, EndedBy.MODEM),
        (EndReason.NO_NETWORK, None, READY, Outcome.NO_NETWORK, EndedBy.NETWORK),
        (EndReason.NO_NETWORK, None, SEARCHING, Outcome.NO_NETWORK, EndedBy.NETWORK),
        (EndReason.NO_NETWORK, None, EMPTY, Outcome.NO_SIM, EndedBy.MODEM),
        (EndReason.FAILED, None, SEARCHING, Outcome.NO_NETWORK, EndedBy.NETWORK),
        (EndReason.FAILED, None, MUTE, Outcome.NO_VOICE, EndedBy.MODEM),
        (EndReason.FAILED, None, READY, Outcome.FAILED, EndedBy.NETWORK),
        (EndReason.NOT_FOUND, None, READY, Outcome.FAILED, EndedBy.NETWORK),
        (EndReason.TIMEOUT, None, READY, Outcome.FAILED, EndedBy.MODEM),
        (EndReason.NOT_READY, None, EMPTY, Outcome.NO_SIM, EndedBy.MODEM),
        (EndReason.NOT_READY, None, LOCKED, Outcome.SIM_LOCKED, EndedBy.MODEM),
        (EndReason.NOT_READY, None, DEAD, Outcome.MODEM_LOST, EndedBy.MODEM),
    ],
)
def test_each_end_has_its_outcome_and_its_doer(
    reason: EndReason, opened: bool | None, status: ModemStatus, outcome: Outcome, by: EndedBy
) -> None:
    ended = CallEnded("c", reason)
    found = outcome_of(ended, opened, status)
    assert (found, ended_by(ended, found)) == (outcome, by)


@pytest.mark.parametrize("reason", list(EndReason))
@pytest.mark.parametrize("status", [READY, DEAD, SEARCHING, EMPTY, LOCKED, MUTE])
def test_no_end_and_no_status_is_without_words(reason: EndReason, status: ModemStatus) -> None:
    for opened in (None, False, True):
        ended = CallEnded("c", reason)
        assert ended_by(ended, outcome_of(ended, opened, status)) in EndedBy


@pytest.mark.parametrize(
    ("sim", "outcome"),
    [("SIM PUK", Outcome.SIM_LOCKED), ("PH-NET PIN", Outcome.SIM_LOCKED), ("SIM REMOVED", Outcome.NO_SIM),
     ("SIM CRASH", Outcome.FAILED), ("busy", Outcome.FAILED)],
)  # fmt: skip
def test_each_state_of_the_sim_is_told_apart(sim: str, outcome: Outcome) -> None:
    assert why_not(ModemStatus(is_open=True, sim=sim, reason="x")) is outcome
