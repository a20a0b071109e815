"""The terminal of a soak: core, voice, courier, a platform and a modem, with fingers that wait for what they caused."""

import contextlib
import json
import socket
import time
from pathlib import Path
from typing import Any

from benchmarks.soak_figures import Figures, look
from kiosk.demo.stage import Part, python, wait_until
from kiosk.errors import KioskError
from kiosk.ipc import Client
from tests.system.terminals import Scene

START_S = 40.0
STEP_S = 10.0
CALM_S = 12.0
"""How long what lingers may take to go before a look."""
DEADLINES = {"first_progress_s": 0.5, "alert_s": 2.0, "give_up_s": 6.0, "ring_s": 4.0, "media_silent_s": 3.2}


class SoakStand:
    """One terminal in ``folder``, with the SIP engine ``engine``. Ended with :meth:`close`."""

    def __init__(self, folder: Path, engine: str) -> None:
        self.folder = folder
        self.scene = scene = Scene(folder)
        self.socket = folder / "run" / "switchboard.sock"
        self._temporary = folder / "tmp"
        self._temporary.mkdir()
        self._control = folder / "modem.sock"
        scene.sections["calls"] = dict(DEADLINES)
        scene.sections["voip"]["engine"] = engine
        # Nobody is there: the courier is turned away for the whole soak, and tries again.
        scene.sections["outbox"] = {"hub_url": "http://127.0.0.1:9", "lease_s": 5.0, "longest_back_off_s": 5.0}
        self.start_platform()
        scene.simulated_modem("--control", str(self._control), "--alert-after", "0.1", "--answer-after", "0.2")
        env = {"TMPDIR": str(self._temporary)}
        site = str(scene.write_site())
        scene.stage.start(Part("core", python("kiosk", "run", "core", "--config", site), env))
        scene.stage.start(Part("courier", python("kiosk", "run", "courier", "--config", site), env, restart=True))
        self._client = Client(self.socket, "cli")
        self.need(lambda: self.status().get("ready"), START_S, "a terminal that is ready")
        self.core = scene.stage.pid("core")

    def close(self) -> None:
        self._client.close()
        self.scene.close()

    def start_platform(self) -> None:
        """The helpline's platform, at once or again."""
        for tries_left in (2, 1, 0):
            self.scene.stage.end("platform")
            with contextlib.suppress(FileNotFoundError):
                (self.folder / "platform.jsonl").unlink()
            try:
                self.scene.platform("--alert-after", "0.05", "--answer-after", "0.15")
                return
            except AssertionError:  # on a machine that is busy with much else it takes longer than a test waits
                if not tries_left:
                    raise

    def modem(self, line: str) -> None:
        """One line of the mobile world's doings."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(STEP_S)
            connection.connect(str(self._control))
            connection.sendall(line.encode() + b"\n")
            connection.recv(1 << 16)

    def ask(self, method: str, **params: Any) -> Any:
        """One request, and again for a while if core is busy. Raises: KioskError."""
        try:
            return self._client.request(method, params)
        except KioskError:
            return self._client.request(method, params)

    def status(self) -> dict[str, Any]:
        """The status report; empty while nobody answers."""
        try:
            found: dict[str, Any] = self._client.request("status", {})
        except KioskError:
            return {}
        return found

    def screen(self) -> str:
        """What a screen would show."""
        return str(self.status().get("screen", ""))

    def need(self, condition: object, patience_s: float, what: str) -> None:
        """Wait for it. Raises: AssertionError naming what did not come, with the end of core's log."""
        if not wait_until(condition, patience_s, 0.02):
            raise AssertionError(f"waited in vain for {what}: {self.status()}\n{self.scene.log('core')[-4000:]}")

    def lift_and_press(self) -> None:
        """The handset up, the big button."""
        self.ask("sim", do="lift")
        self.need(lambda: self.screen() != "idle", STEP_S, "the menu")
        self.ask("sim", do="press", name="help")

    def hang_up(self) -> None:
        """The handset down, and home."""
        self.ask("sim", do="hang_up")
        self.need(lambda: self.screen() == "idle", STEP_S, "the idle screen")

    def carry_away(self) -> int:
        """Take the records as a hub would; how many there were."""
        taken = 0
        while (lease := self.ask("outbox.lease", max=200, lease_s=60))["lease"]:
            acked = [each["id"] for each in lease["events"]]
            self.ask("outbox.settle", lease=lease["lease"], acked=acked, quarantined=[])
            taken += len(acked)
        return taken

    def is_calm(self) -> bool:
        """Home, with a voice and its spare, and nothing of the last call left."""
        status = self.status()
        voice = status.get("voice", {})
        return bool(status.get("state") == "idle" and voice.get("ready") and voice.get("spare_pid"))

    def figures(self) -> Figures:
        """The least of several looks: what lingers for a moment is no leak."""
        self.need(self.is_calm, START_S, "a calm terminal")
        least: Figures = {}
        until = time.monotonic() + CALM_S
        steady = 0
        while steady < 5 and time.monotonic() < until:
            with contextlib.suppress(OSError):
                seen = look(
                    self.core,
                    self.status(),
                    {"runtime files": self.folder / "run", "temporary files": self._temporary},
                    self.folder / "state" / "outbox.journal",
                )
                lower = {name: min(value, least.get(name, value)) for name, value in seen.items()}
                counts = [name for name in lower if not name.endswith("memory")]
                steady = steady + 1 if [lower[n] for n in counts] == [least.get(n) for n in counts] else 0
                least = lower
            time.sleep(0.3)
        return least

    def life(self) -> int:
        """Which voice process this is, counted from 1."""
        return int(self.status()["voice"]["restarts"]) + 1

    def log_lines(self, word: str) -> list[str]:
        """Lines of core's and voice's log with ``word`` in them."""
        return [line for line in self.scene.log("core").splitlines() if word in line]

    def events(self) -> list[dict[str, Any]]:
        """What the present platform saw."""
        path = self.folder / "platform.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
