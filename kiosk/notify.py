"""Tells systemd how this process is (sd_notify(3)); says nothing where there is no systemd."""

import contextlib
import os
import socket


def ready() -> None:
    """The process serves (``Type=notify``)."""
    _tell("READY=1")


def beat() -> None:
    """The process's loop turns (``WatchdogSec=``)."""
    _tell("WATCHDOG=1")


def stopping() -> None:
    """The process ends of its own will."""
    _tell("STOPPING=1")


def _tell(state: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
        # Never wait: a manager that does not read must not stop the switchboard.
        out.setblocking(False)
        out.sendto(state.encode(), address)
