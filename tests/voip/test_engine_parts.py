"""The engines' parts that need no library and no network."""

import struct

import pytest

from kiosk.voip.baresip_config import CODECS, config_text, extra_params
from kiosk.voip.engine import Account
from kiosk.voip.rtp_meter import RtpMeter


def _packet(sequence: int, ssrc: int = 1) -> bytes:
    return struct.pack("!BBHII", 0x80, 8, sequence & 0xFFFF, sequence * 160 & 0xFFFFFFFF, ssrc) + bytes(160)


def test_meter_counts_what_is_missing_across_the_wrap_of_the_sequence() -> None:
    meter = RtpMeter()
    for sequence in (65_533, 65_534, 65_536, 65_537):  # 65535 never came
        meter.feed(_packet(sequence), sequence * 0.02)
    assert (meter.received, meter.loss_pct) == (4, 20.0)


def test_meter_starts_anew_with_a_new_source_and_loses_nothing() -> None:
    meter = RtpMeter()
    for n, (sequence, ssrc) in enumerate([(10, 1), (11, 1), (5000, 2), (5001, 2)]):
        meter.feed(_packet(sequence, ssrc), n * 0.02)
    assert meter.loss_pct == 0.0


def test_meter_measures_jitter_of_late_packets_only() -> None:
    steady, shaken = RtpMeter(), RtpMeter()
    for n in range(200):
        steady.feed(_packet(n), n * 0.02)
        shaken.feed(_packet(n), n * 0.02 + (0.010 if n % 2 else 0.0))
    assert steady.jitter_ms == 0.0
    assert shaken.jitter_ms == pytest.approx(10.0, abs=0.5)


def test_meter_ignores_what_is_no_rtp() -> None:
    meter = RtpMeter()
    meter.feed(b"\x00" * 20, 0.0)
    meter.feed(b"\x80", 0.0)
    assert (meter.received, meter.loss_pct, meter.jitter_ms) == (0, None, None)


def test_srtp_is_demanded_and_never_merely_offered() -> None:
    account = Account("box", "example.org", "sip.example.org", srtp="sdes")
    assert extra_params(account) == ("100rel=yes", "mediaenc=srtp-mand")


def test_opus_is_named_as_the_mono_stack_calls_it() -> None:
    assert CODECS["opus"] == "opus/48000/1"
    assert "opus_stereo no" in config_text()
