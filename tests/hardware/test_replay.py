"""What the player concludes where a recording is not as tidy as a call from its ATD to its end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.families import FAMILIES
from hardware.modem_events import CallAlerting, CallDialling, CallEnded, EndReason, LineOpened
from hardware.replay import Conclusions, conclude, family_of
from hardware.transcript import Arrived, Happened, Passed, Sent, Step, Transcript, read


def concluded(text: str) -> Conclusions:
    return conclude(read(text))


def test_a_call_that_began_before_the_recording_is_followed_to_its_end() -> None:
    found = concluded('# modem: SIM7600\n< +CLCC: 1,0,3,0,0,"*",129\n< +CLCC: 1,0,0,0,0,"*",129\n< NO CARRIER\n')
    (call,) = found.calls
    assert call.events == (
        CallDialling("call-1"),
        CallAlerting("call-1"),
        LineOpened("call-1", True),
        CallEnded("call-1", EndReason.FAR_END),
    )


def test_somebody_elses_call_is_not_taken_for_ours() -> None:
    found = concluded('< RING\n< +CLIP: "*",129\n> ATA\n< VOICE CALL: BEGIN\n< OK\n< VOICE CALL: END: 000003\n')
    assert (found.calls, found.incoming) == ([], 1)


def test_each_of_two_calls_has_its_own_events_and_times() -> None:
    text = "# modem: SIM7600\n> ATD*;\n< OK\n@ 2\n< BUSY\n@ 3\n> ATD*;\n< NO CARRIER\n> AT+CEER\n< +CEER: 1\n< OK\n"
    first, second = concluded(text).calls
    assert first.ended == CallEnded("call-1", EndReason.BUSY)
    assert second.ended == CallEnded("call-2", EndReason.NOT_FOUND, 1)
    assert [at for at, _ in first.told] == [0.15, 2.15]
    assert second.told[-1][0] > 5


def test_a_hang_up_that_nothing_contradicted_is_ours() -> None:
    found = concluded("# modem: SIM7600\n> ATD*;\n< OK\n< VOICE CALL: BEGIN\n> AT+CHUP\n< OK\n")
    assert found.calls[0].ended == CallEnded("call-1", EndReason.OURS)


def test_a_recording_that_stops_in_the_middle_leaves_its_call_unfinished() -> None:
    (call,) = concluded("# modem: SIM7600\n> ATD*;\n< OK\n").calls
    assert (call.is_over, call.ended) == (False, None)


@pytest.mark.parametrize("happened", ["port lost: I/O error", "/dev/ttyUSB2 disappears", "the stick is unplugged"])
def test_a_port_that_vanishes_ends_the_call_and_the_waiting_command(happened: str) -> None:
    found = concluded(f"> ATD*;\n< OK\n> AT+CSQ\n~ {happened}\n> AT\n< OK\n")
    assert found.calls[0].ended == CallEnded("call-1", EndReason.MODEM_LOST)
    assert (found.losses, found.unanswered) == (1, [])


def test_a_command_without_an_answer_is_named_and_the_next_has_its_own() -> None:
    found = concluded("> AT+CREG?\n@ 30\n> AT+CSQ\n< +CSQ: 20,99\n< OK\n")
    assert (found.unanswered, found.signal_dbm) == (["AT+CREG?"], -73)


def test_a_module_without_voice_is_told_by_its_name() -> None:
    found = concluded("> AT+CGMM\n< A7670E-LNXY-UBL\n< OK\n")
    assert (found.family, found.has_voice) == ("a76xx", False)
    assert found.against == "A7670E-LNXY-UBL has no voice firmware; fit a module that can speak"


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("> AT+CGMM\n< SIM800L\n< OK\n# modem: Quectel EC25", "sim800"),
        ("# modem: Quectel EG25-G", "quectel"),
        ("# family: ublox", "ublox"),
        ("< ^CONN:1,0", "huawei"),
        ('< +QIND: "ccinfo",1,0,3,0,0,"*",129', "quectel"),
        ("< +UCALLSTAT: 1,3", "ublox"),
        ("< VOICE CALL: BEGIN", "sim7600"),
        ("> AT\n< OK", "generic"),
    ],
)
def test_the_family_is_the_modems_word_then_the_heads_then_what_only_one_says(text: str, family: str) -> None:
    assert family_of(read(text)) is FAMILIES[family]


WORDS = st.sampled_from(
    [b"\r\nOK\r\n", b"\r\nBUSY\r\n", b"\r\nRDY\r\n", b"\r\nRING\r\n", b"^CEND:1,5,29,16\r\n", b"> ", b"+CREG: 3\r\n",
     b'+CLCC: 1,0,3,0,0,"*",129\r\n', b"VOICE CALL: BEGIN\r\n", b"\r\nNO CARRIER\r\n", b"+CME ERROR: 10\r\n"]
)  # fmt: skip
COMMANDS = st.sampled_from(
    ["ATD*;", "AT+CHUP", "AT+CLCC", "AT+CPIN?", "AT+CREG?", "ATA", "AT", "\x1bAT", 'AT+CMGS="*"', "ATH", "\u00e9", "hm"]
)  # fmt: skip
ANY_STEP: st.SearchStrategy[Step] = st.one_of(
    (WORDS | st.binary(max_size=30)).map(Arrived),
    (COMMANDS.map(lambda text: text.encode() + b"\r") | st.binary(max_size=10)).map(Sent),
    st.floats(0, 200).map(Passed),
    st.sampled_from(["port lost", "far end hangs up"]).map(Happened),
)


@given(st.lists(ANY_STEP, max_size=25), st.sampled_from(sorted(FAMILIES)), st.integers(1, 8))
def test_no_recording_breaks_the_player_nor_ends_a_call_twice(steps: list[Step], family: str, chunk: int) -> None:
    whole = Transcript(steps=tuple(steps))
    found = conclude(whole, family=FAMILIES[family])
    for call in found.calls:
        assert sum(isinstance(event, CallEnded) for event in call.events) == call.is_over
    again = conclude(whole, family=FAMILIES[family], chunk=chunk)
    assert [call.events for call in again.calls] == [call.events for call in found.calls]
