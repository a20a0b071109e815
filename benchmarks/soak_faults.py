"""What befalls a terminal in a soak: each fault is done to it in the middle of a call, and undone after it.

A fault is a function of the stand; what undoes it is returned, or None where the terminal has to do that itself.
"""

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.soak_stand import SoakStand

Undo = Callable[[], None]
Fault = Callable[["SoakStand", random.Random], Undo | None]


def nothing(stand: "SoakStand", dice: random.Random) -> Undo | None:
    """A call like any other."""
    return None


def voice_killed(stand: "SoakStand", dice: random.Random) -> Undo | None:
    """The voice process is gone at once; its spare takes over."""
    _signal(stand.status()["voice"]["pid"], signal.SIGKILL)
    return None


def voice_hangs(stand: "SoakStand", dice: random.Random) -> Undo | None:
    """It stops turning and is ended by core after 4 s."""
    _signal(stand.status()["voice"]["pid"], signal.SIGSTOP)
    return None


def spare_killed(stand: "SoakStand", dice: random.Random) -> Undo | None:
    """The one that stands by is gone."""
    _signal(stand.status()["voice"].get("spare_pid"), signal.SIGKILL)
    return None


def platform_killed(stand: "SoakStand", dice: random.Random) -> Undo | None:
    """No BYE, no packet; another is started in its place after the call."""
    stand.scene.stage.kill("platform")
    return stand.start_platform


def platform_hangs(stand: "SoakStand", dice: random.Random) -> Undo | None:
    """Sound stops, and nothing is answered any more; it goes on after the call."""
    pid = stand.scene.stage.pid("platform")
    _signal(pid, signal.SIGSTOP)
    return lambda: _signal(pid, signal.SIGCONT)


def modem_unplugged(stand: "SoakStand", dice: random.Random) -> Undo | None:
    """Both serial ports vanish, and come back after the call."""
    stand.modem("vanish")
    return lambda: stand.modem("return")


def modem_restarts(stand: "SoakStand", dice: random.Random) -> Undo | None:
    """A brown-out: all settings forgotten, any call gone."""
    stand.modem("reboot")
    return None


def network_hangs_up(stand: "SoakStand", dice: random.Random) -> Undo | None:
    """The mobile network ends whatever call there is."""
    stand.modem("hang_up")
    return None


def courier_killed(stand: "SoakStand", dice: random.Random) -> Undo | None:
    """It is started again at once, and finds no hub."""
    stand.scene.stage.kill("courier", for_good=False)
    return None


def handset_flapped(stand: "SoakStand", dice: random.Random) -> Undo | None:
    """Down and up, several times, and a press on the way."""
    for _ in range(dice.randint(2, 6)):
        stand.ask("sim", do="hang_up")
        time.sleep(dice.uniform(0.0, 0.1))
        stand.ask("sim", do="lift")
        if dice.random() < 0.5:
            stand.ask("sim", do="press", name="help")
    return None


def link_down(stand: "SoakStand", dice: random.Random) -> Undo | None:
    """The network is gone from under everything (in a network namespace of the soak's own)."""
    _link("down")
    return lambda: _link("up")


def garbage_at_sip_and_sound(stand: "SoakStand", dice: random.Random) -> Undo | None:
    """Datagrams that are no messages, at every UDP port of the voice process."""
    with socket.socket(type=socket.SOCK_DGRAM) as sender, contextlib.suppress(OSError):
        for port in udp_ports(stand.status()["voice"]["pid"]):
            for _ in range(50):
                sender.sendto(_garbage(dice), ("127.0.0.1", port))
    return None


def garbage_at_the_socket(stand: "SoakStand", dice: random.Random) -> Undo | None:
    """Lines that are no requests, half lines, and clients that leave without a word or never read."""
    for _ in range(10):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            client.connect(str(stand.socket))
            client.sendall(dice.choice((b'{"type":"hello","role":"screen"}\n', b"", b"{}\n")))
            client.sendall(dice.randbytes(dice.randint(0, 3000)).replace(b"\n", b" ")[: dice.randint(0, 3000)])
    return None


ALWAYS: dict[Fault, int] = {
    nothing: 40, voice_killed: 6, voice_hangs: 2, spare_killed: 4, platform_killed: 6, platform_hangs: 6,
    modem_unplugged: 5, modem_restarts: 3, network_hangs_up: 4, courier_killed: 4, handset_flapped: 8,
    garbage_at_sip_and_sound: 7, garbage_at_the_socket: 6,
}  # fmt: skip
"""How often each befalls, by weight."""
WITH_A_NETWORK_OF_ITS_OWN: dict[Fault, int] = {**ALWAYS, link_down: 6}


def udp_ports(pid: int) -> list[int]:
    """Local UDP ports of a process."""
    inodes = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            inodes.add(str(each.readlink()).removeprefix("socket:[").removesuffix("]"))
    rows = [line.split() for line in Path(f"/proc/{pid}/net/udp").read_text(encoding="ascii").splitlines()[1:]]
    return sorted({int(row[1].rpartition(":")[2], 16) for row in rows if row[9] in inodes})


def _garbage(dice: random.Random) -> bytes:
    half = b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1\r\nCSeq: 1 INVITE\r\nContent-Length: 99999\r\n\r\n"
    begun = b"INVITE sip:x SIP/2.0\r\nVia: ;;;\r\nTo: <" + b"a" * 500
    noise = dice.randbytes(dice.randint(1, 1400))
    rtp = b"\x80\x08" + noise[:170]
    return dice.choice((noise, half, begun, rtp, b"", b"\r\n\r\n", half[: dice.randint(1, len(half))]))


def _signal(pid: int | None, number: signal.Signals) -> None:
    if pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _link(state: str) -> None:
    subprocess.run(["ip", "link", "set", "lo", state], check=True)
