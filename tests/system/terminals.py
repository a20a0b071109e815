"""A terminal as the processes it is, and the world around it, for the tests of the whole."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kiosk.demo.cast import SPEECH, spoken_wav
from kiosk.demo.sound import similarity
from kiosk.demo.stage import Part, Stage, python, wait_until
from kiosk.errors import KioskError
from kiosk.ipc import Client
from kiosk.settings import PROJECT
from tests.ports import free_port

HELPLINE = "0800190000"
CALLER = SPEECH / "caller.opus"
GREETING = SPEECH / "helpline.opus"
MOBILE_GREETING = SPEECH / "helpline-mobile.opus"
ENV = {**os.environ, "PYTHONPATH": str(PROJECT)}


class Scene:
    """A folder with a platform, a modem and a terminal; ends them all on ``close``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stage = Stage(folder / "logs")
        self.ears = folder / "platform"
        self.modem = folder / "modem"
        self.modem.mkdir()
        self.sip_port = free_port()
        self.site = folder / "site.toml"
        self.sections: dict[str, dict[str, Any]] = {
            "terminal": {"id": "test", "runtime_dir": str(folder / "run"), "state_dir": str(folder / "state")},
            "voip": {"server": f"127.0.0.1:{self.sip_port}", "user": "terminal", "register_interval_s": 60},
            "modem": {"port": str(self.modem / "at"), "pcm_port": str(self.modem / "pcm")},
            "audio": {"backend": "none"},
            "hardware": {"pins": "simulated"},
            "directory": {"enabled": False},
        }
        self.password = "right-word"
        self.hub_token = ""
        self.inside: tuple[str, ...] = ()
        """Words before core's command line: of a network namespace."""

    def platform(self, *options: str) -> None:
        """Start the helpline's platform; it knows the terminal by ``right-word``."""
        events = self.folder / "platform.jsonl"
        argv = python(
            *("kiosk.demo.platform", "--listen", f"127.0.0.1:{self.sip_port}", "--record-dir", str(self.ears)),
            *(
                "--greeting",
                str(spoken_wav("helpline", self.folder)),
                "--accept",
                "terminal=right-word",
                "--events",
                str(events),
                *options,
            ),
        )
        self.stage.start(Part("platform", argv))
        assert wait_until(lambda: events.exists() and "listening" in events.read_text(), 15)

    def platform_events(self) -> list[dict[str, Any]]:
        """What the platform saw so far."""
        return [json.loads(line) for line in (self.folder / "platform.jsonl").read_text().splitlines()]

    def simulated_modem(self, *options: str) -> None:
        """Start the modem with the mobile network behind it."""
        argv = python(
            "hardware.simulated.modem",
            "--dir",
            str(self.modem),
            "--play",
            str(spoken_wav("helpline-mobile", self.folder)),
            *options,
        )
        self.stage.start(Part("modem", argv))
        assert wait_until((self.modem / "at").exists, 15)

    def write_site(self) -> Path:
        """The site's file and its secrets, as the sections say now."""
        secrets = self.folder / "secrets.toml"
        secrets.touch(mode=0o600)
        secrets.write_text(f'sip_password = "{self.password}"\nhub_token = "{self.hub_token}"\n')
        tables = [
            f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in section.items())
            for name, section in self.sections.items()
        ]
        self.site.write_text('secrets_file = "secrets.toml"\n' + "\n".join(tables))
        return self.site

    def core(self) -> "Core":
        """Start the switchboard and wait until it answers."""
        words = python("kiosk", "run", "core", "--config", str(self.write_site()))
        self.stage.start(Part("core", [*self.inside, *words]))
        core = Core(self)
        assert wait_until(lambda: core.status() != {}, 60), self.log("core")
        return core

    def log(self, name: str) -> str:
        """What a part wrote to its log."""
        return (self.folder / "logs" / f"{name}.log").read_text(errors="replace")

    def kiosk(self, *arguments: str, timeout_s: float = 60) -> "subprocess.CompletedProcess[str]":
        """Run one ``kiosk`` command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "kiosk", *arguments],
            env=ENV, capture_output=True, text=True, timeout=timeout_s, check=False, cwd=PROJECT,
        )  # fmt: skip

    def close(self) -> None:
        self.stage.close()


class Core:
    """A running switchboard."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.socket = scene.folder / "run" / "switchboard.sock"

    def ask(self, method: str, **params: Any) -> Any:
        client = Client(self.socket, "cli")
        try:
            return client.request(method, params)
        finally:
            client.close()

    def status(self) -> Mapping[str, Any]:
        """The status report; empty while nobody answers."""
        try:
            found: Mapping[str, Any] = self.ask("status")
        except KioskError:
            return {}
        return found

    def wait(self, condition: Callable[[Mapping[str, Any]], object], timeout_s: float = 60) -> Mapping[str, Any]:
        """The status as soon as ``condition`` holds of it; fails with the last one."""
        last: Mapping[str, Any] = {}
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            last = self.status()
            if last and condition(last):
                return last
            time.sleep(0.05)
        raise AssertionError(f"did not come to pass: {last}")

    def wait_line(self, line: str, readiness: str, timeout_s: float = 60) -> str:
        """Until a line is as asked; its reason."""
        found = self.wait(lambda status: status["lines"][line]["readiness"] == readiness, timeout_s)
        return str(found["lines"][line]["reason"])

    def lift_and_press(self) -> None:
        self.ask("sim", do="lift")
        self.wait(lambda status: status["screen"] == "menu")
        self.ask("sim", do="press", name="help")

    def hang_up(self) -> None:
        self.ask("sim", do="hang_up")
        self.wait(lambda status: status["screen"] == "idle")


def heard(said: Path, recording: Path) -> float:
    """How surely ``said`` is in ``recording``."""
    return similarity(said, recording)
