"""A modem's set-up and its regular look at SIM, network and voice.

Never ``COPS=?`` (minutes, and any byte aborts it). A PIN that was refused is never tried again, and none is tried
unless the modem said that more than one try is left: a retry loop has locked SIM cards in the field.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hardware.answers import operator, registration, signal_dbm, sim_state
from hardware.at import Answered, Command
from hardware.at_channel import Urgency
from hardware.families import FAMILIES, recognise
from hardware.families.family import Family
from hardware.families.generic import GENERIC
from hardware.modem_events import ModemStatus
from hardware.usb import UsbIdentity
from hardware.voice_readiness import Seen, is_registered, reason_against

log = logging.getLogger(__name__)

START = (
    "ATE0", "AT+CMEE=2", "AT+CFUN=1", "AT+CLIP=1", "AT+CRC=1", "AT+COLP=0", "AT+CREG=2", "AT+CEREG=2", "AT+CVHU=0",
    "AT&D0", "AT+CMUT=0",
)  # fmt: skip
"""Sent at each start in this order; any of them may fail (modems differ), only silence matters."""
WORDS = ("AT+CGMI", "AT+CGMM", "AT+CGMR")
"""Maker, model, firmware (3GPP TS 27.007 §5.1 to §5.3)."""
AUTOMATIC = Command("AT+COPS=0", 30.0, may_be_broken=True)
"""Network selection may last half a minute: a dial breaks it off."""
BUSY_CODES = frozenset((14, 515))
"""CME: SIM busy; SIMCom's "please wait, init"."""
NO_SIM_CODES = frozenset((10, 13, 15))


class Asks(Protocol):
    """What is needed of an :class:`~hardware.at_channel.AtChannel`."""

    async def ask(
        self, command: Command, urgency: Urgency = Urgency.POLL, is_wanted: Callable[[], bool] = ...
    ) -> Answered | None:
        """Send ``command`` in its turn; None without a valid answer."""


@dataclass(frozen=True)
class Wishes:
    """What the set-up is told by the configuration."""

    pin: str = ""
    family: str = ""
    """A name of ``FAMILIES`` that is believed instead of the modem's own words."""
    by_card: bool = False
    """Whether the sound goes over the module's own sound card rather than a serial port."""


class Health:
    """What the modem's owner asks of it while no call is up. Event loop only."""

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._pin_was_tried = False
        self._pin_is_good = False
        self._tries_left: int | None = None
        self._family: Family = GENERIC
        self._model = ""
        self._has_voice = True

    def guess(self, usb: UsbIdentity | None) -> Family:
        """The family before the modem has said anything: for a call that cannot wait for its set-up."""
        self._family = FAMILIES.get(self._wishes.family) or recognise("", usb)
        return self._family

    async def set_up(self, channel: Asks, usb: UsbIdentity | None = None) -> Family:
        """Bring an opened modem into our state; returns its family."""
        for text in START:
            await channel.ask(Command(text, 15.0 if "CFUN" in text else 2.0))
        words = [await _word(channel, text) for text in WORDS]
        self._model = " ".join(filter(None, words[:2]))
        everything = " ".join(filter(None, words))
        # Its name first: the firmware's may hold the name of the chip's maker.
        named = recognise(self._model)
        family = FAMILIES.get(self._wishes.family) or (recognise(everything, usb) if named is GENERIC else named)
        self._family = family
        for text in (*family.setup, family.card_setup if self._wishes.by_card else family.audio_setup):
            if text:
                await channel.ask(Command(text, 3.0))
        self._has_voice = not re.search(f"{family.voiceless}|{GENERIC.voiceless}", everything, re.I)
        if self._has_voice and family.voice:
            self._has_voice = await _state(channel, family.voice, family.voice_of) is not False
        log.info("modem %s -> family %s", everything or "without a name", family.name)
        if not self._has_voice:
            log.error("modem %s -> refused: it cannot carry voice", self._model or "without a name")
        elif family is GENERIC and not self._wishes.family:
            log.warning("modem %s -> not known: plain 3GPP TS 27.007, no answer is certain", everything or "nameless")
        return family

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
        if sim is None or is_wanted_elsewhere():
            return None
        serving = operator(rows["+COPS"])
        if serving is not None and serving.mode == 2:
            # Somebody left the modem deregistered; nothing else brings it back.
            log.warning("modem was told to stay off the network -> automatic selection")
            await channel.ask(AUTOMATIC, Urgency.POLL, lambda: not is_wanted_elsewhere())
        family = self._family
        seen = Seen(
            model=self._model,
            sim=sim,
            voice_stat=registration(rows["+CREG"]),
            lte_stat=registration(rows["+CEREG"]),
            has_ims=await _state(channel, family.ims, family.ims_of) if family.ims else None,
            has_voice=self._has_voice,
            pin_was_refused=self._pin_was_tried and not self._pin_is_good,
            tries_left=self._tries_left,
        )
        return ModemStatus(
            is_open=True,
            model=self._model,
            family=family.name,
            sim=sim,
            is_registered=is_registered(seen),
            operator=serving.name if serving is not None else "",
            technology=serving.technology if serving is not None else "",
            signal_dbm=signal_dbm(rows["+CSQ"]),
            has_voice=self._has_voice,
            reason=reason_against(seen),
        )

    async def _sim(self, channel: Asks) -> str | None:
        state = _sim_of(await _ask_sim(channel))
        family = self._family
        self._tries_left = None
        may_try = self._pin_is_good or not self._pin_was_tried
        if state != "SIM PIN" or not self._wishes.pin or not may_try or not family.pin_tries:
            return state
        counter = await channel.ask(Command(family.pin_tries, 3.0, rows=family.pin_tries[2:3], needs_row=True))
        left = [n for n in map(family.pin_tries_of, counter.rows if counter else ()) if n is not None]
        if not left or left[0] < 2:
            log.error("the SIM's PIN is not tried: %s tries left", left[0] if left else "unknown")
            self._tries_left = left[0] if left else None
            return state
        # Said before it is sent: a modem that dies over it must not be given a second try.
        self._pin_was_tried, self._pin_is_good = True, False
        answer = await channel.ask(Command(f'AT+CPIN="{self._wishes.pin}"', 5.0))
        if answer is None or not answer.result.is_ok:
            log.error("the SIM refused its PIN; it is not tried again. Correct sim_pin in the secrets file")
            return state
        self._pin_is_good = True
        return _sim_of(await _ask_sim(channel))


async def _word(channel: Asks, text: str) -> str:
    answer = await channel.ask(Command(text, rows="*", needs_row=True))
    rows = answer.rows if answer is not None and answer.result.is_ok else ()
    return " ".join(re.sub(r"^\+CGM[IMR]: ?", "", row).strip('" ') for row in rows)


async def _state(channel: Asks, text: str, state_of: Callable[[str], bool | None]) -> bool | None:
    """A question that the family answers with yes, no, or (None) not at all."""
    answer = await channel.ask(Command(text, 3.0, rows=text[2:3]))
    states = [state_of(row) for row in answer.rows] if answer is not None and answer.result.is_ok else []
    return next((state for state in states if state is not None), None)


async def _ask_sim(channel: Asks) -> Answered | None:
    return await channel.ask(Command("AT+CPIN?", 5.0, rows="+CPIN:", needs_row=True))


def _sim_of(answer: Answered | None) -> str | None:
    if answer is None:
        return None
    if answer.rows:
        state = sim_state(answer.rows[-1]) or ""
        return {"NOT INSERTED": "none", "NOT READY": "busy", "SIM REMOVED": "none"}.get(state.upper(), state)
    code = answer.result.code
    if code in NO_SIM_CODES:
        return "none"
    return (
        "busy"
        if code in BUSY_CODES
        else {11: "SIM PIN", 12: "SIM PUK"}.get(code or 0, f"error {code or answer.result.word}")
    )
