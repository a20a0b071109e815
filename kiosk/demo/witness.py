"""The demo's witness: sees what the terminal shows and keeps, hears what both ends recorded."""

import shutil
import threading
import time
import wave
from pathlib import Path
from typing import Any

from kiosk.demo.sound import CROSSED, presence, similarity
from kiosk.demo.stage import wait_until
from kiosk.errors import KioskError, RetryLater
from kiosk.ipc import Client


class Witness:
    """Follows the switchboard's snapshots in a thread of its own, across its restarts."""

    def __init__(self, socket_path: Path) -> None:
        self._socket_path = socket_path
        self._seen: list[tuple[float, dict[str, Any]]] = []
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="witness", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join(3)

    @property
    def snapshot(self) -> dict[str, Any]:
        """What a screen would show now."""
        return self._seen[-1][1] if self._seen else {}

    def wait_for(self, screen: str, timeout_s: float, line: str = "") -> bool:
        """Until the terminal shows ``screen`` (over ``line``, if given)."""
        return wait_until(
            lambda: self.snapshot.get("screen") == screen and (not line or self.snapshot.get("line") == line),
            timeout_s,
        )

    def wait_ready(self, timeout_s: float) -> bool:
        """Until both lines are proved."""

        def both_ready() -> bool:
            lines = self.status().get("lines", {}).values()
            return len(lines) > 0 and all(each["readiness"] == "ready" for each in lines)

        return wait_until(both_ready, timeout_s, 0.1)

    def screens_since(self, when: float) -> list[str]:
        """Names of the screens shown since ``when`` (monotonic), without repetition."""
        names = [snapshot["screen"] for at, snapshot in list(self._seen) if at >= when]
        return [name for number, name in enumerate(names) if number == 0 or names[number - 1] != name]

    def seen_since(self, when: float) -> list[tuple[float, dict[str, Any]]]:
        """Every picture since ``when``, with the monotonic second at which it came."""
        found: list[tuple[float, dict[str, Any]]] = []
        for at, snapshot in reversed(list(self._seen)):
            if at < when:
                break
            found.append((at, snapshot))
        return found[::-1]

    def ask(self, method: str, **params: Any) -> Any:
        """One request to the switchboard. Raises: KioskError."""
        client = Client(self._socket_path, "cli")
        try:
            return client.request(method, params)
        finally:
            client.close()

    def status(self) -> dict[str, Any]:
        """The status report; empty while no switchboard answers."""
        try:
            found: dict[str, Any] = self.ask("status")
        except KioskError:
            return {}
        return found

    def _follow(self) -> None:
        client = Client(self._socket_path, "screen")
        while not self._closing.is_set():
            try:
                push = client.next_push(0.2)
            except RetryLater:
                time.sleep(0.05)
                continue
            if push is not None and push.get("type") == "snapshot":
                self._seen.append((time.monotonic(), push))
        client.close()


class Ear:
    """The earpiece's recording, from a mark on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.from_s = _length_s(path)

    def wait_for(self, said: Path, timeout_s: float) -> float:
        """How surely ``said`` was heard since the mark; returns as soon as it surely was."""
        best = 0.0

        def heard() -> bool:
            nonlocal best
            best = max(best, similarity(said, self._path, self.from_s))
            return best >= CROSSED

        wait_until(heard, timeout_s, 0.5)
        return best

    def told(self, prompt: Path, timeout_s: float) -> float:
        """How surely the terminal's own ``prompt`` was said since the mark."""
        wait_until(lambda: presence(prompt, self._path, self.from_s) >= CROSSED, timeout_s, 0.5)
        return presence(prompt, self._path, self.from_s)

    def keep(self, copy: Path) -> None:
        """Keep what was heard since the mark as a WAV of its own."""
        with wave.open(str(self._path)) as source:
            source.setpos(min(round(self.from_s * source.getframerate()), source.getnframes()))
            frames, params = source.readframes(source.getnframes()), source.getparams()
        with wave.open(str(copy), "wb") as out:
            out.setparams(params)
            out.writeframes(frames)


def newest(folder: Path, pattern: str) -> Path | None:
    """The recording that was begun last."""
    found = sorted(folder.glob(pattern), key=lambda path: int("".join(c for c in path.stem if c.isdigit()) or 0))
    return found[-1] if found else None


def keep(source: Path, copy: Path) -> None:
    shutil.copyfile(source, copy)


def _length_s(path: Path) -> float:
    try:
        with wave.open(str(path)) as source:
            return float(source.getnframes() / source.getframerate())
    except (OSError, EOFError, wave.Error):
        return 0.0
