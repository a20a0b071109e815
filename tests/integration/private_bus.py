"""A D-Bus of a test's own, for daemons that talk to nothing else: system and session bus in one, no activation.

ModemManager asks PolicyKit before every deed: ``Authority`` plays it and allows everything on this bus.
"""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_error, new_method_call, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

PATIENCE_S = 20.0
_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>
"""
_AUTHORITY = "org.freedesktop.PolicyKit1"


class Bus:
    """Its address, and calls over it. One thread."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._connection = open_dbus_connection(address)

    @property
    def environment(self) -> dict[str, str]:
        """For a process that is to know this bus alone."""
        return {
            **os.environ,
            "DBUS_SYSTEM_BUS_ADDRESS": self.address,
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "LC_ALL": "C",
        }

    def has_owner(self, name: str) -> bool:
        """Whether a daemon took this name."""
        reply = self._connection.send_and_get_reply(message_bus.NameHasOwner(name), timeout=PATIENCE_S)
        return bool(reply.body[0])

    def call(self, to: DBusAddress, method: str, signature: str | None = None, body: tuple[Any, ...] = ()) -> Any:
        """One method's result: its first value, or None. Raises: AssertionError with the peer's words."""
        message = new_method_call(to, method, signature, body)
        reply = self._connection.send_and_get_reply(message, timeout=PATIENCE_S)
        assert reply.header.message_type is MessageType.method_return, (method, reply.body)
        return reply.body[0] if reply.body else None

    def begin(self, to: DBusAddress, method: str, signature: str | None = None, body: tuple[Any, ...] = ()) -> None:
        """Ask for a method and do not wait for its result."""
        self._connection.send(new_method_call(to, method, signature, body))

    def close(self) -> None:
        """Leave it."""
        self._connection.close()


class Authority(threading.Thread):
    """PolicyKit's authority, as far as a client asks it: yes."""

    def __init__(self, address: str) -> None:
        super().__init__(name="authority", daemon=True)
        self._connection: DBusConnection = open_dbus_connection(address)
        self._connection.send_and_get_reply(message_bus.RequestName(_AUTHORITY), timeout=PATIENCE_S)

    def run(self) -> None:
        """Answer until the bus is gone."""
        with self._connection, suppress(OSError, EOFError):
            while True:
                message = self._connection.receive()
                if message.header.message_type is MessageType.method_call:
                    self._connection.send(_answer(message))


def _answer(message: Message) -> Message:
    match message.header.fields.get(HeaderFields.member):
        case "CheckAuthorization":
            return new_method_return(message, "(bba{ss})", ((True, False, {}),))
        case "GetAll":
            return new_method_return(message, "a{sv}", ({},))
    return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")


@contextmanager
def private_bus(folder: Path) -> Iterator[Bus]:
    """A bus with an authority on it, ended by its process id."""
    socket, config = folder / "bus", folder / "bus.conf"
    config.write_text(_CONFIG.format(socket=socket))
    process = subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    authority: Authority | None = None
    bus: Bus | None = None
    try:
        assert process.stdout is not None
        address = process.stdout.readline().decode().strip()
        assert address.startswith("unix:path=")
        authority = Authority(address)
        authority.start()
        bus = Bus(address)
        yield bus
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        if authority is not None:
            authority.join(PATIENCE_S)
        if bus is not None:
            bus.close()
        assert process.stdout is not None
        process.stdout.close()
