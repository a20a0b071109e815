"""One call from signs to events: recorded calls of each family, and the rules that no recording shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.answers import CallRow
from hardware.at import Result
from hardware.call_tracker import DIAL_S, CallTracker
from hardware.families import huawei, quectel, simcom, ublox
from hardware.families.family import Family, Sign
from hardware.modem_events import CallAlerting, CallDialling, CallEnded, EndReason, LineOpened, ModemEvent


def tracker(family: Family = simcom.SIM7600, is_registered: bool = True) -> CallTracker:
    return CallTracker("c", family, 0.0, is_registered)


def told(family: Family, *urcs: str, cause: int | None = None) -> list[ModemEvent]:
    call = tracker(family)
    events = call.on_dial_result(Result("OK"))
    for urc in urcs:
        events += call.on_urc(urc)
    return events + (call.on_cause(cause) if call.is_ending else [])


def test_sim7600_that_jumps_from_dialling_to_active_is_not_believed() -> None:
    assert told(
        simcom.SIM7600,
        "+CLCC: 3,0,2,0,0,num,129", "VOICE CALL: BEGIN", "+CLCC: 3,0,0,0,0,num,129", "+CLCC: 3,0,6,0,0,num,129",
        "VOICE CALL: END: 000003",
    ) == [CallDialling("c"), LineOpened("c", False), CallEnded("c", EndReason.FAR_END)]  # fmt: skip


@pytest.mark.parametrize(("family", "is_certain"), [(simcom.SIM7600, True), (simcom.A76XX, False)])
def test_remote_hang_up_in_mid_call(family: Family, is_certain: bool) -> None:
    assert told(
        family,
        '+CLCC: 1,0,2,0,0,"+5491100000001",145', '+CLCC: 1,0,3,0,0,"+5491100000001",145', "VOICE CALL: BEGIN",
        '+CLCC: 1,0,0,0,0,"+5491100000001",145', '+CLCC: 1,0,6,0,0,"+5491100000001",145', "NO CARRIER",
        "VOICE CALL:END: 000004",
    ) == [
        CallDialling("c"), CallAlerting("c"), LineOpened("c", is_certain), CallEnded("c", EndReason.FAR_END),
    ]  # fmt: skip


def test_huawei_call_with_signal_reports_between() -> None:
    urcs = ("^ORIG:1,0", "^RSSI:15", "^CONF:1", "^RSSI:15", "^CONN:1,0", "^CEND:1,0,104,31")
    assert told(huawei.E_SERIES, *urcs) == [
        CallDialling("c"),
        CallAlerting("c"),
        LineOpened("c", True),
        CallEnded("c", EndReason.FAR_END),
    ]


@pytest.mark.parametrize(
    ("urc", "reason", "cause"),
    [
        ("^CEND:1,6,67,17", EndReason.BUSY, 17),
        ("^CEND:1,0,67,19", EndReason.NO_ANSWER, 19),
        ("^CEND:1,0,67,1", EndReason.NOT_FOUND, 1),
        ("^CEND:1,0,104,34", EndReason.NO_NETWORK, 34),
        ("^CEND:1,82,29", EndReason.DECLINED, None),
        ("^CEND:1,0,67,16", EndReason.DECLINED, None),
        ("^CEND:1,0,255,255", EndReason.MODEM_LOST, 255),
    ],
)
def test_huawei_says_why_with_three_or_four_fields(urc: str, reason: EndReason, cause: int | None) -> None:
    assert told(huawei.E_SERIES, "^CONF:1", urc)[-1] == CallEnded("c", reason, cause)


def test_huaweis_word_for_the_answer_is_believed_without_an_alerting() -> None:
    assert told(huawei.E_SERIES, "^ORIG:1,0", "^CONN:1,0")[-1] == LineOpened("c", True)


def test_end_of_another_call_is_not_ours() -> None:
    assert told(huawei.E_SERIES, "^ORIG:1,0", "^CONF:1", "^CONN:1,0", "^CEND:2,0,29,16")[-1] == LineOpened("c", True)
    assert told(ublox.UBLOX, "+UCALLSTAT: 1,2", "+UCALLSTAT: 2,5", "+UCALLSTAT: 2,6") == [CallDialling("c")]


def test_ublox_counts_its_own_way_too() -> None:
    rows = [f"+UCALLSTAT: 1,{state}" for state in (2, 3, 7, 0, "6,16")]
    assert told(ublox.UBLOX, *rows) == [
        CallDialling("c"),
        CallAlerting("c"),
        LineOpened("c", True),
        CallEnded("c", EndReason.FAR_END),
    ]


def test_sim800_says_when_it_rings_and_when_it_connects() -> None:
    assert told(simcom.SIM800, "MO RING", "MO CONNECTED", "NO CARRIER") == [
        CallDialling("c"),
        CallAlerting("c"),
        LineOpened("c", True),
        CallEnded("c", EndReason.FAR_END),
    ]


def test_quectels_three_is_connected_and_not_alerting() -> None:
    rows = [f"^DSCI: 1,0,{state},0,10086,129,0" for state in (2, 7, 3, 6)]
    assert told(quectel.EC2X, *rows) == [
        CallDialling("c"),
        CallAlerting("c"),
        LineOpened("c", True),
        CallEnded("c", EndReason.FAR_END),
    ]
    assert told(quectel.EC2X, "^DSCI: 1,1,4,0,13022100000,129,0") == [CallDialling("c")]


def test_quectels_released_row_ends_the_call() -> None:
    rows = ('+QIND: "ccinfo",2,0,3,0,0,"X",129', '+QIND: "ccinfo",2,0,-1,0,0,"X",129')
    assert told(quectel.EC2X, *rows, cause=17) == [
        CallDialling("c"),
        CallAlerting("c"),
        CallEnded("c", EndReason.BUSY, 17),
    ]


@pytest.mark.parametrize(
    ("result", "is_registered", "ended"),
    [
        (Result("BUSY"), True, CallEnded("c", EndReason.BUSY)),
        (Result("NO ANSWER"), True, CallEnded("c", EndReason.NO_ANSWER)),
        (Result("NO DIALTONE"), True, CallEnded("c", EndReason.NO_NETWORK)),
        (Result("CME ERROR", 30), True, CallEnded("c", EndReason.NO_NETWORK, 30)),
        (Result("CME ERROR", 10), True, CallEnded("c", EndReason.NOT_READY, 10)),
        (Result("ERROR"), True, CallEnded("c", EndReason.FAILED)),
        (Result("NO CARRIER"), True, CallEnded("c", EndReason.FAILED)),
        (Result("NO CARRIER"), False, CallEnded("c", EndReason.NO_NETWORK)),
    ],
)
def test_results_of_atd(result: Result, is_registered: bool, ended: CallEnded) -> None:
    call = tracker(is_registered=is_registered)
    events = call.on_dial_result(result)
    assert events + call.on_cause(None) == [ended]


def test_three_valid_empty_polls_end_an_open_call_and_a_data_call_is_no_call() -> None:
    call = tracker()
    call.on_poll([CallRow(1, True, 0, True)])
    phantom = [CallRow(2, True, 0, False)]
    assert call.on_poll(phantom) == []
    assert call.on_poll([]) == []
    assert call.on_poll([CallRow(1, True, 0, True)]) == []
    assert [call.on_poll(phantom), call.on_poll([])] == [[], []]
    assert call.on_poll([]) == [CallEnded("c", EndReason.FAR_END)]


def test_word_that_follows_the_end_row_says_why() -> None:
    call = tracker()
    call.on_sign(Sign.DIALLING)
    assert call.on_sign(Sign.ENDED) == []
    assert call.on_sign(Sign.BUSY) == [CallEnded("c", EndReason.BUSY)]
    assert call.on_cause(16) == []


def test_dialling_has_a_deadline_and_an_open_line_has_none() -> None:
    call = tracker()
    assert call.deadline == DIAL_S
    call.on_sign(Sign.OPEN)
    assert call.deadline is None


STEPS = st.one_of(
    st.sampled_from(list(Sign)),
    st.sampled_from([Result("OK"), Result("NO CARRIER"), Result("BUSY"), Result("CME ERROR", 30), Result("")]),
    st.sampled_from([EndReason.OURS, EndReason.MODEM_LOST]),
    st.lists(st.builds(CallRow, st.just(1), st.booleans(), st.integers(-1, 6), st.booleans()), max_size=2),
    st.none(),
)


@given(st.lists(STEPS, max_size=30))
def test_whatever_a_modem_says_a_call_ends_once_and_events_keep_their_order(steps: list[object]) -> None:
    call = tracker()
    events: list[ModemEvent] = []
    for step in steps:
        match step:
            case Sign():
                events += call.on_sign(step)
            case Result():
                events += call.on_dial_result(step)
            case EndReason():
                events += call.end(step)
            case list():
                events += call.on_poll(step)
            case _:
                events += call.on_cause(16)
    events += call.end(EndReason.MODEM_LOST)
    order = [CallDialling, CallAlerting, LineOpened, CallEnded]
    ranks = [order.index(type(event)) for event in events]
    assert ranks == sorted(set(ranks))
    assert isinstance(events[-1], CallEnded)
