"""The voice benchmark's instrument is exact, and its smallest piece runs for real. No score is asserted."""

import itertools
import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.voice.__main__ import chosen
from benchmarks.voice.figures import Measured, rows
from benchmarks.voice.first_word import FirstWord
from benchmarks.voice.impairments import NAMES, Plan, plan
from benchmarks.voice.quality import Score, scores
from benchmarks.voice.relay import Lane, Relay, Seen
from benchmarks.voice.sip_pass import Address, cross
from benchmarks.voice.speech import RATE, Piece, Said, Samples, Speech, spoken
from benchmarks.voice.terminals import KINDS
from benchmarks.voice.timing import SETTLED, Timing, timing
from kiosk.audio.frames import FRAME
from kiosk.demo.stage import wait_until
from kiosk.settings import PROJECT
from tests.audio.line import encoded
from tests.system.terminals import ENV

PATIENCE_S = 20.0


# --- the plan ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_network_treats_every_terminal_the_same(name: str) -> None:
    first, again, other = plan(name, 7), plan(name, 7), plan(name, 8)
    assert np.array_equal(first.lost, again.lost)
    assert np.array_equal(first.delay_ms, again.delay_ms)
    differs = not (np.array_equal(first.lost, other.lost) and np.array_equal(first.delay_ms, other.delay_ms))
    assert differs == (name != "clean")


@pytest.mark.parametrize(("name", "share"), [("loss 1 %", 0.01), ("loss 3 %", 0.03), ("loss 5 %", 0.05)])
def test_random_loss_has_the_share_that_its_name_says(name: str, share: float) -> None:
    assert plan(name, 1, 200_000).lost.mean() == pytest.approx(share, rel=0.05)


def test_bursts_lose_a_tenth_four_packets_at_a_time() -> None:
    lost = plan("bursts 10 %", 1, 400_000).lost
    bursts = [len(list(run)) for is_lost, run in itertools.groupby(lost) if is_lost]
    assert lost.mean() == pytest.approx(0.10, rel=0.05)
    assert np.mean(bursts) == pytest.approx(4.0, rel=0.05)


def test_what_a_spike_holds_comes_all_at_once_and_in_order() -> None:
    spiked = plan("spikes 300 ms", 1, 3_000)
    lane, held = Lane(spiked), np.flatnonzero(spiked.delay_ms)
    left = [lane.leaves_s(number, number * 0.02) for number in range(3_000)]
    assert len(held) >= 15 * 3_000 * 0.02 / 9
    assert held[0] >= 150
    for spike in held.reshape(-1, 15):
        assert [round(left[number] - spike[0] * 0.02, 6) for number in spike] == [0.3] * 15
    assert left == sorted(left)


def test_jitter_keeps_the_order_unless_it_is_told_not_to() -> None:
    kept, mixed = Lane(plan("jitter 40 ms", 1)), Lane(plan("jitter 40 ms reordered", 1))
    for lane, in_order in ((kept, True), (mixed, False)):
        left = [lane.leaves_s(number, number * 0.02) for number in range(1_000)]
        assert (left == sorted(left)) is in_order
        assert all(0 <= leaves - number * 0.02 <= 0.04 + 1e-9 for number, leaves in enumerate(left))


# --- the relay --------------------------------------------------------------------------------------------------

OFFER = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n"
    "a=rtcp:{rtcp}\r\na=rtpmap:8 PCMA/8000\r\n"
)


def invite(contact: Address, media: Address) -> bytes:
    body = OFFER.format(host=media[0], port=media[1], rtcp=media[1] + 1)
    return (
        f"INVITE sip:100@example.org SIP/2.0\r\nVia: SIP/2.0/UDP {contact[0]}:{contact[1]};branch=z9hG4bKa1;rport\r\n"
        f"Route: <sip:relay.example.org;lr>\r\nContact: <sip:box@{contact[0]}:{contact[1]}>\r\n"
        f"CSeq: 1 INVITE\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def answer(request: bytes, contact: Address, media: Address) -> bytes:
    """A 200 that mirrors the request's Vias, as a user agent does."""
    vias = [line for line in request.decode().split("\r\n") if line.startswith("Via:")]
    body = OFFER.format(host=media[0], port=media[1], rtcp=media[1] + 1)
    return (
        "SIP/2.0 200 OK\r\n" + "\r\n".join(vias) + f"\r\nContact: <sip:far@{contact[0]}:{contact[1]}>\r\n"
        f"CSeq: 1 INVITE\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


class Party:
    """A SIP and an RTP socket on loopback."""

    def __init__(self) -> None:
        self.sip, self.rtp = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for each in (self.sip, self.rtp):
            each.bind(("127.0.0.1", 0))
            each.settimeout(PATIENCE_S)
        self.sip_address: Address = self.sip.getsockname()
        self.rtp_address: Address = self.rtp.getsockname()

    def close(self) -> None:
        self.sip.close()
        self.rtp.close()


def media_of(message: bytes) -> Address:
    lines = message.decode().split("\r\n")
    port = next(line.split()[1] for line in lines if line.startswith("m=audio"))
    return next(line.split()[2] for line in lines if line.startswith("c=")), int(port)


def test_a_request_and_its_answer_cross_with_every_address_turned() -> None:
    asked = cross(invite(("127.0.0.1", 4000), ("127.0.0.1", 5000)), ("127.0.0.1", 6000), 7000, ("127.0.0.1", 8000))
    assert (asked.is_request, asked.branch, asked.media, asked.contact) == (
        True, "z9hG4bKa1", ("127.0.0.1", 5000), ("127.0.0.1", 4000),
    )  # fmt: skip
    first, via, own, contact, _, length, *rest = asked.data.decode().split("\r\n")
    assert first == "INVITE sip:100@127.0.0.1:8000 SIP/2.0"
    assert via == "Via: SIP/2.0/UDP 127.0.0.1:6000;branch=z9hG4bKrelayz9hG4bKa1;rport"
    assert own.startswith("Via: SIP/2.0/UDP 127.0.0.1:4000;branch=z9hG4bKa1")
    assert contact == "Contact: <sip:box@127.0.0.1:6000>"
    _, _, body = asked.data.partition(b"\r\n\r\n")
    assert length == f"Content-Length: {len(body)}"
    assert "m=audio 7000 RTP/AVP 8" in rest
    assert not any(line.startswith(("a=rtcp:", "Route:")) for line in rest)
    back = cross(answer(asked.data, ("127.0.0.1", 8000), ("127.0.0.1", 9000)), ("127.0.0.1", 6001), 7001, None)
    assert (back.is_request, back.branch, back.media) == (False, "z9hG4bKa1", ("127.0.0.1", 9000))
    lines = back.data.decode().split("\r\n")
    assert [line for line in lines if line.startswith("Via:")] == [own]
    assert "Contact: <sip:far@127.0.0.1:6001>" in lines
    assert "m=audio 7001 RTP/AVP 8" in lines


@pytest.mark.parametrize("name", ["clean", "loss 5 %", "bursts 10 %"])
def test_the_relay_loses_the_packets_of_the_plan_and_no_others_in_both_directions(name: str) -> None:
    near, far = Party(), Party()
    inward, outward = plan(name, 2), plan(name, 3)
    relay = Relay(far.sip_address, inward, outward)
    try:
        near.sip.sendto(invite(near.sip_address, near.rtp_address), relay.address)
        request, source = far.sip.recvfrom(65_535)
        far.sip.sendto(answer(request, far.sip_address, far.rtp_address), source)
        response = near.sip.recv(65_535)
        ways: tuple[tuple[Party, Address, Party, Plan], ...] = (
            (near, media_of(response), far, outward),
            (far, media_of(request), near, inward),
        )
        for sender, to, listener, planned in ways:
            heard = []
            for number in range(300):
                # Sequence numbers that wrap in the middle.
                sequence = 65_400 + number & 0xFFFF
                header = bytes((0x80, 8)) + sequence.to_bytes(2, "big") + (number * 160).to_bytes(4, "big") + b"ssrc"
                sender.rtp.sendto(header + b"sound", to)
                if not planned.is_lost(number):
                    heard.append(int.from_bytes(listener.rtp.recv(2048)[4:8], "big") // 160)
            wanted = [number for number in range(300) if not planned.is_lost(number)]
            assert heard == wanted
        # Those that are lost at the very end are waited for by nobody else.
        lanes = (relay.outward, relay.inward)
        assert wait_until(lambda: all(len(lane.seen) == 300 for lane in lanes), PATIENCE_S)
    finally:
        relay.close()
        near.close()
        far.close()
    for lane, planned in ((relay.outward, outward), (relay.inward, inward)):
        assert [each.number for each in lane.seen] == list(range(300))
        assert [each.lost for each in lane.seen] == [planned.is_lost(number) for number in range(300)]
        assert all(each.payload == b"sound" for each in lane.seen)


def test_the_relay_numbers_late_and_missing_packets_by_their_sequence() -> None:
    lane = Lane(plan("clean", 0))
    assert [lane.number_of(sequence) for sequence in (65_534, 65_535, 1, 0, 3)] == [0, 1, 3, 2, 5]


@pytest.mark.parametrize("codec", ["pcma", "g722", "opus"])
def test_the_plan_is_laid_on_the_first_word_however_late_a_terminal_begins(codec: str) -> None:
    speech = Speech(np.concatenate((np.zeros(RATE, np.int16), noise(2 * RATE))), (Piece("fr", RATE, 2 * RATE),))
    fates = []
    for late in (0, 3, 11):
        lane = Lane(plan("bursts 10 %", 4), FirstWord(speech, codec))
        said = encoded(codec, np.concatenate((np.zeros(late * FRAME, np.int16), speech.pcm)))
        lost = []
        for number, payload in enumerate(said):
            lane.listen(number, payload)
            lost.append(lane.plan.is_lost(number - lane.begin))
        assert (lane.begin, lane.first_word) == (late, None)
        fates.append(lost[50 + late :])
    assert fates[0][: len(fates[0]) - 1] == fates[1][: len(fates[0]) - 1] == fates[2][: len(fates[0]) - 1]
    assert any(fates[0])


def noise(count: int) -> Samples:
    return np.random.default_rng(1).normal(0, 2_000, count).astype(np.int16)


def test_a_silent_speech_has_no_first_word() -> None:
    with pytest.raises(ValueError, match="the speech is silent"):
        FirstWord(Speech(np.zeros(RATE, np.int16), ()), "pcma")


# --- the figures ------------------------------------------------------------------------------------------------


def seen(number: int, at_s: float) -> Seen:
    return Seen(at_s, number, number, number * 160, 8, b"", False, at_s)


def test_a_slow_sender_has_drift_and_a_late_packet_is_late() -> None:
    packets = [seen(number, 50.0 + number * 0.02 * 1.001) for number in range(SETTLED, SETTLED + 1_500)]
    packets[700] = seen(packets[700].number, packets[700].arrived_s + 0.030)
    found = timing(packets, "pcma")
    assert found.drift_ppm == pytest.approx(-1_000, abs=1)
    assert found.late_p99_ms == pytest.approx(0, abs=0.1)
    assert found.late_max_ms == pytest.approx(30, abs=0.1)


def measured(terminal: str, listener: str, nb: float, *, seed: int = 1, relay_late_ms: float = 1.0) -> Measured:
    (kind,) = (each for each in KINDS if each.name == terminal)
    pieces = (Score("fr", nb, nb - 1, 5.0, 0.9), Score("whisper", nb - 0.5, nb - 1.5, 9.0, 0.9))
    punctual = Timing(1_000, 0.1, 1.0, 4.0, 0.0)
    return Measured(kind, "loss 5 %", listener, seed, pieces, punctual, None, 1_000, 50, 0.5, relay_late_ms)


def test_each_terminal_is_held_against_debian_with_the_same_codec_and_way() -> None:
    made = rows(
        [
            measured("kiosk pcma", "in", 3.0), measured("kiosk pcma", "out", 3.5), measured("kiosk g722", "in", 3.0),
            measured("debian pcma", "in", 3.2), measured("debian pcma", "in, decoder", 2.0),
            measured("debian pcma", "out", 3.0),
        ]
    )  # fmt: skip
    assert [(row.terminal, row.direction, row.nb, row.whisper_nb, row.rival_nb, row.worse_by) for row in made] == [
        ("kiosk g722", "in", 3.0, 2.5, None, None),
        ("kiosk pcma", "in", 3.0, 2.5, 3.2, 0.2),
        ("kiosk pcma", "out", 3.5, 3.0, 3.0, -0.5),
        ("debian pcma", "in", 3.2, 2.7, None, None),
        ("debian pcma", "out", 3.0, 2.5, None, None),
    ]
    assert [row.is_within_goal for row in made] == [True, False, True, True, True]


def test_a_call_that_the_instrument_spoilt_is_left_out_and_counted() -> None:
    good = [measured("kiosk pcma", "in", 3.0 + seed / 10, seed=seed) for seed in (1, 2)]
    (row,) = rows([*good, measured("kiosk pcma", "in", 1.0, seed=3, relay_late_ms=80.0)])
    assert (row.nb, row.seeds, row.disturbed) == (3.15, 2, 1)
    (alone,) = rows([measured("kiosk pcma", "in", 1.0, relay_late_ms=80.0)])
    assert (alone.nb, alone.seeds, alone.disturbed) == (1.0, 1, 1)


def test_speech_is_found_where_it_is_and_scored_best_when_untouched(tmp_path: Path) -> None:
    pytest.importorskip("pesq", reason="pesq is not installed (the extra 'bench')")
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed (apt-get install espeak-ng)")
    speech = spoken([Said("first", "fr"), Said("again", "fr", 2.0)], tmp_path)
    torn = speech.pcm.copy()
    second = speech.pieces[1]
    torn[second.start : second.start + second.length].reshape(-1)[::2] //= 3
    heard = np.concatenate((np.zeros(4_000, dtype=np.int16), torn))
    untouched, spoilt = scores(speech, heard, RATE, repeats=True)
    late_s = 4_000 / RATE
    assert untouched.at_s == pytest.approx(speech.pieces[0].start / RATE + late_s, abs=0.001)
    assert spoilt.at_s == pytest.approx(second.start / RATE + late_s, abs=0.001)
    assert untouched.nb > 4.5 > spoilt.nb
    assert untouched.wb > 4.6 > spoilt.wb


def test_words_choose_parts_terminals_and_networks_and_the_rest_is_as_usual() -> None:
    usual = (KINDS, NAMES)
    assert chosen([], *usual) == (("quality", "busy", "delay"), KINDS, NAMES)
    parts, kinds, networks = chosen(["quality", "opus", "spikes"], *usual)
    assert (parts, [kind.name for kind in kinds], networks) == (
        ("quality",), ["kiosk opus", "debian opus"], ("spikes 300 ms",),
    )  # fmt: skip
    assert chosen(["kiosk g722"], *usual)[2] == NAMES
    with pytest.raises(SystemExit, match="trumpet: names no row; there are: quality, busy"):
        chosen(["trumpet"], *usual)


@pytest.mark.timeout(150)
def test_one_call_over_a_bad_network_runs_to_its_scores(tmp_path: Path) -> None:
    pytest.importorskip("pesq", reason="pesq is not installed (the extra 'bench')")
    for program in ("baresip", "espeak-ng"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (apt-get install baresip-core espeak-ng)")
    out = tmp_path / "voice.json"
    words = ("--short", "--rows", "quality", "kiosk pcma", "loss 5 %", "--json", str(out))
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.voice", *words],
        env=ENV, cwd=PROJECT, capture_output=True, text=True, timeout=140, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"after {time.monotonic() - began:.0f} s: {done.stderr[-2000:]}"
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    assert found["problems"] == []
    assert [(row["terminal"], row["impairment"], row["direction"]) for row in found["rows"]] == [
        ("kiosk pcma", "loss 5 %", "in"), ("kiosk pcma", "loss 5 %", "out"),
    ]  # fmt: skip
    for call in found["calls"]:
        seed = 2 * call["seed"] + (call["listener"] == "out")
        # The stack leaves no packet out: what the relay lost are the plan's losses, but where it was moved to the word.
        planned = int(plan("loss 5 %", seed).lost[: call["packets"]].sum())
        assert abs(call["lost"] - planned) <= 6
        assert call["packets"] > 500
        assert [piece["piece"] for piece in call["pieces"]] == ["fr", "whisper"]
        assert all(piece["likeness"] > 0.2 and 1.0 < piece["nb"] < 4.65 for piece in call["pieces"])
    assert "| kiosk pcma | loss 5 % | in |" in done.stdout
