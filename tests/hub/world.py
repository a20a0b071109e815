"""The real hub as a process on loopback, with its own database and keys, and a look into what it filed."""

import os
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Hub:
    """A hub that runs until ``stop``."""

    folder: Path
    port: int
    public_key: str
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def add_terminal(self, name: str) -> str:
        """Its token."""
        return manage(self.folder, "add_terminal", name, "--site", f"Abri de {name}")

    def filed(self) -> list[tuple[str, str]]:
        """Terminal and id of each event, in the order they were filed."""
        with sqlite3.connect(f"file:{self.folder / 'hub.sqlite3'}?mode=ro", uri=True, timeout=20) as database:
            rows = database.execute("select terminal_id, event_id from fleet_event order by id").fetchall()
        database.close()
        return [(str(terminal), str(event)) for terminal, event in rows]

    def put(self, terminal: str, token: str, body: Any, **headers: str) -> requests.Response:
        """One request, as a terminal would send it."""
        data = body if isinstance(body, bytes) else None
        return requests.put(
            f"{self.url}/v1/terminals/{terminal}/events",
            json=None if data is not None else body,
            data=data,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers},
            timeout=30,
        )

    def page(self, language: str = "", query: str = "") -> str:
        answer = requests.get(f"{self.url}/{query}", headers={"Accept-Language": language}, timeout=30)
        assert answer.status_code == 200
        answer.encoding = "utf-8"
        return answer.text

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "HUB_DB": str(folder / "hub.sqlite3"),
        "HUB_PRIVATE_KEY_FILE": str(folder / "hub.key"),
        "HUB_SECRET_KEY": "of-this-test-alone",
        "HUB_MAX_BODY": "300000",
    }


def manage(folder: Path, *words: str) -> str:
    """What a command of the hub prints."""
    command = [sys.executable, str(ROOT / "hub" / "manage.py"), *words]
    done = subprocess.run(command, env=environment(folder), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def start_hub(folder: Path) -> Hub:
    """A hub with an empty database and one key, answering."""
    port = free_port()
    manage(folder, "migrate", "-v", "0")
    public_key = manage(folder, "make_keys", str(folder / "hub.key"))
    with (folder / "hub.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "hub" / "manage.py"), "runserver", f"127.0.0.1:{port}", "--noreload"],
            env=environment(folder),
            stdout=log,
            stderr=log,
        )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return Hub(folder, port, public_key, process)
    process.kill()
    process.wait()
    raise AssertionError((folder / "hub.log").read_text(encoding="utf-8"))
