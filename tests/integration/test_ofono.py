"""Debian's ofono takes the simulated modem for a plain AT modem: SIM, registration, a call with its answer and end.

Its driver that talks to any AT port over TCP is used (made for its own phone simulator); a relay joins it to the
pseudo-terminal. Huawei is missing there: that driver does not take COMMAND NOT SUPPORT for an end, and waits for ever.
But ofono's own driver for Huawei finds the stick by its USB identity. For its other drivers see docs/hardware.md.
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

from tests.integration import mock_usb
from tests.integration.simulated_modem import NUMBER, PATIENCE_S, World, simulated_modem, until

pytest.importorskip("jeepney", reason="jeepney is not installed: no private D-Bus")
from jeepney import DBusAddress

from tests.integration.private_bus import Bus, private_bus

for _program in ("ofonod", "dbus-daemon"):
    if shutil.which(_program) is None:
        pytest.skip(f"{_program} is not installed", allow_module_level=True)


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

    def __init__(self, bus: Bus, path: str) -> None:
        self._bus = bus
        self._path = path

    def set(self, name: str) -> None:
        """Power it, or bring it online."""
        self.ask("Modem", "SetProperty", "sv", (name, ("b", True)))

    def ask(self, interface: str, method: str, signature: str | None = None, body: tuple[Any, ...] = ()) -> Any:
        """A method of the modem's."""
        to = DBusAddress(self._path, "org.ofono", f"org.ofono.{interface}")
        return self._bus.call(to, method, signature, body)

    def dial(self, number: str) -> None:
        """Call; ofono answers when ATD does, and that is when the line opens, for it sets COLP to 1."""
        to = DBusAddress(self._path, "org.ofono", "org.ofono.VoiceCallManager")
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
def running(folder: Path, argv: list[str], environment: dict[str, str]) -> Iterator[Ofono]:
    """An ofono with one modem alone; ended by its process group."""
    with private_bus(folder) as bus, (folder / "log").open("w") as log:
        process = subprocess.Popen(
            argv,
            env={**bus.environment, **environment, "OFONO_AT_DEBUG": "1"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            until(lambda: bus.has_owner("org.ofono"), "ofono on its bus")
            manager = DBusAddress("/", "org.ofono", "org.ofono.Manager")
            until(lambda: bool(bus.call(manager, "GetModems")), "the modem")
            yield Ofono(bus, bus.call(manager, "GetModems")[0][0])
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(PATIENCE_S)


def place_a_call(client: Ofono, world: World) -> None:
    """From power on to the far end's hang-up."""
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


def hang_up(client: Ofono, world: World) -> None:
    """The far end's last word."""
    world.play("hang_up")
    until(lambda: client.calls() == [], "the far end's hang-up")


@pytest.mark.parametrize("family", ["sim7600", "a76xx", "sim800", "quectel", "ublox", "generic"])
def test_it_registers_and_places_a_call(tmp_path: Path, family: str) -> None:
    config = tmp_path / "phonesim.conf"
    with simulated_modem(tmp_path / "modem", family) as world:
        relay = Relay(world.port)
        relay.start()
        config.write_text(f"[phonesim]\nAddress=127.0.0.1\nPort={relay.tcp_port}\n")
        with running(tmp_path, ["ofonod", "-n", "-d"], {"OFONO_PHONESIM_CONFIG": str(config)}) as client:
            place_a_call(client, world)
            client.ask("VoiceCallManager", "SendTones", "s", ("5",))
            hang_up(client, world)
        relay.join(PATIENCE_S)
        state = world.state()
        assert (state["dialled"], state["digits"]) == ([NUMBER], "5")


@pytest.mark.skipif(shutil.which("umockdev-run") is None, reason="umockdev-run is not installed")
def test_its_own_huawei_driver_finds_the_stick_and_places_a_call(tmp_path: Path) -> None:
    # That driver opens the stick's data port too; there a second modem answers, which has no call.
    device = tmp_path / "device"
    with simulated_modem(tmp_path / "data", "huawei") as data, simulated_modem(tmp_path / "modem", "huawei") as world:
        device.write_text(mock_usb.describe(mock_usb.STICKS["huawei"], data.port, world.port))
        with running(tmp_path, mock_usb.command(device, "ofonod", "-n", "-d"), {}) as client:
            place_a_call(client, world)
            until(lambda: bool(world.state()["pcm"]), "the sound, which it switches on itself")
            hang_up(client, world)
        assert (data.state()["dialled"], world.state()["dialled"]) == ([], [NUMBER])
