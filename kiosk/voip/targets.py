"""Where a platform may be, in which order to try: RFC 3263 in small, RFC 2782 whole. Pure."""

import ipaddress
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.errors import BadInput

DEFAULT_PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}
SERVICES = {"udp": "_sip._udp", "tcp": "_sip._tcp", "tls": "_sips._tcp"}

_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")


@dataclass(frozen=True)
class Server:
    """``voip.server``, read."""

    host: str
    """A name or an address; IPv6 without brackets."""
    port: int | None
    """None: not given, so that DNS may say it (SRV)."""

    @property
    def is_address(self) -> bool:
        return is_address(self.host)


@dataclass(frozen=True)
class Target:
    """One place to try."""

    host: str
    """An IP address."""
    port: int
    transport: str
    """udp, tcp or tls."""
    server_name: str
    """The name that the certificate must be for: the configured one, not the one that DNS led to (RFC 5922 §4)."""


@dataclass(frozen=True)
class SrvRecord:
    """One SRV record (RFC 2782)."""

    priority: int
    weight: int
    port: int
    target: str


def parse_server(text: str) -> Server:
    """``host`` or ``host:port``, IPv6 in brackets when a port follows. Raises: BadInput."""
    if is_address(text):
        return Server(text, None)
    found = re.fullmatch(r"(?:\[([^\]]+)\]|([^:\[\]]+))(?::([0-9]{1,5}))?", text)
    if found:
        bracketed, bare, given = found.groups()
        port = int(given) if given else None
        is_host = is_address(bracketed) and ":" in bracketed if bracketed else is_address(bare) or _is_name(bare)
        if is_host and (port is None or 0 < port < 65_536):
            return Server(bracketed or bare, port)
    raise BadInput(f"{text!r} is not a host or host:port; write it as sip.example.org:5060")


def is_address(host: str) -> bool:
    """True for an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def in_order(records: Iterable[SrvRecord], chance: random.Random) -> list[SrvRecord]:
    """By priority, and within one by weighted chance (RFC 2782, "Usage rules")."""
    left = sorted(records, key=lambda record: (record.priority, record.weight > 0))
    ordered = []
    while left:
        # Those of weight 0 stand first in their priority, so that they are chosen now and then too.
        group = [record for record in left if record.priority == left[0].priority]
        mark, running = chance.randint(0, sum(record.weight for record in group)), 0
        for record in group:
            running += record.weight
            if running >= mark:
                ordered.append(record)
                left.remove(record)
                break
    return ordered


def by_family(addresses: Sequence[str], routed: Mapping[int, bool]) -> list[str]:
    """IPv6 first where it has a route, then IPv4; those without a route last. ``routed``: 4 and 6 to true or false."""
    return sorted(addresses, key=lambda each: (not routed.get(_version(each), False), -_version(each)))


def hosts_in(text: str, name: str) -> list[str]:
    """The addresses that a hosts file has for ``name``, in its order. What is not a line of it is passed over."""
    found = []
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if len(words) > 1 and is_address(words[0]) and name.lower().rstrip(".") in map(str.lower, words[1:]):
            found.append(words[0])
    return found


def _version(address: str) -> int:
    return ipaddress.ip_address(address).version


def _is_name(host: str) -> bool:
    # All digits and dots, and no address: somebody's typing error, not a name.
    labels = host.removesuffix(".").split(".")
    return len(host) <= 253 and all(map(_LABEL.fullmatch, labels)) and not re.fullmatch(r"[\d.]+", host)
