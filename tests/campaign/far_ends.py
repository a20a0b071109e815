"""The far ends of a terminal in the campaign: sipp for the trunk, the simulated modem's world, and a tone in each.

The trunk's tone is not the mobile one's, so that the ear's recording shows which line the caller was joined to.
"""

import json
import math
import shutil
import socket
import struct
import subprocess
import threading
import time
import wave
from pathlib import Path

from tests.campaign.plan import Race, Voip
from tests.campaign.scenario import scenario
from tests.ports import free_port

TRUNK_HZ, MOBILE_HZ, CALLER_HZ = 1000, 600, 1600
READY_S = 10.0
START_TRIES = 3


class Sipp:
    """One sipp that plays the platform of one race, until :meth:`end`."""

    def __init__(self, race: Race, folder: Path, contact: str, media: int) -> None:
        binary = shutil.which("sipp")
        if binary is None:
            raise FileNotFoundError("sipp is not installed; apt-get install sip-tester")
        folder.mkdir(parents=True)
        self.folder = folder
        (folder / "scenario.xml").write_text(scenario(race, contact, media), encoding="utf-8")
        for _ in range(START_TRIES):
            if self._has_started(binary):
                return
        raise RuntimeError(f"sipp does not start: {self._errors()}")

    def _has_started(self, binary: str) -> bool:
        """Start it on ports of its own; False when somebody else came by them first."""
        self.port = free_port()
        self._child = subprocess.Popen(
            [binary, "-sf", "scenario.xml", "-i", "127.0.0.1", "-p", str(self.port), "-mi", "127.0.0.1",
             "-mp", str(free_port(4)), "-nostdin", "-trace_err", "-error_file", "errors.log",
             "-trace_msg", "-message_file", "messages.log"],
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + READY_S
        while not _is_bound(self.port):
            if self._child.poll() is not None or time.monotonic() > until:
                self.end()
                return False
            time.sleep(0.005)
        return True

    def end(self) -> None:
        """End it at once: what it had to say is in its files."""
        self._child.kill()
        self._child.wait()

    def complaint(self) -> str:
        """What came that the scenario does not have."""
        return "\n".join(line for line in self._errors().splitlines() if "unexpected" in line.lower())[:600]

    def _errors(self) -> str:
        path = self.folder / "errors.log"
        return path.read_text("utf-8", "replace") if path.exists() else "no word of why"


def _is_bound(port: int) -> bool:
    """Has somebody taken this UDP port? Looked up and not tried: trying would take it from who comes."""
    wanted = f":{port:04X} "
    return any(wanted in line[:24] for line in Path("/proc/net/udp").read_text(encoding="ascii").splitlines())


class Tone(threading.Thread):
    """The trunk's voice: a frame of tone for every packet that comes, back to its sender."""

    def __init__(self) -> None:
        super().__init__(name="tone", daemon=True)
        self._socket = socket.socket(type=socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.2)
        self.port = int(self._socket.getsockname()[1])
        self.heard: list[tuple[float, bool]] = []
        """When each packet of the terminal's came, and whether it was loud."""
        self.is_mute = False
        """Nothing comes and nothing goes."""
        self._closing = threading.Event()
        self._frame = bytes(_alaw(round(8000 * math.sin(2 * math.pi * TRUNK_HZ * n / 8000))) for n in range(160))
        self.start()

    def close(self) -> None:
        self._closing.set()
        self.join(2)
        self._socket.close()

    def run(self) -> None:
        sequence: dict[tuple[str, int], int] = {}
        while not self._closing.is_set():
            try:
                data, peer = self._socket.recvfrom(2048)
            except OSError:
                continue
            if self.is_mute or len(data) < 13 or data[1] & 0x7F != 8:
                continue
            self.heard.append((time.monotonic(), len(set(data[12:])) > 4))
            number = sequence[peer] = sequence.get(peer, 0) + 1
            header = struct.pack("!BBHII", 0x80, 8, number & 0xFFFF, number * 160 & 0xFFFFFFFF, peer[1])
            self._socket.sendto(header + self._frame, peer)


class MobileWorld:
    """The control socket and the journal of a simulated modem."""

    def __init__(self, control: Path, journal: Path) -> None:
        self._control = control
        self._journal = journal

    def set(self, race: Race) -> None:
        """The far end of the next call."""
        times = f"alert_after_s={race.mobile_alert_s:.4f} answer_after_s={race.mobile_answer_s:.4f}"
        self.tell(f"set script={race.mobile} {times}")

    def tell(self, line: str) -> dict[str, object]:
        """Play one line of the world's doings."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(self._control))
            connection.sendall(line.encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n") and (chunk := connection.recv(1 << 16)):
                answer += chunk
        told: dict[str, object] = json.loads(answer)
        if not told.get("ok"):
            raise ValueError(f"the simulated modem does not take {line!r}: {told.get('error')}")
        return told

    def journal(self, start: int = 0) -> list[dict[str, object]]:
        """Its entries from number ``start`` on."""
        if not self._journal.exists():
            return []
        text = self._journal.read_text(encoding="utf-8")
        return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()[start:]]


def write_tone(path: Path, hertz: int, seconds: float) -> Path:
    """A WAV of one tone, 16 kHz."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        samples = (round(8000 * math.sin(2 * math.pi * hertz * n / 16_000)) for n in range(round(16_000 * seconds)))
        out.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path


def is_together(race: Race) -> bool:
    """Does the platform wait for the mobile line in this race?"""
    return race.voip in (Voip.ALERTS_TOGETHER, Voip.ANSWERS_TOGETHER)


def _alaw(sample: int) -> int:
    """G.711 A-law of one 16-bit sample (ITU-T G.711 §2.3)."""
    magnitude, mask = (sample, 0xD5) if sample >= 0 else (-sample - 1, 0x55)
    magnitude = min(magnitude >> 3, 0xFFF)
    exponent = max(0, magnitude.bit_length() - 5)
    mantissa = (magnitude >> (exponent if exponent else 1)) & 0x0F if exponent > 1 else (magnitude >> 1) & 0x0F
    return ((exponent << 4) | mantissa) ^ mask
