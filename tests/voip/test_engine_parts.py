"""The engines' parts that need no library and no network."""

from kiosk.voip.baresip_config import CODECS, config_text, extra_params
from kiosk.voip.engine import Account


def test_srtp_is_demanded_and_never_merely_offered() -> None:
    account = Account("box", "example.org", "sip.example.org", srtp="sdes")
    assert extra_params(account) == ("100rel=yes", "mediaenc=srtp-mand")


def test_opus_is_named_as_the_mono_stack_calls_it() -> None:
    assert CODECS["opus"] == "opus/48000/1"
    assert "opus_stereo no" in config_text()
