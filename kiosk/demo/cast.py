"""The demo's cast: the platform, the mobile network, the hub and the terminal, with their configuration.

Everything is on loopback and under one folder; nothing is written elsewhere.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import wave
from collections.abc import Mapping, Sequence
from pathlib import Path

from kiosk.audio.cards import SoundDevice
from kiosk.audio.device import list_devices
from kiosk.audio.files import read_recording
from kiosk.audio.frames import RATE
from kiosk.demo.ports import free_port
from kiosk.demo.registrar import kamailio_binary
from kiosk.demo.stage import Part, Stage, python, wait_until
from kiosk.errors import NeedsTechnician
from kiosk.settings import PROJECT

SPEECH = Path(__file__).with_name("speech")
TERMINAL = "demo"
SITE = "Mairie du 3e"
HELPLINE = "0800190000"
PASSWORDS = {"terminal": "earpiece-cradle-17", HELPLINE: "listener-desk-42"}
"""SIP passwords of the demo's own registrar on loopback; good for nothing else."""
HUB_TOKEN = "demo-token-for-loopback-only"
TERMINAL_PARTS = ("core", "screen", "courier")
START_S = 20.0


class Cast:
    """Who plays in the demo, and where their things lie. ``out`` is the demo's output folder."""

    def __init__(self, out: Path, stage: Stage, *, windowed: bool) -> None:
        self.out = out
        self.stage = stage
        self._windowed = windowed
        self.home = out / "terminal"
        self.platform_ears = out / "platform"
        self.modem_home = out / "modem"
        self.screens = out / "screens"
        for folder in (self.home, self.platform_ears, self.modem_home, self.screens):
            folder.mkdir(parents=True, exist_ok=True)
        self.caller = spoken_wav("caller", out)
        self.helpline = spoken_wav("helpline", out)
        self.helpline_mobile = spoken_wav("helpline-mobile", out)
        self.ear = self.home / "ear.wav"
        self.site_file = self.home / "site.toml"
        first = free_port(3)
        self._platform_port, self._registrar_port, self._hub_port = range(first, first + 3)
        self.registrar = kamailio_binary() is not None

    @property
    def hub_url(self) -> str:
        return f"http://127.0.0.1:{self._hub_port}"

    def prepare(self, hub_public_key: str) -> None:
        """Write the terminal's configuration and secrets."""
        sip_port = self._registrar_port if self.registrar else self._platform_port
        secrets = self.home / "secrets.toml"
        secrets.touch(mode=0o600)
        secrets.write_text(f'sip_password = "{PASSWORDS["terminal"]}"\nhub_token = "{HUB_TOKEN}"\n')
        driver = "auto" if self._windowed else "offscreen"
        # A person at the window speaks and hears for themselves, if the machine has a sound card.
        has_card = self._windowed and any(one.inputs for one in _sound_devices())
        audio = "" if has_card else f'input = "{self.caller}"\noutput = "{self.ear}"'
        self.site_file.write_text(
            f"""# Written by the demo; a site's own file looks like this (docs/settings.md).
secrets_file = "secrets.toml"

[terminal]
id = "{TERMINAL}"
site = "{SITE}"
runtime_dir = "{self.home / "run"}"
state_dir = "{self.home / "state"}"

[voip]
server = "127.0.0.1:{sip_port}"
user = "terminal"
register_interval_s = 60

[modem]
port = "{self.modem_home / "at"}"
pcm_port = "{self.modem_home / "pcm"}"

[audio]
backend = "{"device" if has_card else "files"}"
{audio}

[hardware]
pins = "simulated"

[outbox]
hub_url = "{self.hub_url}"
hub_public_key = "{hub_public_key}"
first_back_off_s = 1.0
longest_back_off_s = 4.0

[display]
driver = "{driver}"
screenshots = "{self.screens}"
"""
        )

    # --- outside the terminal -----------------------------------------------------------------------------

    def start_trunk(self) -> None:
        """The way over the internet: the helpline's platform, behind a registrar where one is installed."""
        listen = f"127.0.0.1:{self._platform_port}"
        argv = python(
            *("kiosk.demo.platform", "--listen", listen, "--greeting", str(self.helpline)),
            *("--record-dir", str(self.platform_ears), "--events", str(self.out / "platform-events.jsonl")),
        )
        if self.registrar:
            registrar = f"127.0.0.1:{self._registrar_port}"
            users = [word for user, password in PASSWORDS.items() for word in ("--user", f"{user}={password}")]
            self.stage.start(Part("registrar", python("kiosk.demo.registrar", "--listen", registrar, *users)))
            argv += ["--register-at", registrar, "--user", HELPLINE, "--password", PASSWORDS[HELPLINE]]
        else:
            argv += ["--accept", f"terminal={PASSWORDS['terminal']}"]
        self.stage.start(Part("platform", argv))

    def kill_trunk(self) -> None:
        """The trunk dies: nothing answers on its ports any more."""
        self.stage.kill("platform")
        self.stage.end("registrar")

    def start_mobile_network(self) -> None:
        """A modem on pseudo-terminals, with the mobile network behind it."""
        argv = python("hardware.simulated.modem", "--dir", str(self.modem_home), "--play", str(self.helpline_mobile))
        self.stage.start(Part("modem", argv))
        if not wait_until((self.modem_home / "at").exists, START_S):
            raise NeedsTechnician("the simulated modem did not start; see logs/modem.log")

    def make_hub(self) -> str:
        """The hub's database and keys; its public key."""
        self._manage("migrate", "--verbosity", "0")
        self._manage("add_terminal", TERMINAL, "--site", SITE, "--token", HUB_TOKEN, "--again")
        return self._manage("make_keys", str(self.out / "hub" / "private.key")).strip()

    def start_hub(self) -> None:
        """The hub on SQLite; waits until its page answers."""
        argv = [sys.executable, str(PROJECT / "hub" / "manage.py"), "runserver", f"127.0.0.1:{self._hub_port}"]
        self.stage.start(Part("hub", [*argv, "--noreload"], self._hub_env()))
        if not wait_until(self._hub_listens, START_S):
            raise NeedsTechnician("the hub did not start; see logs/hub.log")

    def _hub_listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._hub_port)) == 0

    def _hub_env(self) -> Mapping[str, str]:
        home = self.out / "hub"
        home.mkdir(exist_ok=True)
        return {"HUB_DB": str(home / "hub.sqlite3"), "HUB_PRIVATE_KEY_FILE": str(home / "private.key")}

    def _manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, str(PROJECT / "hub" / "manage.py"), *arguments],
            env={**os.environ, "PYTHONPATH": str(PROJECT), **self._hub_env()},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NeedsTechnician(f"hub: {arguments[0]} failed: {done.stderr.strip()[-400:]}")
        return done.stdout

    # --- the terminal -------------------------------------------------------------------------------------

    def start_terminal(self) -> None:
        """Core, screen and courier, as systemd would start them."""
        for name in TERMINAL_PARTS:
            argv = python("kiosk", "run", name, "--config", str(self.site_file))
            if name == "screen" and self._windowed:
                argv.append("--panel")
            self.stage.start(Part(name, argv, restart=not (name == "screen" and self._windowed)))

    def cut_power(self, children: Sequence[int]) -> None:
        """kill -9 of the whole terminal at once; ``children`` are core's own processes."""
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self.stage.kill(*TERMINAL_PARTS)


def spoken_wav(name: str, folder: Path) -> Path:
    """One of the demo's sentences as a WAV in ``folder``."""
    path = folder / f"said-by-{name}.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(read_recording(SPEECH / f"{name}.opus").tobytes())
    return path


def _sound_devices() -> list[SoundDevice]:
    try:
        return list_devices()
    except NeedsTechnician:
        return []
