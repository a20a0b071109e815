"""A modem's set-up, its regular look at SIM and network, and the mild steps of recovery.

Never ``COPS=?`` (minutes, and any byte aborts it). The PIN is tried at most once in the process's life, and only
after the modem said that more than one try is left: a retry loop has locked SIM cards in the field.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hardware.answers import STAT_REASONS, VOICE_STATS, operator, registration, signal_dbm, sim_state
from hardware.at import Answered, Command
from hardware.at_channel import Urgency
from hardware.families import recognise
from hardware.families.family import Family
from hardware.families.generic import GENERIC
from hardware.modem_events import ModemStatus

log = logging.getLogger(__name__)

START = (
    "ATE0", "AT+CMEE=2", "AT+CFUN=1", "AT+CLIP=1", "AT+CRC=1", "AT+COLP=0", "AT+CREG=2", "AT+CEREG=2", "AT+CVHU=0",
    "AT&D0",
)  # fmt: skip
"""Sent at each start in this order; any of them may fail (modems differ), only silence matters."""
RADIO_CYCLE_S = 180.0
"""Not registered for this long with a good SIM: the radio is switched off and on."""
RESET_S = 600.0
"""Still not registered: the module is reset. Both at most once in ``RESET_S``."""


class Asks(Protocol):
    """What is needed of an :class:`~hardware.at_channel.AtChannel`."""

    async def ask(self, command: Command, urgency: Urgency = Urgency.POLL) -> Answered | None:
        """Send ``command`` in its turn; None without a valid answer."""


@dataclass
class _Unregistered:
    since: float
    cycled: bool = False


class Health:
    """What the modem's owner asks of it while no call is up. Event loop only."""

    def __init__(self, pin: str) -> None:
        self._pin = pin
        self._pin_was_tried = False
        self._family: Family = GENERIC
        self._model = ""
        self._unregistered: _Unregistered | None = None

    async def set_up(self, channel: Asks) -> Family:
        """Bring an opened modem into our state; returns its family."""
        for text in START:
            await channel.ask(Command(text, 15.0 if "CFUN" in text else 2.0))
        words: list[str] = []
        for text in ("AT+CGMI", "AT+CGMM"):
            answer = await channel.ask(Command(text, rows="*", needs_row=True))
            words += answer.rows if answer is not None and answer.result.is_ok else ()
        self._model = " ".join(words)
        self._family = recognise(self._model)
        for text in self._family.setup:
            await channel.ask(Command(text, 3.0))
        log.info("modem %s -> family %s", self._model, self._family.name)
        return self._family

    async def look(self, channel: Asks, is_wanted_elsewhere: Callable[[], bool]) -> ModemStatus | None:
        """One full look; None when a call came between or the modem did not answer."""
        rows: dict[str, str] = {}
        sim = await self._sim(channel)
        for text in ("+CREG", "+CEREG", "+CSQ", "+COPS"):
            if is_wanted_elsewhere():
                return None
            query = f"AT{text}" if text == "+CSQ" else f"AT{text}?"
            answer = await channel.ask(Command(query, 3.0, rows=f"{text}:", needs_row=True))
            if answer is None and text == "+CREG":
                return None
            rows[text] = answer.rows[-1] if answer is not None and answer.rows else ""
        if sim is None:
            return None
        serving = operator(rows["+COPS"])
        if serving is not None and serving.mode == 2:
            # Somebody left the modem deregistered; nothing else brings it back.
            log.warning("modem was told to stay off the network -> automatic selection")
            await channel.ask(Command("AT+COPS=0", 30.0))
        stat = registration(rows["+CREG"])
        reason = self._reason(sim, stat, registration(rows["+CEREG"]))
        return ModemStatus(
            is_open=True,
            model=self._model,
            family=self._family.name,
            sim=sim,
            is_registered=stat in VOICE_STATS,
            operator=serving.name if serving is not None else "",
            technology=serving.technology if serving is not None else "",
            signal_dbm=signal_dbm(rows["+CSQ"]),
            has_voice=not re.search(self._family.voiceless, self._model),
            reason=reason,
        )

    async def recover(self, channel: Asks, status: ModemStatus, is_idle: Callable[[], bool], now: float) -> None:
        """With a good SIM and no network for long: radio off and on, later a reset. Only while ``is_idle``."""
        if status.is_registered or status.sim != "READY":
            self._unregistered = None
            return
        lost = self._unregistered
        if lost is None:
            self._unregistered = _Unregistered(now)
        elif not lost.cycled and now - lost.since > RADIO_CYCLE_S and is_idle():
            lost.cycled = True
            log.warning("no network for %.0f s -> radio off and on", now - lost.since)
            await channel.ask(Command("AT+CFUN=4", 15.0))
            await channel.ask(Command("AT+CFUN=1", 15.0), Urgency.DIAL)
        elif lost.cycled and now - lost.since > RESET_S and is_idle() and self._family.reset:
            self._unregistered = None
            log.warning("no network for %.0f s -> module reset", now - lost.since)
            await channel.ask(Command(self._family.reset, 15.0))

    def _reason(self, sim: str, stat: int | None, lte: int | None) -> str:
        if re.search(self._family.voiceless, self._model):
            return f"{self._model} has no voice firmware; fit a module that can speak"
        if sim == "none":
            return "no SIM card; insert one (112 needs it too in France)"
        if sim == "SIM PIN":
            return "the SIM asks for its PIN; set sim_pin in the secrets file, or take the PIN off the card"
        if sim != "READY":
            return f"the SIM says {sim}; ask its operator"
        if stat in VOICE_STATS:
            return ""
        if stat == 3 and lte in VOICE_STATS:
            return "registered for data, refused for voice; ask the operator for VoLTE on this SIM"
        return STAT_REASONS.get(-1 if stat is None else stat, "the modem does not say whether it is registered")

    async def _sim(self, channel: Asks) -> str | None:
        answer = await channel.ask(Command("AT+CPIN?", 5.0, rows="+CPIN:", needs_row=True))
        state = _sim_of(answer)
        if state != "SIM PIN" or not self._pin or self._pin_was_tried or not self._family.pin_tries:
            return state
        counter = await channel.ask(Command(self._family.pin_tries, 3.0, rows="+", needs_row=True))
        left = [n for n in map(self._family.pin_tries_of, counter.rows if counter else ()) if n is not None]
        if not left or left[0] < 2:
            log.error("the SIM's PIN is not tried: %s tries left", left[0] if left else "unknown")
            return state
        self._pin_was_tried = True
        answer = await channel.ask(Command(f'AT+CPIN="{self._pin}"', 5.0))
        if answer is None or not answer.result.is_ok:
            log.error("the SIM refused its PIN; it is not tried again. Correct sim_pin in the secrets file")
            return state
        return _sim_of(await channel.ask(Command("AT+CPIN?", 5.0, rows="+CPIN:", needs_row=True)))


def _sim_of(answer: Answered | None) -> str | None:
    if answer is None:
        return None
    if answer.rows:
        return sim_state(answer.rows[-1])
    return "none" if answer.result.code in (10, 13) else f"error {answer.result.code or answer.result.word}"
