"""The engines' parts that need no library and no network."""

import asyncio

import pytest

from kiosk.errors import BadInput, RetryLater
from kiosk.voip.baresip_config import CODECS, config_text, extra_params, outbound
from kiosk.voip.engine import Account
from kiosk.voip.retry import Retry
from kiosk.voip.route import Routes, Way, split_server


@pytest.mark.parametrize(
    ("server", "transport", "host", "port"),
    [
        ("sip.example.org", "udp", "sip.example.org", 5060),
        ("sip.example.org", "tls", "sip.example.org", 5061),
        ("192.0.2.1:5080", "tcp", "192.0.2.1", 5080),
        ("[2001:db8::1]:5080", "udp", "2001:db8::1", 5080),
    ],
)
def test_server_is_split_into_host_and_port(server: str, transport: str, host: str, port: int) -> None:
    assert split_server(server, transport) == (host, port)


@pytest.mark.parametrize("server", ["", ":5060", "host:port", "host:0", "host:70000"])
def test_unusable_server_is_refused_by_its_key(server: str) -> None:
    with pytest.raises(BadInput, match=r"voip\.server"):
        split_server(server, "udp")


async def _find(server: str) -> Way:
    routes = Routes(server, "udp")
    try:
        return await routes.find()
    finally:
        routes.close()


def test_way_to_a_loopback_server_leaves_from_loopback() -> None:
    assert asyncio.run(_find("127.0.0.1:5060")) == Way("127.0.0.1", 5060, "127.0.0.1")


def test_name_that_does_not_resolve_is_said_within_its_time() -> None:
    with pytest.raises(RetryLater, match="does not resolve"):
        asyncio.run(asyncio.wait_for(_find("nobody.invalid"), 10.0))


def test_retry_waits_longer_after_each_failure_and_starts_over_after_success() -> None:
    async def pauses() -> list[int]:
        retry, loop = Retry(lambda: None), asyncio.get_running_loop()
        seen = []
        for _ in range(5):
            retry.failed()
            assert retry._timer is not None
            seen.append(round(retry._timer.when() - loop.time()))
        retry.succeeded()
        retry.failed()
        assert retry._timer is not None
        seen.append(round(retry._timer.when() - loop.time()))
        retry.stop()
        return seen

    assert asyncio.run(pauses()) == [2, 5, 10, 30, 30, 2]


def test_tls_is_sent_to_a_name_and_checks_the_certificate() -> None:
    account = Account("box", "example.org", "sip.example.org", transport="tls", ca_file="/etc/site.pem")
    assert outbound(account, Way("192.0.2.1", 5061, "192.0.2.9")) == "sip:sip.example.org:5061;transport=tls"
    assert "sip_verify_server yes\nsip_cafile /etc/site.pem\n" in config_text(account)


def test_udp_is_sent_to_the_address_that_was_found() -> None:
    account = Account("box", "example.org", "sip.example.org")
    assert outbound(account, Way("192.0.2.1", 5060, "192.0.2.9")) == "sip:192.0.2.1:5060;transport=udp"


def test_srtp_is_demanded_and_never_merely_offered() -> None:
    account = Account("box", "example.org", "sip.example.org", srtp="sdes")
    assert extra_params(account) == ("100rel=yes", "mediaenc=srtp-mand")


def test_opus_is_named_as_the_mono_stack_calls_it() -> None:
    assert CODECS["opus"] == "opus/48000/1"
    assert "opus_stereo no" in config_text(Account("box", "d", "s"))
