"""The settings' table of the handset's test of itself; read with all others by kiosk.configuration."""

from typing import Annotated

import msgspec

Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]


class Cradle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The handset's test of itself: on its hook, a short quiet tone from earpiece to microphone (docs/audio.md)."""

    enabled: bool = True
    """False: never played."""
    every_s: Seconds = 21_600.0
    """Between two tests."""
    after_visit_s: Seconds = 5.0
    """From hanging up after a call to the test."""
    again_s: Seconds = 60.0
    """After a bad test, or in a noisy room, the next one comes so soon."""
    hertz: Annotated[tuple[Annotated[float, msgspec.Meta(ge=200, le=3400)], ...], msgspec.Meta(min_length=1)] = (
        620.0,
        1040.0,
        1720.0,
    )
    """The notes, one after the other."""
    note_s: Annotated[float, msgspec.Meta(ge=0.05, le=1)] = 0.1
    """Length of each."""
    dbfs: Annotated[float, msgspec.Meta(ge=-50, le=-20)] = -30.0
    """Level of each, root mean square: quiet in a room."""
