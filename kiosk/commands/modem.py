"""``kiosk modem probe | dial``: a modem looked at and tried by hand, without a switchboard.

No file of settings is needed; with ``--config`` port and SIM PIN come from it. Emergency numbers are dialled on a
simulated modem alone: 112 is never tried on a live network, and this command has no caller in need behind it.
"""

import asyncio
import contextlib
import dataclasses
import re
import signal
from pathlib import Path
from typing import Any

from hardware.families import FAMILIES
from hardware.modem import ModemConfig
from hardware.modem_events import CallEnded, LineOpened, ModemStatus, SoundFlow, SoundReady
from hardware.outcome import EndedBy, Outcome, ended_by, outcome_of, why_not
from kiosk import configuration
from kiosk.calls.dialplan import FIXED_EMERGENCY
from kiosk.commands import output
from kiosk.commands.modem_session import PERMANENT, Session, is_simulated, session
from kiosk.commands.modem_sound import Sound, port_beside
from kiosk.commands.output import DONE, FAILED
from kiosk.errors import BadInput
from kiosk.lines import modem_config

AFTER_PLAY_S = 0.5
EMERGENCY = FIXED_EMERGENCY | {
    "114", "115", "116000", "116117", "119", "191", "196", "000", "08", "110", "118", "911", "999",
}  # fmt: skip
"""Refused on a live network: France's, and what a phone treats as an emergency call (3GPP TS 22.101 §10.1.1)."""
GOOD = frozenset((Outcome.ANSWERED, Outcome.LINE_OPEN))


def probe(config: Path | None, port: str, *, as_json: bool) -> int:
    """Look at the modem: what it is, and whether it could call. Done when it could. Raises: BadInput."""
    status, family = asyncio.run(_probed(_place(config, port)))
    found = {"port": port, **_shown(status), "family": family}
    if as_json:
        output.document(found)
    else:
        _print(found)
    return DONE if status.is_ready else FAILED


async def _probed(place: ModemConfig) -> tuple[ModemStatus, str]:
    async with session(place, lambda event: None) as modem:
        return await modem.settled(), modem.modem.family.name


def _shown(status: ModemStatus) -> dict[str, Any]:
    verdict = "ready" if status.is_ready else why_not(status).value
    return {"verdict": verdict, "ready": status.is_ready, **dataclasses.asdict(status)}


def _print(found: dict[str, Any]) -> None:
    output.line(f"{found['port']}: {found['verdict']}" + (f": {found['reason']}" if found["reason"] else ""))
    output.line(f"  model {found['model'] or 'unknown'}, family {found['family']}, SIM {found['sim'] or 'unknown'}")
    signal_text = "unknown" if found["signal_dbm"] is None else f"{found['signal_dbm']} dBm"
    output.line(f"  network {found['operator'] or 'none'} {found['technology']}, signal {signal_text}")


def dial(
    config: Path | None,
    number: str,
    port: str,
    *,
    family: str | None,
    play: Path | None,
    record: Path | None,
    pcm_port: str,
    seconds: float | None,
    as_json: bool,
) -> int:
    """Place one call; events as JSON lines, the outcome last. Done when the line opened. Raises: BadInput."""
    digits = re.sub(r"[ ./()-]", "", number)
    if not re.fullmatch(r"\+?[0-9]{2,20}", digits):
        raise BadInput(f"{number!r} is no telephone number; give digits, or + and digits")
    place = _place(config, port, family)
    if digits.lstrip("+") in EMERGENCY | place.emergency and not is_simulated(place.port):
        raise BadInput(
            f"{digits} is an emergency number and {place.port} a real port: it is never tried on a live network; "
            "dial it on a simulated modem (docs/modems.md)"
        )
    sound = Sound(play, record)
    if seconds is None and play is not None:
        seconds = sound.length_s + AFTER_PLAY_S
    call = _Call(sound if play or record else None, pcm_port, seconds)
    outcome, by = asyncio.run(call.place(place, digits))
    if as_json:
        output.json_line({"outcome": outcome, "ended_by": by})
    else:
        output.line(f"{outcome}, ended by {by}")
    return DONE if outcome in GOOD else FAILED


class _Call:
    """One call from ATD to its end."""

    def __init__(self, sound: Sound | None, pcm_port: str, seconds: float | None) -> None:
        self._sound = sound
        self._pcm_port = pcm_port
        self._seconds = seconds

    async def place(self, place: ModemConfig, number: str) -> tuple[Outcome, EndedBy]:
        """Dial and wait for the end."""
        try:
            async with session(place, output.json_line) as modem:
                status = await modem.settled()
                why = why_not(status)
                is_blocked = not status.is_ready and (why in PERMANENT or not status.is_open)
                if is_blocked and number not in place.emergency:
                    modem.tell("not_dialled", reason=status.reason)
                    return why, EndedBy.MODEM
                return await self._follow(modem, number, status)
        finally:
            if self._sound is not None:
                self._sound.stop()

    async def _follow(self, modem: Session, number: str, status: ModemStatus) -> tuple[Outcome, EndedBy]:
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(ValueError, RuntimeError):  # not in the main thread: a test's
                loop.add_signal_handler(each, modem.modem.hang_up, "call")
        modem.tell("dialled", family=modem.modem.family.name)
        modem.modem.dial("call", number)
        certain: bool | None = None
        while True:
            match await modem.next():
                case LineOpened(_, is_certain):
                    certain = is_certain
                    if self._seconds is not None:
                        loop.call_later(self._seconds, modem.modem.hang_up, "call")
                case SoundReady(_, is_on):
                    self._begin_sound(modem, is_on)
                case SoundFlow(_, may_send) if self._sound is not None:
                    self._sound.hold(not may_send)
                case CallEnded() as ended:
                    outcome = outcome_of(ended, certain, status)
                    return outcome, ended_by(ended, outcome)

    def _begin_sound(self, modem: Session, is_on: bool) -> None:
        if self._sound is None or not is_on:
            return
        port = self._pcm_port or modem.modem.sound_port or port_beside(modem.port)
        if not port:
            modem.tell("no_sound", reason="the port of the modem's sound is not known; give it with --pcm-port")
            return
        self._sound.open(port)
        if self._sound.fault:
            modem.tell("no_sound", reason=self._sound.fault)


def _place(config: Path | None, port: str, family: str | None = None) -> ModemConfig:
    """Where the modem is: by the arguments, laid over the settings where a file was given. Raises: BadInput."""
    if family is not None and family not in FAMILIES:
        raise BadInput(f"--family {family}: give one of {', '.join(sorted(FAMILIES))}")
    known = ModemConfig("") if config is None else modem_config(configuration.load(config))
    # A box of this call is nobody's evidence: the technician stands beside it.
    place = dataclasses.replace(known, port=port or known.port, family=family or "", black_box=None)
    if not place.port:
        raise BadInput("no port: give --port, or --config with a site's file that has modem.port")
    return place
