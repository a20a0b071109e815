"""Correction: "tell the platform this is wrong", as it is kept and sent (docs/wire.md, docs/privacy.md). Pure.

It names a relay, so it names no visit: who looked at which relay is nobody's business. No free text either: what a hand
types there is sooner or later about a person.
"""

from enum import StrEnum

import msgspec


class Wrong(StrEnum):
    """What of a relay is wrong. Wire value; catalogue names ``wrong.<value>`` of ``worker.toml``."""

    NUMBER = "number"
    """Its telephone number."""
    HOURS = "hours"
    ADDRESS = "address"
    CLOSED = "closed"
    """It does not exist any more."""
    OTHER = "other"


class By(StrEnum):
    """Who says so. Wire value."""

    CALLER = "caller"
    """Somebody with the handset, at the directory's pages."""
    WORKER = "worker"
    """Somebody in the social worker's mode."""


class Correction(msgspec.Struct, frozen=True, kw_only=True, tag="correction", tag_field="kind"):
    """One record of kind ``correction``, version 1."""

    id: str
    """ULID; also the event's."""
    relay: str
    """The record's id in the bundle."""
    bundle: str
    """SHA-256 of the bundle's lines, hex: in which state of the directory it was wrong; empty: not known."""
    wrong: Wrong
    by: By
