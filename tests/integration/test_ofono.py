"""Debian's ofono takes the simulated modem for a plain AT modem: SIM, registration, a call with its answer and end.

Its driver that talks to any AT port over TCP is used (made for its own phone simulator); a relay joins it to the
pseudo-terminal. ofono's drivers for real sticks want several ports or a multiplexer: see docs/hardware.md. Huawei is
missing: this driver of ofono's does not take its COMMAND NOT SUPPORT for an end, and waits for ever.
"""

import os
import select
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.integration.simulated_modem import NUMBER, PATIENCE_S, simulated_modem, until

pytest.importorskip("jeepney", reason="jeepney is not installed: no private D-Bus")
from jeepney import DBusAddress

from tests.integration.private_bus import Bus, private_bus

for _program in ("ofonod", "dbus-daemon"):
    if shutil.which(_program) is None:
        pytest.skip(f"{_program} is not installed", allow_module_level=True)

_MODEM = "/phonesim"


class Relay(threading.Thread):
    """One TCP client joined to a serial port, until either is gone."""

    def __init__(self, port: Path) -> None:
        super().__init__(name="relay", daemon=True)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._port = port

    @property
    def tcp_port(self) -> int:
        """Where it listens, on loopback."""
        return int(self._server.getsockname()[1])

    def run(self) -> None:
        """Carry bytes both ways."""
        with self._server, suppress(OSError):
            client, _ = self._server.accept()
            serial = os.open(self._port, os.O_RDWR | os.O_NOCTTY)
            with client:
                _carry(client, serial)
            os.close(serial)


def _carry(client: socket.socket, serial: int) -> None:
    while True:
        ready, _, _ = select.select([client.fileno(), serial], [], [], PATIENCE_S)
        if client.fileno() in ready:
            data = client.recv(4096)
            if not data:
                return
            os.write(serial, data)
        if serial in ready:
            client.sendall(os.read(serial, 4096))


class Ofono:
    """The one modem of an ofono. One thread."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def set(self, name: str) -> None:
        """Power it, or bring it online."""
        self.ask("Modem", "SetProperty", "sv", (name, ("b", True)))

    def ask(self, interface: str, method: str, signature: str | None = None, body: tuple[Any, ...] = ()) -> Any:
        """A method of the modem's."""
        to = DBusAddress(_MODEM, "org.ofono", f"org.ofono.{interface}")
        return self._bus.call(to, method, signature, body)

    def dial(self, number: str) -> None:
        """Call; ofono answers when ATD does, and that is when the line opens, for it sets COLP to 1."""
        to = DBusAddress(_MODEM, "org.ofono", "org.ofono.VoiceCallManager")
        self._bus.begin(to, "Dial", "ss", (number, ""))

    def has(self, interface: str) -> bool:
        """Whether it found that the modem can do this."""
        return f"org.ofono.{interface}" in self.ask("Modem", "GetProperties")["Interfaces"][1]

    def registration(self) -> tuple[str, str]:
        """Status and operator's name."""
        told = self.ask("NetworkRegistration", "GetProperties")
        return told["Status"][1], told.get("Name", ("s", ""))[1]

    def calls(self) -> list[str]:
        """The states of all calls."""
        return [told["State"][1] for _, told in self.ask("VoiceCallManager", "GetCalls")]


@contextmanager
def ofono(folder: Path, port: Path) -> Iterator[Ofono]:
    """An ofono with this modem alone; ended by its process group."""
    relay = Relay(port)
    relay.start()
    config = folder / "phonesim.conf"
    config.write_text(f"[phonesim]\nAddress=127.0.0.1\nPort={relay.tcp_port}\n")
    with private_bus(folder) as bus, (folder / "log").open("w") as log:
        environment = {**bus.environment, "OFONO_PHONESIM_CONFIG": str(config), "OFONO_AT_DEBUG": "1"}
        process = subprocess.Popen(
            ["ofonod", "-n", "-d"], env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            until(lambda: bus.has_owner("org.ofono"), "ofono on its bus")
            manager = DBusAddress("/", "org.ofono", "org.ofono.Manager")
            until(lambda: bool(bus.call(manager, "GetModems")), "the modem")
            yield Ofono(bus)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(PATIENCE_S)
    relay.join(PATIENCE_S)


@pytest.mark.parametrize("family", ["sim7600", "a76xx", "sim800", "quectel", "ublox", "generic"])
def test_it_registers_and_places_a_call(tmp_path: Path, family: str) -> None:
    with simulated_modem(tmp_path / "modem", family) as world, ofono(tmp_path, world.port) as client:
        client.set("Powered")
        until(lambda: client.has("SimManager") and client.has("VoiceCallManager"), "the SIM")
        until(lambda: client.ask("SimManager", "GetProperties").get("SubscriberIdentity") is not None, "the IMSI")
        client.set("Online")
        until(lambda: client.has("NetworkRegistration"), "the network")
        until(lambda: client.registration() == ("registered", "SIMULATED"), "the registration")

        client.dial(NUMBER)
        until(lambda: world.state()["call_state"] == 3, "the ringing")
        world.play("answer")
        until(lambda: client.calls() == ["active"], "the answer")
        client.ask("VoiceCallManager", "SendTones", "s", ("5",))
        world.play("hang_up")
        until(lambda: client.calls() == [], "the far end's hang-up")
        state = world.state()
        assert (state["dialled"], state["digits"]) == ([NUMBER], "5")
