"""The modem's black box: what it keeps, what it never keeps, when it writes, and that the player reads it."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hardware.black_box import BETWEEN_S, KEPT, LIMIT_BYTES, TAIL_S, BlackBox
from hardware.masking import masked_line
from hardware.modem_events import CallEnded, EndReason, LineOpened, ModemStatus, StatusChanged
from hardware.outcome import Outcome, outcome_of
from hardware.replay import conclude, family_of
from hardware.transcript import read
from tests.hardware.transcripts import FILES, transcript_of

LOST = CallEnded("c", EndReason.MODEM_LOST)
READY = ModemStatus(is_open=True, model="SIMCOM SIM7600E-H", family="sim7600", sim="READY", reason="")


class Clock:
    """Seconds, as the test passes them."""

    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def boxes(folder: Path) -> list[str]:
    return [path.read_text(encoding="ascii") for path in sorted(folder.glob("modem-*.txt"))]


def in_loop(work: Callable[[BlackBox, Clock], None], folder: Path) -> None:
    """Do ``work`` with a box on a running loop, and close the box."""

    async def main() -> None:
        clock = Clock()
        box = BlackBox(folder, clock)
        work(box, clock)
        await box.close()

    asyncio.run(main())


def a_call(box: BlackBox, clock: Clock) -> None:
    box.note(StatusChanged(READY))
    for direction, data in [
        ("sent", b"ATD0800190000;\r"),
        ("received", b'ATD0800190000;\r\r\nOK\r\n\r\n+CLCC: 1,0,2,0,0,"08001'),
        ("received", b'90000",129\r\n'),
        ("received", b'\r\n+CLCC: 1,0,3,0,0,"0800190000",129\r\n'),
        ("received", b'\r\nVOICE CALL: BEGIN\r\n\r\n+CLCC: 1,0,0,0,0,"0800190000",129\r\n'),
        ("sent", b"AT+VTS=7\r"),
        ("received", b"\r\nOK\r\n"),
        ("received", b"\r\nRDY\r\n"),
    ]:
        clock.s += 0.25
        box.traffic(direction, data)
    box.note(LOST)


def test_the_player_reads_a_box_and_concludes_what_the_driver_did(tmp_path: Path) -> None:
    in_loop(a_call, tmp_path / "boxes")
    (text,) = boxes(tmp_path / "boxes")
    found = conclude(read(text))
    (call,) = found.calls
    assert [type(event).__name__ for event in call.events] == [
        "CallDialling", "CallAlerting", "LineOpened", "CallEnded",
    ]  # fmt: skip
    assert call.ended is not None
    assert call.opened_certainly is True
    assert outcome_of(call.ended, call.opened_certainly, READY) is Outcome.MODEM_LOST
    assert (found.family, found.restarts) == ("sim7600", 1)
    assert read(text).head["reason"] == "call modem lost"


def test_a_box_holds_neither_the_number_nor_the_keys_nor_the_moment(tmp_path: Path) -> None:
    in_loop(a_call, tmp_path)
    (text,) = boxes(tmp_path)
    assert "0800" not in text
    assert "19000" not in text
    assert "AT+VTS=*" in text
    assert (tmp_path / "modem-1.txt").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_recording_says_the_same_after_its_numbers_were_masked(path: Path, tmp_path: Path) -> None:
    recorded = transcript_of(path)

    def play(box: BlackBox, clock: Clock) -> None:
        for step in recorded.steps:
            clock.s += getattr(step, "seconds", 0.15)
            if (data := getattr(step, "data", None)) is not None:
                box.traffic("sent" if type(step).__name__ == "Sent" else "received", data)
            elif (happened := getattr(step, "text", None)) is not None:
                box.happened(happened)
        (tmp_path / "one").write_text(box.text("test"), encoding="ascii")

    in_loop(play, tmp_path / "unused")
    masked = read((tmp_path / "one").read_text(encoding="ascii"))
    whole, again = (conclude(each, family=family_of(recorded)) for each in (recorded, masked))
    assert [call.events for call in again.calls] == [call.events for call in whole.calls]
    assert (again.sim, again.voice_stat, again.lte_stat, again.operator, again.incoming, again.restarts) == (
        whole.sim, whole.voice_stat, whole.lte_stat, whole.operator, whole.incoming, whole.restarts,
    )  # fmt: skip


FORMS = (
    "ATD{};", "atd{}", "+NETOPEN: 0ATD{};", '+CLCC: 1,0,3,0,0,"{}",129', "+CLCC: 3,0,2,0,0,{},129",
    '+CLIP: "{}",145,,,,0', "+CLIP: {},129", '+QIND: "ccinfo",2,0,3,0,0,"{}",129', "^DSCI: 1,0,2,0,{},129,0",
    "MISSED_CALL: 11:53AM {}", '+CNUM: "Ligne 1","{}",129', "AT+CPIN={}", 'AT+CPIN="{}"', 'AT+CLCK="SC",0,"{}"',
    'AT+CMGS="{}"', "AT^DTMF=1,{}", 'AT+CUSD=1,"*{}#"', '+CCWA: "{}",129,1', '+COLP: "{}",129', "AT+VTS={}",
    '+CSCA: "{}",145', '+CLCC: 1,0,0,0,0,"{}', '+CMT: "{}",,"26/11/22"', '+CLCC: 1,1,4,0,0,"{}",129,"Name {}"',
)  # fmt: skip


@given(st.sampled_from(FORMS), st.from_regex(r"[3-9][3-9]{1,14}", fullmatch=True))
@example("^DSCI: 1,0,2,0,{},129,0", "15")
def test_no_form_of_a_number_stays(form: str, number: str) -> None:
    before, after = (masked_line(form.replace("{}", text)) for text in ("*", number))
    assert number not in re.sub(r"\b(129|145)\b", "", after)
    assert after.count(",") == before.count(",")


@pytest.mark.parametrize("own", ["208015551234567", "861536030000000", "89330112345678901234", "8933011234567890123F"])
def test_the_numbers_of_sim_and_module_do_not_stay(own: str) -> None:
    for line in (own, f"+ICCID: {own}", f"+QCCID: {own}", f"IMEI: {own}"):
        assert not re.search(r"\d{4}", masked_line(line))


@pytest.mark.parametrize(
    "line",
    [
        "+COPS: 0,2,\"20801\",7", "VOICE CALL: END: 000008", "+CREG: 1,\"D509\",\"80D413D\",7", "SIMCOM_SIM7600E-H",
        "+CME ERROR: 515", "^CEND:1,0,104,31", "+CSQ: 19,99", "A7670E-LNXY-UBL", "AT+CPCMREG=1", "^CVOICE:0,8000,16,20",
        '+QIND: "ccinfo",2,0,-1,0,0,"*",129', "+SPIC: 3,10,3,10", "Revision:LE20B04SIM7600M22",
    ],
)  # fmt: skip
def test_what_a_technician_needs_stays(line: str) -> None:
    assert masked_line(line) == line


def test_texts_of_short_messages_do_not_stay(tmp_path: Path) -> None:
    def work(box: BlackBox, clock: Clock) -> None:
        box.traffic("sent", b'AT+CMGS="+33612345678"\r')
        box.traffic("received", b'AT+CMGS="+33612345678"\r\r\n> ')
        box.traffic("sent", b"SOS help\rAttention\x1a")
        box.traffic("received", b"SOS help\r\n> Attention\r\n+CMGS: 4\r\n\r\nOK\r\n")
        box.traffic("received", b'\r\n+CMT: "+33612345678",,"26/11/22,09:00:00+04"\r\nmy secret\r\n')
        box.traffic("sent", b"AT+CMGL=4\r")
        box.traffic("received", b'\r\n+CMGL: 1,"REC READ","0612345678"\r\nfirst line\r\nsecond line\r\n\r\nOK\r\n')
        (tmp_path / "one").write_text(box.text("test"), encoding="ascii")

    in_loop(work, tmp_path)
    text = (tmp_path / "one").read_text(encoding="ascii")
    for secret in ("SOS", "help", "tention", "secret", "first", "second", "612"):
        assert secret not in text
    assert text.index("b> AT+CMGS=*") < text.index("b< > ") < text.index(r"b> *\x1a") < text.index("+CMGS: 4")


@given(st.lists(st.binary(max_size=3000), max_size=60))
def test_the_ring_never_grows_beyond_its_limit(parts: list[bytes]) -> None:
    async def main() -> None:
        box = BlackBox(Path("/nonexistent"), Clock())
        for number in range(8):
            for part in parts:
                box.traffic("sent" if number % 2 else "received", part)
        assert len(box.text("test")) < 4.5 * LIMIT_BYTES  # a byte that is no letter is written as \xNN
        await box.close()

    asyncio.run(main())


@pytest.mark.parametrize("reason", [EndReason.BUSY, EndReason.DECLINED, EndReason.NO_ANSWER, EndReason.OURS])
def test_nothing_is_written_while_the_modem_does_its_work(reason: EndReason, tmp_path: Path) -> None:
    def work(box: BlackBox, clock: Clock) -> None:
        box.note(StatusChanged(READY))
        box.traffic("received", b"\r\nBUSY\r\n")
        box.note(LineOpened("c", is_certain=True))
        box.note(CallEnded("c", reason))

    in_loop(work, tmp_path)
    assert boxes(tmp_path) == []


def test_one_failure_makes_one_box_and_the_last_ones_are_kept(tmp_path: Path) -> None:
    def work(box: BlackBox, clock: Clock) -> None:
        box.note(StatusChanged(READY))
        box.note(LOST)
        box.note(StatusChanged(ModemStatus(reason="serial port /dev/ttyUSB2 is gone")))

    for _ in range(KEPT + 2):
        in_loop(work, tmp_path)
    assert len(boxes(tmp_path)) == KEPT
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"modem-{number + 1}.txt" for number in range(KEPT)]


def test_a_modem_that_fails_all_day_does_not_wear_the_card_out(tmp_path: Path) -> None:
    async def main() -> None:
        clock = Clock()
        box = BlackBox(tmp_path, clock)
        box.note(LOST)
        async with asyncio.timeout(30):
            while not boxes(tmp_path):  # noqa: ASYNC110 - written by another thread, after TAIL_S
                await asyncio.sleep(0.05)
        clock.s += BETWEEN_S - 1
        box.note(LOST)
        await box.close()

    assert TAIL_S < 10
    asyncio.run(main())
    assert len(boxes(tmp_path)) == 1


def test_a_card_that_refuses_costs_a_line_in_the_log_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="ascii")
    in_loop(lambda box, clock: box.note(LOST), tmp_path / "file")
    assert "black box cannot be written" in caplog.text
