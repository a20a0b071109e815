"""May this modem be expected to carry a voice call, and if not, why: one rule over all that was asked of it. Pure.

Signal and operator prove nothing: a modem that is registered for messages alone, or whose firmware has no voice, shows
both (3GPP TS 27.007 §7.2, §8.71).
"""

from dataclasses import dataclass

from hardware.answers import STAT_REASONS, VOICE_STATS

LTE_STATS = frozenset((1, 5))
"""+CEREG stats of a served modem: with IMS on top they carry voice (VoLTE)."""


@dataclass(frozen=True)
class Seen:
    """One look at the modem."""

    model: str = ""
    sim: str = ""
    """``READY``, ``SIM PIN``, ..., ``none``, ``busy``; as :attr:`hardware.modem_events.ModemStatus.sim`."""
    voice_stat: int | None = None
    """+CREG."""
    lte_stat: int | None = None
    """+CEREG."""
    has_ims: bool | None = None
    """Registered with the network's telephony over LTE; None: the family does not say."""
    has_voice: bool = True
    """False: the module or its firmware cannot speak at all."""
    pin_was_refused: bool = False
    tries_left: int | None = None
    """Of the PIN, where it was asked; None otherwise."""


def is_registered(seen: Seen) -> bool:
    """Whether the network takes voice calls from this modem: circuit-switched, or over IMS."""
    return seen.voice_stat in VOICE_STATS or (seen.has_ims is True and seen.lte_stat in LTE_STATS)


def reason_against(seen: Seen) -> str:
    """Why no call is to be expected, in English for the technician, with the remedy; empty when one is."""
    if not seen.has_voice:
        return f"{seen.model or 'this modem'} has no voice firmware; fit a module that can speak"
    against_sim = _against_sim(seen)
    if against_sim or is_registered(seen):
        return against_sim
    if seen.voice_stat == 3 and seen.lte_stat in LTE_STATS:
        return "registered for data, refused for voice; ask the operator for VoLTE on this SIM"
    if seen.has_ims is False and seen.voice_stat in (0, 2) and seen.lte_stat in LTE_STATS:
        return "registered for data only: no VoLTE (IMS); ask the operator for VoLTE on this SIM and for this module"
    return STAT_REASONS.get(
        -1 if seen.voice_stat is None else seen.voice_stat, "the modem does not say whether it is registered"
    )


def _against_sim(seen: Seen) -> str:
    match seen.sim:
        case "READY":
            return ""
        case "none":
            return "no SIM card; insert one (112 needs it too in France)"
        case "busy":
            return "the SIM is not ready yet"
        case "SIM PIN" if seen.pin_was_refused:
            return "the SIM refused sim_pin and is not asked again; correct it in the secrets file and restart"
        case "SIM PIN" if seen.tries_left is not None:
            return f"the SIM asks for its PIN (tries left: {seen.tries_left}); unlock it in a telephone"
        case "SIM PIN":
            return "the SIM asks for its PIN; set sim_pin in the secrets file, or take the PIN off the card"
    return f"the SIM says {seen.sim}; ask its operator"
