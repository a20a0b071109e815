"""The text form of a conversation with a modem: read, written, read again."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.transcript import Arrived, Happened, Passed, Sent, Step, Transcript, read, timed, write
from tests.hardware.transcripts import FILES, transcript_of

STEPS = st.one_of(
    st.binary(max_size=30).map(Sent),
    st.binary(max_size=30).map(Arrived),
    st.integers(1, 10_000_000).map(lambda ms: Passed(ms / 1000)),
    st.text("abc xyz", min_size=1).map(lambda text: Happened(" ".join(text.split()))),
)


@given(st.lists(STEPS, max_size=20))
def test_what_was_written_is_read_again_byte_by_byte(steps: list[Step]) -> None:
    whole = Transcript({"modem": "SIM7600", "reason": "modem lost"}, tuple(steps), ("ended: modem lost",))
    assert read(write(whole)) == whole


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_recording_survives_being_written_anew(path: Path) -> None:
    whole = transcript_of(path)
    assert read(write(whole)) == whole


def test_each_kind_of_line_is_a_step_of_its_own() -> None:
    text = "\n".join(
        [
            "# modem: SIMCom A7672",
            "# no head",
            "> AT",
            "< OK",
            r"b< A\x20\r\n\"",
            r"b> \x1b",
            "@ 2.5 s",
            "~ gone",
            "= x",
        ]
    )
    assert read(text) == Transcript(
        {"modem": "SIMCom A7672"},
        (Sent(b"AT\r"), Arrived(b"\r\nOK\r\n"), Arrived(b'A \r\n"'), Sent(b"\x1b"), Passed(2.5), Happened("gone")),
        ("x",),
    )


@pytest.mark.parametrize(("line", "said"), [("OK", "line 2"), ("@ soon", "line 2: @ 'soon' is not a number")])
def test_a_line_of_no_kind_is_refused_by_its_number(line: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(f"> AT\n{line}\n")


def test_times_of_a_clock_become_pauses() -> None:
    at: list[tuple[float, Step]] = [(10.0, Sent(b"AT\r")), (10.0, Happened("a")), (10.25, Arrived(b"OK"))]
    assert list(timed(at)) == [Sent(b"AT\r"), Happened("a"), Passed(0.25), Arrived(b"OK")]
