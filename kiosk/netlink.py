"""Tells when the network changes, as it happens: links, addresses, routes (rtnetlink(7)). Nothing is polled.

A terminal that learns only from a lost packet that its address changed has lost a call by then.
"""

import asyncio
import errno
import logging
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace

log = logging.getLogger(__name__)

COALESCE_S = 0.1
"""A cable that is plugged in makes a dozen messages; they are told as one change."""
BUFFER_BYTES = 1 << 20
READ_BYTES = 1 << 16

# linux/rtnetlink.h, linux/if.h, linux/if_addr.h
_GROUPS = 0x1 | 0x10 | 0x40 | 0x100 | 0x400  # link, IPv4 address, IPv4 route, IPv6 address, IPv6 route
_NEWLINK, _DELLINK, _NEWADDR, _DELADDR, _NEWROUTE, _DELROUTE = 16, 17, 20, 21, 24, 25
_IFF_SEEN = 0x1 | 0x40 | 0x10000  # up, running, carrier
_IFA_LOCAL, _IFA_ADDRESS = 2, 1
_TENTATIVE = 0x40
_CLONED = 0x200
_UNICAST = 1


@dataclass(frozen=True)
class NetworkChanged:
    """What changed since the last one."""

    links: bool = False
    """An interface came, went, or its cable did."""
    addresses: bool = False
    routes: bool = False
    """A unicast route came or went, which says little by itself: compare :func:`local_address_for` then and now."""
    overrun: bool = False
    """The kernel had more to say than we could read: anything may have changed."""

    def __bool__(self) -> bool:
        return self.links or self.addresses or self.routes or self.overrun


@dataclass(frozen=True)
class LinkSeen:
    index: int
    flags: int
    """Those of ``_IFF_SEEN``; -1: it is gone."""


@dataclass(frozen=True)
class AddressSeen:
    index: int
    address: bytes
    is_there: bool
    is_tentative: bool
    """Not usable yet: IPv6 still asks whether somebody else has it (RFC 4862 §5.4)."""


@dataclass(frozen=True)
class RouteSeen:
    """A unicast route came or went."""


Seen = LinkSeen | AddressSeen | RouteSeen


def messages(datagram: bytes) -> list[Seen]:
    """What one netlink datagram says, as far as it matters here. Pure; what cannot be read is passed over."""
    found: list[Seen] = []
    while len(datagram) >= 16:
        length, kind = struct.unpack_from("=IH", datagram)
        if length < 16:
            break
        seen = _message(kind, datagram[16:length])
        if seen is not None:
            found.append(seen)
        datagram = datagram[(length + 3) & ~3 :]
    return found


def _message(kind: int, body: bytes) -> Seen | None:
    if kind in (_NEWLINK, _DELLINK) and len(body) >= 16:
        index, flags = struct.unpack_from("=4xiI", body)
        return LinkSeen(index, flags & _IFF_SEEN if kind == _NEWLINK else -1)
    if kind in (_NEWADDR, _DELADDR) and len(body) >= 8:
        flags, index = struct.unpack_from("=2xBxI", body)
        attributes = _attributes(body[8:])
        address = attributes.get(_IFA_LOCAL) or attributes.get(_IFA_ADDRESS, b"")
        return AddressSeen(index, address, kind == _NEWADDR, bool(flags & _TENTATIVE))
    if kind in (_NEWROUTE, _DELROUTE) and len(body) >= 12:
        route_kind, flags = struct.unpack_from("=7xBI", body)
        return RouteSeen() if route_kind == _UNICAST and not flags & _CLONED else None
    return None


def _attributes(body: bytes) -> dict[int, bytes]:
    found = {}
    while len(body) >= 4:
        length, kind = struct.unpack_from("=HH", body)
        if length < 4:
            break
        found[kind] = body[4:length]
        body = body[(length + 3) & ~3 :]
    return found


class Picture:
    """What was seen so far, so that a message that says nothing new is no change.

    Wi-Fi repeats its link, and IPv6 its addresses, every few seconds for no reason that matters here.
    """

    def __init__(self) -> None:
        self._links: dict[int, int] = {}
        self._addresses: dict[tuple[int, bytes], bool] = {}

    def change(self, seen: Seen) -> NetworkChanged:
        """What ``seen`` changes; nothing (false) when it is known."""
        match seen:
            case LinkSeen(index=index, flags=flags):
                before = self._links.get(index)
                self._links[index] = flags
                return NetworkChanged(links=before != flags)
            case AddressSeen(index=index, address=address, is_there=is_there, is_tentative=is_tentative):
                key = (index, address)
                if not is_there:
                    self._addresses.pop(key, None)
                    return NetworkChanged(addresses=True)
                before_tentative = self._addresses.get(key)
                self._addresses[key] = is_tentative
                return NetworkChanged(addresses=before_tentative is not is_tentative)
            case RouteSeen():
                return NetworkChanged(routes=True)


class NetworkWatch:
    """Calls ``on_change`` at most once every ``coalesce_s``, with all that changed since. One event loop."""

    def __init__(self, on_change: Callable[[NetworkChanged], None], coalesce_s: float = COALESCE_S) -> None:
        self._on_change = on_change
        self._coalesce_s = coalesce_s
        self._picture = Picture()
        self._socket: socket.socket | None = None
        self._held = NetworkChanged()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Watch from now on. Raises: OSError where the kernel has no rtnetlink."""
        watching = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
        try:
            watching.setblocking(False)
            watching.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            watching.bind((0, _GROUPS))
            asyncio.get_running_loop().add_reader(watching.fileno(), self._readable)
        except OSError:
            watching.close()
            raise
        self._socket = watching

    def close(self) -> None:
        """Watch no more; nothing is told after this."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None

    def _readable(self) -> None:
        changed = self._held
        while self._socket is not None:
            try:
                datagram, (sender, _) = self._socket.recvfrom(READ_BYTES)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    log.error("the network is not watched any more: %s", error)
                    self.close()
                # Messages were lost, and with them what our picture rests on.
                self._picture = Picture()
                changed = replace(changed, overrun=True)
                break
            if sender == 0:  # the kernel; any process may write to us
                for seen in messages(datagram):
                    changed = _both(changed, self._picture.change(seen))
        self._held = changed
        if changed and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._coalesce_s, self._tell)

    def _tell(self) -> None:
        changed, self._held, self._timer = self._held, NetworkChanged(), None
        self._on_change(changed)


def local_address_for(host: str, port: int) -> str | None:
    """Our address on the way to ``host`` (an IP address), or None when there is no way. Sends nothing."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((host, port))  # asks the kernel for the route
            return str(probe.getsockname()[0])
    except OSError:
        return None


def _both(one: NetworkChanged, other: NetworkChanged) -> NetworkChanged:
    return NetworkChanged(
        one.links or other.links,
        one.addresses or other.addresses,
        one.routes or other.routes,
        one.overrun or other.overrun,
    )
