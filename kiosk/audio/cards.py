"""Finds the handset's sound card by a name that survives a reboot. Pure.

Card *numbers* are given out in the order in which cards appear, and USB cards appear as they please; the card's
*id* and *name* stay (docs/audio.md tells how to read them). A configured name is part of either, in any case.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.errors import NeedsTechnician

_NUMBERED = re.compile(r"^(?:(?:plug)?hw:)?\d+(?:,\d+)*$")
_BY_ID = re.compile(r"^[a-z]+:(?:CARD=)?(?P<id>[^,]+)", re.IGNORECASE)
_HARDWARE = re.compile(r"\s*\(hw:(?P<card>\d+),\d+\)$")
_CARD_LINE = re.compile(r"^\s*(?P<number>\d+)\s+\[(?P<id>[^\]]*?)\s*\]:", re.MULTILINE)


@dataclass(frozen=True)
class SoundDevice:
    """One thing that can record or play, as the sound library lists it."""

    index: int
    """Its place in the library's list; valid until the list is read again."""
    name: str
    """Without its number."""
    card_id: str
    """ALSA's id of the card; empty for a server such as PulseAudio."""
    inputs: int
    outputs: int


def card_ids(proc_asound_cards: str) -> dict[int, str]:
    """Card ids by number, from the text of ``/proc/asound/cards``."""
    return {int(found["number"]): found["id"] for found in _CARD_LINE.finditer(proc_asound_cards)}


def sound_device(index: int, listed: str, inputs: int, outputs: int, ids: Mapping[int, str]) -> SoundDevice:
    """A device from the library's name for it, as ``USB Audio: - (hw:1,0)``."""
    hardware = _HARDWARE.search(listed)
    card_id = ids.get(int(hardware["card"]), "") if hardware else ""
    return SoundDevice(index, _HARDWARE.sub("", listed).strip(" :-"), card_id, inputs, outputs)


def find(devices: Sequence[SoundDevice], wanted: str, direction: str) -> SoundDevice:
    """The device that ``wanted`` means for ``direction`` (``input`` or ``output``, also the settings' keys).

    Raises: NeedsTechnician, naming what is there and what to do.
    """
    where = f"[audio] {direction} = {wanted!r}"
    able = [one for one in devices if (one.inputs if direction == "input" else one.outputs) > 0]
    there = "; there are: " + (", ".join(sorted({_shown(one) for one in able})) or "none")
    if _NUMBERED.match(wanted):
        raise NeedsTechnician(f"{where}: a card number changes at reboot; give part of the card's id or name{there}")
    by_id = _BY_ID.match(wanted)
    key = (by_id["id"] if by_id else wanted).casefold()
    exact = [one for one in able if key in (one.card_id.casefold(), one.name.casefold())]
    partial = [one for one in able if key in one.card_id.casefold() or key in one.name.casefold()]
    found = exact or partial
    if not found:
        raise NeedsTechnician(f"{where}: no such sound card; plug it in, or correct the name{there}")
    if len({one.card_id or one.name for one in found}) > 1:
        raise NeedsTechnician(f"{where}: means more than one sound card; give more of its name{there}")
    return found[0]


def _shown(one: SoundDevice) -> str:
    return f"{one.card_id} ({one.name})" if one.card_id else one.name
