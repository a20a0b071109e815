"""The measuring stand: a terminal as the processes it is, with its platform and modem, and fingers that keep time.

It is the stage of the tests of the whole, with sound written to a file and a tap on the modem's wire. Times are
``time.monotonic()``, one clock for all processes of a machine.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.ear import Ear
from benchmarks.wire_tap import WireTap
from kiosk import configuration
from kiosk.demo.stage import Part, python, wait_until
from kiosk.demo.witness import Witness
from kiosk.errors import KioskError
from kiosk.ipc import Client
from kiosk.settings import Settings
from tests.system.terminals import Scene

START_S = 20.0
STEP_S = 10.0


class Stand:
    """One terminal in ``folder``, with the SIP engine ``engine``."""

    def __init__(self, folder: Path, engine: str) -> None:
        folder.mkdir(parents=True)
        self.scene = Scene(folder)
        self.folder = folder
        self.scene.sections["voip"]["engine"] = engine
        self.scene.sections["audio"] = {"backend": "files", "output": str(folder / "ear.wav")}
        self.scene.simulated_modem()
        self._tap_link = folder / "tapped"
        self.scene.sections["modem"]["port"] = str(self._tap_link)
        self.tap = WireTap(self._tap_link, self.scene.modem / "at")
        self._witness: Witness | None = None
        self._client: Client | None = None
        self._ears: list[Ear] = []

    def close(self) -> None:
        if self._witness is not None:
            self._witness.close()
        for ear in self._ears:
            ear.close()
        self.scene.close()
        self.tap.close()

    # --- the terminal's processes ---------------------------------------------------------------------------

    def spawn_core(self) -> float:
        """Start the switchboard; when that was."""
        self.follow_ear(self.folder / "ear.wav")
        site = self.scene.write_site()
        spawned = time.monotonic()
        self.scene.stage.start(Part("core", python("kiosk", "run", "core", "--config", str(site))))
        self._client = Client(self.folder / "run" / "switchboard.sock", "cli")
        return spawned

    def end_core(self) -> None:
        self.scene.stage.end("core")

    def settle(self) -> None:
        """Wait until both lines are proved, and follow the screen from then on."""
        need(wait_until(lambda: self.readiness() == {"voip": "ready", "gsm": "ready"}, START_S), "both lines proved")
        if self._witness is None:
            self._witness = Witness(self.folder / "run" / "switchboard.sock")
        need(wait_until(lambda: self.screen == "idle", STEP_S), "an idle screen")

    def follow_ear(self, path: Path) -> Ear:
        """Watch the file of an earpiece that is about to begin."""
        path.unlink(missing_ok=True)
        self._ears.append(Ear(path))
        return self._ears[-1]

    @property
    def ear(self) -> Ear:
        """The earpiece that began last."""
        return self._ears[-1]

    @property
    def settings(self) -> Settings:
        return configuration.load(self.scene.site)

    # --- gestures and looks -----------------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        """The status report; empty while nobody answers."""
        assert self._client is not None
        try:
            found: dict[str, Any] = self._client.request("status", {})
        except KioskError:
            return {}
        return found

    def voice_processes(self) -> list[int]:
        """Process ids of the voice process and its spare: core's children."""
        core = self.scene.stage.pid("core")
        return [int(pid) for pid in Path(f"/proc/{core}/task/{core}/children").read_text(encoding="ascii").split()]

    def readiness(self) -> dict[str, str]:
        return {kind: each["readiness"] for kind, each in self.status().get("lines", {}).items()}

    @property
    def screen(self) -> str:
        assert self._witness is not None
        return str(self._witness.snapshot.get("screen", ""))

    def ask(self, method: str, **params: Any) -> float:
        """Send a request; when it was sent."""
        assert self._client is not None
        sent = time.monotonic()
        self._client.request(method, params)
        return sent

    def lift(self) -> float:
        """Lift the handset and wait for the menu; when it was lifted."""
        lifted = self.ask("sim", do="lift")
        need(wait_until(lambda: self.screen == "menu", STEP_S), "the menu")
        return lifted

    def hang_up(self) -> None:
        self.ask("sim", do="hang_up")
        need(wait_until(lambda: self.screen == "idle", STEP_S), "an idle screen")

    def invites(self) -> list[float]:
        """When each INVITE reached the platform."""
        return [each["at"] for each in self.scene.platform_events() if each["event"] == "invite"]

    def platform_anew(self, *options: str) -> None:
        """End the platform and start another in its place; waits until that one listens."""
        before = self._listenings()
        self.scene.stage.end("platform")
        self.scene.platform(*options)
        need(wait_until(lambda: self._listenings() > before, START_S), "the other platform")

    def is_alive(self, part: str) -> bool:
        """Does the process of ``part`` still run?"""
        return Path(f"/proc/{self.scene.stage.pid(part)}/exe").exists()

    def _listenings(self) -> int:
        return sum(each["event"] == "listening" for each in self.scene.platform_events())

    def next_after(self, found: Callable[[], list[float]], count: int, what: str) -> float:
        """The ``count``-th (from 0) of the times ``found`` tells, as soon as there is one."""
        need(wait_until(lambda: len(found()) > count, START_S, 0.005), what)
        return found()[count]


def need(truth: object, what: str) -> None:
    """Raises: SystemExit naming what was waited for in vain: its figures would be worth nothing."""
    if not truth:
        raise SystemExit(f"benchmark given up: waited in vain for {what}")
