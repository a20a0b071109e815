"""What the world does to a running simulated modem, one line of text a deed (docs/hardware.md lists them)."""

import time
from typing import Protocol

from hardware.simulated.at_modem import AtModem
from hardware.simulated.far_end import SCRIPTS
from hardware.simulated.sound import Sound

TIMES = frozenset(
    ("alert_after_s", "answer_after_s", "no_answer_after_s", "hang_up_after_s", "pcm_after_s", "reply_after_s")
)
"""What ``set`` may change of a profile."""


class Ports(Protocol):
    """The modem's serial ports, together."""

    def appear(self) -> None:
        """Plugged in, or powered again."""

    def vanish(self) -> None:
        """Unplugged, or without power."""


class World:
    """Plays lines of control. The loop that the modem runs on."""

    def __init__(self, modem: AtModem, sound: Sound, ports: Ports) -> None:
        self._modem = modem
        self._sound = sound
        self._ports = ports

    def play(self, line: str) -> dict[str, object]:
        """One deed; the modem's state after it, or ``error`` with what is wrong with the line."""
        verb, _, words = line.partition(" ")
        wrong = self._play(verb, words.strip())
        return {"error": f"{line!r}: {wrong}"} if wrong else self.state()

    def state(self) -> dict[str, object]:
        """Everything that a test may ask for."""
        modem = self._modem
        return {
            "ok": True,
            "call_state": None if modem.call is None else int(modem.call.state),
            "calls": self._sound.calls,
            "dialled": modem.dialled,
            "digits": "".join(modem.digits),
            "pin_tries": modem.profile.pin_tries,
            "pcm": modem.pcm_on,
            "pcm_lost": self._sound.lost,
            "texts": [{"number": text.number, "text": text.text} for text in modem.texts],
            "commands": modem.commands,
        }

    def _play(self, verb: str, words: str) -> str | None:
        modem, now = self._modem, time.monotonic()
        match verb, words:
            case "hang_up", "":
                modem.remote_hang_up(now)
            case "answer", "":
                modem.remote_answer(now)
            case "network", ("on" | "off"):
                modem.set_network(words == "on", now)
            case "script", script if script in SCRIPTS:
                modem.profile.script = script
            case "set", _ if words:
                return self._set(words)
            case "deaf", ("on" | "off"):
                modem.profile.is_deaf = words == "on"
            case "choke", ("on" | "off"):
                self._sound.is_choked = words == "on"
            case "sim", ("in" | "out"):
                modem.move_sim(words == "in", now)
            case "urc", _ if words:
                modem.urc(words)
            case "glue", _ if words:
                modem.glue(words)
            case "inside", _ if words:
                modem.put_inside(words)
            case "late", _:
                return self._late(words)
            case "reboot", "":
                modem.boot()
            case "brownout", "":
                modem.brown_out()
                self._ports.vanish()
                modem.reset()
            case "vanish", "":
                self._ports.vanish()
                modem.reset()
            case "return", "":
                self._ports.appear()
                modem.boot()
            case "state", "":
                pass
            case _:
                return "unknown; see docs/hardware.md"
        return None

    def _late(self, words: str) -> str | None:
        try:
            self._modem.be_late(float(words))
        except ValueError:
            return "give the seconds by which the next answer is late"
        return None

    def _set(self, words: str) -> str | None:
        """Change the far end of the next call: ``script`` and the profile's times."""
        profile = self._modem.profile
        wanted = dict(word.partition("=")[::2] for word in words.split())
        try:
            script = wanted.pop("script", profile.script)
            times = {name: float(value) for name, value in wanted.items()}
        except ValueError as error:
            return f"{error}; give NAME=SECONDS"
        if script not in SCRIPTS or not times.keys() <= TIMES:
            return f"give script=NAME and any of {', '.join(sorted(TIMES))}"
        for name, value in {"script": script, **times}.items():
            setattr(profile, name, value)
        return None
