"""Debian's ModemManager takes the simulated modem for what it plays: finds it by its USB identity, registers, calls."""

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration import mock_usb
from tests.integration.simulated_modem import NUMBER, PATIENCE_S, World, simulated_modem, until

pytest.importorskip("jeepney", reason="jeepney is not installed: no private D-Bus")
from tests.integration.private_bus import Bus, private_bus

for _program in ("ModemManager", "mmcli", "dbus-daemon", "umockdev-run"):
    if shutil.which(_program) is None:
        pytest.skip(f"{_program} is not installed", allow_module_level=True)

_QUIET = ("--test-no-qrtr", "--test-no-suspend-resume", "--no-auto-scan", "--log-level=WARN")


class Manager:
    """mmcli's words for one modem and one call. One thread."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def say(self, *arguments: str) -> str:
        """Run mmcli. Raises: AssertionError with its words."""
        ended = subprocess.run(
            ["mmcli", *arguments],
            env=self._bus.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert ended.returncode == 0, (arguments, ended.stderr)
        return ended.stdout

    def modem(self) -> dict[str, Any] | None:
        """All it knows of the first modem; None before there is one."""
        if not self._bus.has_owner("org.freedesktop.ModemManager1"):
            return None
        modems = json.loads(self.say("--list-modems", "--output-json"))["modem-list"]
        if not modems:
            return None
        told: dict[str, Any] = json.loads(self.say("--modem", modems[0], "--output-json"))["modem"]
        return told

    def state_of(self, call: str) -> str:
        """``dialing``, ``ringing-out``, ``active``, ``terminated``."""
        state: str = json.loads(self.say("--call", call, "--output-json"))["call"]["properties"]["state"]
        return state


@contextmanager
def manager(folder: Path, family: str, world: World) -> Iterator[Manager]:
    """A ModemManager that sees this modem on USB and nothing else; ended by its process group."""
    events, device = folder / "events", folder / "device"
    events.write_text(f"action=add,subsystem=tty,name={str(world.port).removeprefix('/dev/')}\n")
    device.write_text(mock_usb.describe(mock_usb.STICKS[family], world.port))
    argv = ("ModemManager", "--test-session", f"--initial-kernel-events={events}", *_QUIET)
    with private_bus(folder) as bus, (folder / "log").open("w") as log:
        process = subprocess.Popen(
            mock_usb.command(device, *argv), env=bus.environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield Manager(bus)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(PATIENCE_S)


@pytest.mark.parametrize(
    ("family", "plugin"),
    [
        ("sim7600", "simtech"),
        ("quectel", "quectel"),
        ("huawei", "huawei"),
        ("ublox", "u-blox"),
        ("generic", "generic"),
    ],
)
def test_it_registers_and_places_a_call(tmp_path: Path, family: str, plugin: str) -> None:
    with simulated_modem(tmp_path / "modem", family) as world, manager(tmp_path, family, world) as client:
        until(lambda: client.modem() is not None, "the modem")
        modem = client.modem()
        assert modem is not None
        path = modem["dbus-path"]
        assert modem["generic"]["plugin"] == plugin
        client.say("--modem", path, "--enable")
        until(lambda: (client.modem() or {})["3gpp"]["registration-state"] == "home", "the registration")
        modem = client.modem()
        assert modem is not None
        assert (modem["3gpp"]["operator-code"], modem["3gpp"]["operator-name"]) == ("00101", "SIMULATED")

        created = client.say("--modem", path, f"--voice-create-call=number={NUMBER}")
        found = re.search(r"/\S+/Call/\d+", created)
        assert found is not None
        call = found[0]
        client.say("--call", call, "--start")
        states = ["dialing"]

        def has_reached(state: str) -> bool:
            now = client.state_of(call)
            if now != states[-1]:
                states.append(now)
            return now == state

        until(lambda: has_reached("ringing-out"), "the ringing")
        world.play("answer")
        until(lambda: has_reached("active"), "the answer")
        world.play("hang_up")
        until(lambda: has_reached("terminated"), "the far end's hang-up")
        assert states == ["dialing", "ringing-out", "active", "terminated"]
        assert world.state()["dialled"] == [NUMBER]
