"""What the outbox answers: to whoever files a record, to the courier, and to the technician. Pure."""

from dataclasses import dataclass

from kiosk.outbox.envelope import Envelope
from kiosk.outbox.log import Damage


@dataclass(frozen=True)
class Kept:
    """The record is on the card."""

    seq: int
    again: bool = False
    """It was there already, with the same content."""


@dataclass(frozen=True)
class Counted:
    """The card is full: the record is lost, and durably counted as lost."""

    kind: str
    total: int
    """Records lost since the last one that was reported."""


Filed = Kept | Counted


@dataclass(frozen=True)
class Lease:
    """Events that are one courier's until it settles or its time is over. Empty ``id``: nothing to send."""

    id: str
    events: tuple[Envelope, ...]


@dataclass(frozen=True)
class Stats:
    """What the outbox holds."""

    queued: int
    """To be sent, leased ones included."""
    leased: int
    quarantined: int
    drafts: int
    lost: int
    """Counted and not yet reported."""
    next_seq: int
    file_bytes: int
    reserve_whole: bool
    damage: tuple[Damage, ...]
    """Found and set aside at this start."""


@dataclass(frozen=True)
class Queued:
    """One line of the outbox's list, for the technician: nothing from inside the seal."""

    seq: int
    id: str
    kind: str
    wall_ms: int
    state: str
    """queued, leased or quarantined."""
    reason: str = ""
