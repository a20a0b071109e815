"""Reading ``voip.server``, and the order in which places are tried."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import BadInput
from kiosk.voip.targets import Server, SrvRecord, by_family, hosts_in, in_order, parse_server


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("sip.example.org", Server("sip.example.org", None)),
        ("sip.example.org:5070", Server("sip.example.org", 5070)),
        ("localhost", Server("localhost", None)),
        ("192.0.2.1:5060", Server("192.0.2.1", 5060)),
        ("2001:db8::1", Server("2001:db8::1", None)),
        ("[2001:db8::1]", Server("2001:db8::1", None)),
        ("[2001:db8::1]:5061", Server("2001:db8::1", 5061)),
    ],
)
def test_a_server_is_a_name_or_an_address_with_or_without_a_port(text: str, server: Server) -> None:
    assert parse_server(text) == server


@pytest.mark.parametrize(
    "text",
    ["", ":5060", "a:0", "a:65536", "a:b", "[a]:5060", "[192.0.2.1]:5060", "a b", "192.0.2.256", "-a", "a..b", "[::1"],
)
def test_what_is_no_server_is_named_with_the_remedy(text: str) -> None:
    with pytest.raises(BadInput, match="write it as"):
        parse_server(text)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        server = parse_server(text)
    except BadInput:
        return
    assert server.host
    assert server.port is None or 0 < server.port < 65_536


def test_weights_share_the_calls_within_a_priority() -> None:
    chance = random.Random(7)
    records = [SrvRecord(1, 60, 1, "a"), SrvRecord(1, 30, 2, "b"), SrvRecord(1, 10, 3, "c"), SrvRecord(2, 99, 4, "d")]
    first = Counter(in_order(records, chance)[0].target for _ in range(2000))
    assert {target: round(count / 200) for target, count in first.items()} == {"a": 6, "b": 3, "c": 1}


srv = st.builds(SrvRecord, st.integers(0, 3), st.integers(0, 100), st.integers(1, 65_535), st.text(max_size=3))


@given(st.lists(srv, max_size=8), st.integers())
def test_every_record_is_tried_once_and_never_before_a_better_priority(records: list[SrvRecord], seed: int) -> None:
    ordered = in_order(records, random.Random(seed))
    assert Counter(ordered) == Counter(records)
    assert [record.priority for record in ordered] == sorted(record.priority for record in records)


def test_addresses_without_a_route_are_tried_last() -> None:
    both = ["192.0.2.1", "2001:db8::1", "192.0.2.2"]
    assert by_family(both, {4: True, 6: True}) == ["2001:db8::1", "192.0.2.1", "192.0.2.2"]
    assert by_family(both, {4: True, 6: False}) == ["192.0.2.1", "192.0.2.2", "2001:db8::1"]
    assert by_family(both, {}) == ["2001:db8::1", "192.0.2.1", "192.0.2.2"]


def test_the_hosts_file_is_read_as_the_system_reads_it() -> None:
    text = "127.0.0.1\tlocalhost\n# 192.0.2.9 help\n192.0.2.1 a help b\n::1 help\nnonsense help\n192.0.2.3\n"
    assert hosts_in(text, "HELP") == ["192.0.2.1", "::1"]
    assert hosts_in(text, "elp") == []
