"""The AT codec: what each line means, and how it keeps its step when a modem loses it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.at import (
    Answered,
    AtEvent,
    Codec,
    Command,
    Misaligned,
    Result,
    Resynchronised,
    TimedOut,
    UrcReceived,
    masked,
)
from hardware.replay import command_of
from tests.hardware.transcripts import FILES, FOLDER, play

CSQ = Command("AT+CSQ", rows="+CSQ:", needs_row=True)
CREG = Command("AT+CREG?", rows="+CREG:", needs_row=True)
OK = Result("OK")


def answers(events: list[AtEvent]) -> list[tuple[str, tuple[str, ...], str]]:
    return [(e.command.text, e.rows, e.result.word) for e in events if isinstance(e, Answered)]


def urcs(events: list[AtEvent]) -> list[str]:
    return [e.text for e in events if isinstance(e, UrcReceived)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_transcript_gives_the_same_events_however_its_bytes_are_cut(path: Path) -> None:
    whole = play(path)
    assert whole, "a conversation without any event was not read"
    for chunk in range(1, 8):
        assert play(path, chunk) == whole


def transcript(name: str) -> list[AtEvent]:
    (path,) = FOLDER.glob(f"{name}-*.txt")
    return play(path)


def test_bytes_of_an_ec20_in_single_characters() -> None:
    assert transcript("31") == [
        Answered(Command("AT", 5.0), (), OK),
        Answered(command_of("AT+CSQ"), ("+CSQ: 19,99",), OK),
        Answered(command_of("AT+CEREG?"), ("+CEREG: 2,0",), OK),
    ]


def test_end_of_call_between_echo_and_ok_of_the_hang_up() -> None:
    events = transcript("06")
    assert [answer[0] for answer in answers(events)] == [
        "AT", "AT+CGATT?", "AT+CEREG?", "ATDXXXXXXXXXX;", "AT+CHUP",
    ]  # fmt: skip
    assert urcs(events) == ["VOICE CALL: BEGIN", "VOICE CALL: END: 000008"]


def test_urcs_before_the_echo_inside_the_answer_and_glued_to_an_echo() -> None:
    codec = Codec()
    codec.send(Command("AT+CGREG=2"), 0)
    assert codec.receive(b'\r\n+CREG: 1,"4048","0B78"\r\nAT+CGREG=2\r\r\nOK\r\n', 0) == [
        UrcReceived('+CREG: 1,"4048","0B78"'),
        Answered(Command("AT+CGREG=2"), (), OK),
    ]
    clcc = Command("AT+CLCC", rows="+CLCC:")
    codec.send(clcc, 1)
    assert codec.receive(b'\r\n+CLCC: 1,1,4,0,0,"1",129\r\n+CMTI: "SM",5\r\nOK\r\n', 1) == [
        UrcReceived('+CMTI: "SM",5'),
        Answered(clcc, ('+CLCC: 1,1,4,0,0,"1",129',), OK),
    ]
    query = Command("AT+NETOPEN?", rows="+NETOPEN:")
    codec.send(query, 2)
    events = codec.receive(b"\r\n+NETOPEN: 0AT+NETOPEN?\r\r\n+NETOPEN: 0\r\n\r\nOK\r\n", 2)
    assert answers(events) == [("AT+NETOPEN?", ("+NETOPEN: 0", "+NETOPEN: 0"), "OK")]


def test_registration_urcs_are_not_taken_for_the_answer() -> None:
    codec = Codec()
    codec.send(CREG, 0)
    data = b'\r\n+CREG: 3\r\n\r\n+CREG: 1,"D509","80D413D",7\r\n\r\n+CREG: 2,3\r\n\r\nOK\r\n'
    assert codec.receive(data, 0) == [
        UrcReceived("+CREG: 3"),
        UrcReceived('+CREG: 1,"D509","80D413D",7'),
        Answered(CREG, ("+CREG: 2,3",), OK),
    ]


@pytest.mark.parametrize(
    ("line", "result"),
    [
        (b"ERROR", Result("ERROR")),
        (b"COMMAND NOT SUPPORT", Result("COMMAND NOT SUPPORT")),
        (b"+CME ERROR: 30", Result("CME ERROR", 30, "30")),
        (b"+CME ERROR: no network service", Result("CME ERROR", 30, "no network service")),
        (b"+CME ERROR: SIM not inserted", Result("CME ERROR", 10, "SIM not inserted")),
        (b"+CME ERROR: something new", Result("CME ERROR", None, "something new")),
    ],
)
def test_each_spelling_of_failure_is_final(line: bytes, result: Result) -> None:
    codec = Codec()
    codec.send(Command("AT+COPS=0"), 0)
    assert codec.receive(b"\r\n" + line + b"\r\n", 0) == [Answered(Command("AT+COPS=0"), (), result)]
    assert codec.is_ready


@pytest.mark.parametrize("word", ["NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE"])
def test_end_of_a_call_is_the_dials_result_and_any_other_commands_urc(word: str) -> None:
    codec = Codec()
    dial = Command("ATD112;", 90)
    codec.send(dial, 0)
    assert codec.receive(f"\r\n{word}\r\n".encode(), 0) == [Answered(dial, (), Result(word))]
    codec.send(CSQ, 1)
    assert codec.receive(f"\r\n{word}\r\n\r\n+CSQ: 9,99\r\n\r\nOK\r\n".encode(), 1) == [
        UrcReceived(word),
        Answered(CSQ, ("+CSQ: 9,99",), OK),
    ]


def test_ok_without_its_line_end_counts_after_a_pause() -> None:
    codec = Codec()
    codec.send(Command("AT"), 0)
    assert codec.receive(b"AT\r\r\nOK", 0) == []
    assert codec.deadline == pytest.approx(0.1)
    assert codec.tick(0.1) == [Answered(Command("AT"), (), OK)]
    assert codec.receive(b"\r\n", 0.2) == []
    assert codec.is_ready


def test_quoted_text_keeps_its_line_ends_and_an_open_quote_does_not_swallow_the_result() -> None:
    codec = Codec()
    codec.send(Command("AT+CUSD=1", rows="+CUSD:"), 0)
    events = codec.receive(b'\r\n+CUSD: 0,"one\r\ntwo",15\r\n\r\nOK\r\n', 0)
    assert answers(events) == [("AT+CUSD=1", ('+CUSD: 0,"one\ntwo",15',), "OK")]
    codec.send(Command("AT"), 1)
    events = codec.receive(b'\r\n+CME: "never closed\r\n\r\nOK\r\n', 1)
    assert answers(events) == [("AT", (), "OK")]


def test_result_glued_to_what_follows_it_is_a_result() -> None:
    codec = Codec()
    codec.send(Command("AT+CNUM", rows="+CNUM:"), 0)
    assert codec.receive(b'\r\nERROR+CNUM: "own","1",129\r\n', 0) == [
        Answered(Command("AT+CNUM", rows="+CNUM:"), (), Result("ERROR")),
        UrcReceived('+CNUM: "own","1",129'),
    ]
    codec.send(Command("AT"), 1)
    assert codec.receive(b"\r\nOK^RSSI:15\r\n", 1) == [Answered(Command("AT"), (), OK), UrcReceived("^RSSI:15")]


def test_text_is_written_after_the_prompt_and_its_echo_is_no_answer() -> None:
    message = Command('AT+CMGS="1"', 60, rows="+CMGS:", body=b"well")
    for chunks in ((b"\r\n> ",), (b"\r\n", b">", b" "), (b"\r\n> \r\n^RSSI:15\r\n",)):
        codec = Codec()
        codec.send(message, 0)
        for chunk in chunks:
            codec.receive(chunk, 0)
        assert codec.take() == b"well\x1a"
        events = codec.receive(b"well\x1a\r\n+CMGS: 12\r\n\r\nOK\r\n", 1)
        assert events == [Answered(message, ("+CMGS: 12",), OK)]


def test_what_comes_in_pieces_behind_an_old_prompt_is_heard_whole() -> None:
    codec = Codec()
    codec.receive(b"\r\n> ", 0.0)
    codec.send(Command("AT+CMGS=5", rows="+CMGS:", body=b"text"), 0.0)
    events = [event for piece in (b"\r\n+CM", b'TI: "SM",3\r\n') for event in codec.receive(piece, 0.0)]
    assert urcs(events) == ['+CMTI: "SM",3']


def test_a_prompt_that_comes_after_its_message_was_broken_off_is_left_again() -> None:
    """Else the modem would take the next command, the call's ATD, for the words of the message."""
    codec = Codec()
    codec.send(Command("AT+CMGS=20", 60, rows="+CMGS:", body=b"00"), 0)
    codec.resynchronise(0.1)
    assert codec.take() == b"\x1bAT\r"
    assert codec.receive(b"\r\n> ", 0.2) == []
    assert codec.take() == b"\x1b"
    assert codec.receive(b"\r\nOK\r\n", 0.3) == []
    assert codec.tick(0.6) == [Resynchronised(is_alive=True)]
    assert codec.is_ready


def test_resynchronisation_ends_also_with_a_modem_that_never_stops_answering() -> None:
    codec = Codec()
    codec.resynchronise(0)
    now = 0.0
    events: list[AtEvent] = []
    while not events and now < 60:
        now += 0.1
        events = [event for event in codec.receive(b"\r\nOK\r\n", now) if isinstance(event, Resynchronised)]
    assert events == [Resynchronised(is_alive=True)]
    assert now < 10


def test_call_word_ends_a_quote_that_was_never_closed() -> None:
    codec = Codec()
    assert codec.receive(b'\r\n+CLIP: "+336\r\nVOICE CALL: END: 000003\r\n', 0) == [
        UrcReceived('+CLIP: "+336'),
        UrcReceived("VOICE CALL: END: 000003"),
    ]


def test_nuls_of_a_booting_modem_are_noise() -> None:
    codec = Codec()
    codec.send(Command("AT"), 0)
    assert codec.receive(b"\0\0\r\nO\0K\r\n", 0) == [Answered(Command("AT"), (), OK)]


def test_late_answer_after_a_time_out_is_thrown_away_and_the_next_is_right() -> None:
    codec = Codec()
    codec.send(CSQ, 0)
    assert codec.tick(2.0) == [TimedOut(CSQ)]
    assert codec.take() == b"\x1bAT\r"
    assert not codec.is_ready
    # The late answer of CSQ and the probe's own, in one breath.
    assert codec.receive(b"\r\n+CSQ: 1,99\r\n\r\nOK\r\n\r\nOK\r\n", 2.1) == [UrcReceived("+CSQ: 1,99")]
    assert codec.tick(2.4) == [Resynchronised(is_alive=True)]
    codec.send(CREG, 2.5)
    assert codec.receive(b"\r\n+CREG: 2,1\r\n\r\nOK\r\n", 2.6) == [Answered(CREG, ("+CREG: 2,1",), OK)]


def test_surplus_result_starts_a_resynchronisation() -> None:
    codec = Codec()
    assert codec.receive(b"\r\nOK\r\n", 0) == [Misaligned(None)]
    assert codec.take() == b"\x1bAT\r"
    assert codec.receive(b"\r\nOK\r\n", 0.1) == []
    assert codec.tick(0.1 + 0.3) == [Resynchronised(is_alive=True)]
    assert codec.is_ready


def test_ok_without_the_expected_row_is_another_commands() -> None:
    codec = Codec()
    codec.send(CSQ, 0)
    assert codec.receive(b"\r\nOK\r\n", 0) == [Misaligned(CSQ)]


def test_silent_modem_is_probed_three_times_and_then_called_dead() -> None:
    codec = Codec()
    codec.resynchronise(0)
    assert codec.take() == b"\x1bAT\r"
    assert codec.tick(1.5) == []
    assert codec.take() == b"AT\r"
    assert codec.tick(3.0) == []
    assert codec.take() == b"AT\r"
    assert codec.tick(4.5) == [Resynchronised(is_alive=False)]


def test_dial_that_never_gets_its_ok_is_let_go_once_the_call_shows() -> None:
    codec = Codec()
    dial = Command("ATD112;", 90)
    codec.send(dial, 0)
    codec.receive(b'\r\n+CLCC: 1,0,2,0,0,"112",129\r\n', 1)
    assert codec.tick(3.9) == []
    assert codec.tick(4.0) == [Answered(dial, (), Result(""))]
    assert codec.is_ready


def test_hang_up_breaks_into_a_dial_and_nothing_else_is_sent_over_a_command() -> None:
    codec = Codec()
    codec.send(CSQ, 0)
    with pytest.raises(RuntimeError):
        codec.send(Command("AT+CHUP"), 0)
    codec.receive(b"\r\n+CSQ: 9,99\r\n\r\nOK\r\n", 0)
    codec.send(Command("ATD112;", 90), 1)
    assert codec.send(Command("AT+CHUP"), 1) == b"AT+CHUP\r"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ATD0800190000;", "ATD*;"),
        ("ATD15;", "ATD*;"),
        ('AT+CPIN="1234"', "AT+CPIN=*"),
        ('+CLCC: 1,0,2,0,0,"15",129', "+CLCC: 1,0,2,0,0,*,*"),
        ('+CLIP: "+56777777777",145,,,,0', "+CLIP: *,*,,,,0"),
        ("^DSCI: 1,0,2,0,10086,129,0", "^DSCI: 1,0,2,0,*,*,0"),
        ("+CREG: 2,3", "+CREG: 2,3"),
    ],
)
def test_log_shows_no_number_and_no_pin(text: str, shown: str) -> None:
    assert masked(text) == shown


FRAGMENTS = st.sampled_from(
    [b"\r\n", b"\r", b"OK\r\n", b"ERROR\r\n", b"+CSQ: 1,99\r\n", b'+X: "a\r\n', b'"', b"\0", b"RING\r\n", b"AT+CSQ\r"]
)


@given(st.lists(FRAGMENTS | st.binary(max_size=20), max_size=30), st.integers(1, 9))
def test_no_bytes_break_the_codec_and_after_quiet_it_takes_commands_again(parts: list[bytes], chunk: int) -> None:
    data = b"".join(parts)
    whole, cut = Codec(), Codec()
    for codec in (whole, cut):
        codec.send(CSQ, 0)
    expected = whole.receive(data, 0.5)
    events: list[AtEvent] = []
    for start in range(0, len(data), chunk):
        events += cut.receive(data[start : start + chunk], 0.5)
    assert events == expected
    now = 0.5
    while not cut.is_ready:
        deadline = cut.deadline
        assert deadline is not None
        now = max(now, deadline)
        cut.tick(now)
        cut.take()
    assert now < 10
