"""What is read in the far end's reports, and what is concluded from them."""

import struct
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.calls.line import AttemptId, MediaResumed, MediaStalled
from kiosk.voip.outward import OutwardWatch
from kiosk.voip.rtcp import Report, is_rtcp, reports
from kiosk.voip.silence import SilenceWatch, in_words

OURS, THEIRS, ANOTHER = 0x0A0B0C0D, 0xDEADBEEF, 77
ONE = AttemptId("one")


def block(source: int, highest: int) -> bytes:
    """A report block (RFC 3550 §6.4.1): 12 % and 300 packets lost, some jitter and times."""
    return struct.pack("!IIIIII", source, 30 << 24 | 300, highest, 11, 0x12345678, 65_536)


def packet(kind: int, body: bytes, count: int = 0) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def sender_report(*blocks: bytes, reporter: int = THEIRS) -> bytes:
    return packet(200, struct.pack("!IIIIII", reporter, 1, 2, 3, 4, 5) + b"".join(blocks), len(blocks))


def receiver_report(*blocks: bytes, reporter: int = THEIRS) -> bytes:
    return packet(201, struct.pack("!I", reporter) + b"".join(blocks), len(blocks))


DESCRIPTION = packet(202, struct.pack("!I", THEIRS) + b"\x01\x04name\x00\x00", 1)
GOODBYE = packet(203, struct.pack("!I", THEIRS), 1)

# --- the datagram -----------------------------------------------------------------------------------------


def test_a_compound_packet_is_read_whole() -> None:
    datagram = sender_report(block(ANOTHER, 9), block(OURS, 0x0003FFFE)) + DESCRIPTION + GOODBYE
    assert reports(datagram) == (Report(THEIRS, {ANOTHER: 9, OURS: 0x0003FFFE}),)


def test_a_report_without_blocks_is_one_that_names_nobody() -> None:
    assert reports(receiver_report() + DESCRIPTION) == (Report(THEIRS, {}),)


def test_further_reports_of_one_participant_are_one_and_those_of_two_are_two() -> None:
    datagram = sender_report(block(ANOTHER, 9)) + receiver_report(block(OURS, 8)) + receiver_report(reporter=5)
    assert reports(datagram) == (Report(THEIRS, {ANOTHER: 9, OURS: 8}), Report(5, {}))


def test_a_report_after_a_packet_of_another_kind_is_found() -> None:
    assert reports(packet(205, bytes(8), 1) + receiver_report(block(OURS, 8))) == (Report(THEIRS, {OURS: 8}),)


@pytest.mark.parametrize(
    "strange",
    [
        b"",
        b"\x80\xc8\x00",
        b"\x80\x08" + bytes(170),  # sound
        packet(201, struct.pack("!I", THEIRS), 3),  # blocks are announced that are not there
        sender_report(block(OURS, 8))[:-1],
        b"\x40" + receiver_report(block(OURS, 8))[1:],  # version 1
        DESCRIPTION,
    ],
)
def test_what_is_damaged_or_no_report_is_none(strange: bytes) -> None:
    assert reports(strange) == ()


@given(st.binary(max_size=200), st.integers(0, 100), st.binary(max_size=3))
def test_no_datagram_raises(noise: bytes, place: int, patch: bytes) -> None:
    datagram = sender_report(block(OURS, 8)) + DESCRIPTION
    for each in (noise, b"\x81\xc8" + noise, datagram[:place] + patch + datagram[place + len(patch) :]):
        for report in reports(each):
            assert all(0 <= highest < 1 << 32 for highest in report.highest.values())


def test_reports_and_sound_on_one_port_are_told_apart() -> None:
    assert [is_rtcp(each) for each in (sender_report(), DESCRIPTION, b"\x80\x88" + bytes(10), b"\x80\xc8", b"")] == [
        True, True, False, False, False,
    ]  # fmt: skip


# --- what is concluded ------------------------------------------------------------------------------------


class FarEnd:
    """Hears us, or does not, and reports; we send 50 packets a second unless we are mute."""

    def __init__(self, every_s: float = 5.0) -> None:
        self.watch = OutwardWatch(OURS)
        self.every_s = every_s
        self.at = 100.0
        self.sent = 65_000
        """Our sequence number, counted on past its 16 bits."""
        self.highest = self.sent

    def report(
        self, *, hears: bool = True, we_speak: bool = True, names_us: bool = True,
        reporter: int = THEIRS, speaker: int | None = THEIRS,
    ) -> float:  # fmt: skip
        """What the watch says after the next report."""
        self.at += self.every_s
        self.sent += round(50 * self.every_s) if we_speak else 0
        self.highest = self.sent if hears else self.highest
        blocks = {OURS: self.highest % (1 << 32)} if names_us else {}
        self.watch.take(Report(reporter, blocks), self.at, self.sent & 0xFFFF, speaker)
        return self.watch.unheard_s

    def believed(self) -> "FarEnd":
        assert [self.report() for _ in range(3)] == [0.0] * 3
        return self


def test_a_number_that_always_advanced_and_now_stands_is_a_way_out_that_is_cut() -> None:
    far_end = FarEnd().believed()
    assert [far_end.report(hears=False) for _ in range(3)] == [5.0, 10.0, 15.0]
    assert far_end.report() == 0.0


def test_a_far_end_that_reports_each_second_is_timed_and_not_counted() -> None:
    far_end = FarEnd(1.0).believed()
    assert [far_end.report(hears=False) for _ in range(4)] == [0.0, 0.0, 3.0, 4.0]


def test_a_far_end_that_leaves_us_out_does_not_hear_us() -> None:
    far_end = FarEnd().believed()
    assert far_end.report(hears=False, names_us=False) == 5.0
    assert far_end.report() == 0.0


def test_after_one_advance_two_reports_of_silence_are_wanted() -> None:
    far_end = FarEnd()
    assert [far_end.report(), far_end.report()] == [0.0, 0.0]
    assert [far_end.report(hears=False) for _ in range(2)] == [0.0, 10.0]


def test_a_far_end_that_never_told_a_new_number_is_not_believed() -> None:
    far_end = FarEnd()
    assert [far_end.report(hears=False) for _ in range(9)] == [0.0] * 9
    nameless = FarEnd()
    assert [nameless.report(names_us=False) for _ in range(9)] == [0.0] * 9


@pytest.mark.parametrize("first", range(4))
def test_a_far_end_that_looks_up_its_figures_every_other_time_is_never_misread(first: int) -> None:
    far_end = FarEnd()
    assert [far_end.report(hears=bool(turn % 2)) for turn in range(first, 20)] == [0.0] * (20 - first)


def test_who_is_silent_cannot_be_heard() -> None:
    far_end = FarEnd().believed()
    assert [far_end.report(hears=False, we_speak=False) for _ in range(5)] == [0.0] * 5
    assert far_end.report() == 0.0
    assert far_end.report(hears=False) == 5.0, "our own silence says nothing of the far end"


def test_a_hold_is_no_silence_and_is_timed_anew_afterwards() -> None:
    far_end = FarEnd().believed()
    far_end.watch.hold(True)
    assert [far_end.report(hears=False) for _ in range(5)] == [0.0] * 5
    far_end.watch.hold(False)
    assert [far_end.report(hears=False) for _ in range(2)] == [0.0, 5.0]
    far_end.watch.hold(True)
    assert far_end.watch.unheard_s == 0.0


def test_another_reporter_and_numbers_that_go_back_begin_anew() -> None:
    far_end = FarEnd().believed()
    assert [far_end.report(hears=False, reporter=5, speaker=5) for _ in range(9)] == [0.0] * 9
    counted_anew = FarEnd().believed()
    counted_anew.highest -= 400
    assert [counted_anew.report(hears=False) for _ in range(9)] == [0.0] * 9


def test_a_desk_that_is_off_the_call_while_somebody_else_plays_music_is_not_asked() -> None:
    far_end = FarEnd().believed()
    assert [far_end.report(hears=False, speaker=ANOTHER) for _ in range(9)] == [0.0] * 9


def test_numbers_that_turn_over_at_32_bits_go_on() -> None:
    far_end = FarEnd()
    far_end.sent = far_end.highest = (1 << 32) - 600
    far_end.believed()
    assert [far_end.report() for _ in range(3)] == [0.0] * 3
    assert far_end.report(hears=False) == 5.0


@given(st.lists(st.tuples(st.floats(0.1, 15.0), st.booleans(), st.booleans()), max_size=30))
def test_a_far_end_that_hears_what_we_say_is_never_taken_for_deaf(turns: Iterable[tuple[float, bool, bool]]) -> None:
    """At any distance of its reports, with pauses of ours and holds of its own."""
    far_end = FarEnd()
    for far_end.every_s, we_speak, is_held in turns:
        far_end.watch.hold(is_held)
        assert far_end.report(we_speak=we_speak) == 0.0


# --- both ways together -----------------------------------------------------------------------------------


def test_silence_on_either_way_is_one_stall_that_ends_when_both_are_heard() -> None:
    watch = SilenceWatch(ONE, 2.0)
    told = [
        watch.judge(now, heard_at, unheard_s)
        for now, heard_at, unheard_s in [
            (10.0, 9.9, 0.0), (11.0, 10.9, 5.0), (12.0, 11.9, 6.0),
            (15.0, 12.0, 6.0), (16.0, 12.0, 0.0), (17.0, 16.9, 0.0),
            (20.0, 16.9, 0.0), (21.0, 16.9, 5.0), (22.0, 21.9, 5.0), (23.0, 22.9, 0.0),
        ]
    ]  # fmt: skip
    assert told == [
        None, MediaStalled(ONE, 5.0, outward=True), None,
        None, None, MediaResumed(ONE),
        MediaStalled(ONE, 3.1), None, None, MediaResumed(ONE),
    ]  # fmt: skip


def test_the_log_says_which_way_is_silent() -> None:
    told = (MediaStalled(ONE, 2.1), MediaStalled(ONE, 5.0, outward=True), MediaResumed(ONE))
    assert [in_words(each) for each in told] == [
        "the far end is not heard: 2.1 s", "the far end does not hear us: 5.0 s", "sound both ways again",
    ]  # fmt: skip
