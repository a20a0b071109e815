"""What the hub keeps. docs/privacy.md says why, and for how long, of each field."""

import hashlib
import secrets

from django.db import models


class Terminal(models.Model):
    """One terminal that may send. Its token is known to it alone: here is its SHA-256 (the token is random)."""

    id = models.CharField(max_length=63, primary_key=True)
    site = models.CharField(max_length=200, blank=True)
    token_sha256 = models.CharField(max_length=64)
    enabled = models.BooleanField(default=True)
    added_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True)

    def give_token(self, token: str = "") -> str:
        """Set a new token (drawn when not given) and return it: it is never shown again. Does not save."""
        token = token or secrets.token_urlsafe(32)
        self.token_sha256 = hash_token(token)
        return token

    def owns(self, token: str) -> bool:
        """This terminal may send, and ``token`` is its own."""
        return bool(self.enabled) and secrets.compare_digest(self.token_sha256, hash_token(token))


class Event(models.Model):
    """One record as it came, opened."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="events")
    event_id = models.CharField(max_length=26)
    """The ULID the terminal gave; one per terminal, however often it is sent."""
    seq = models.BigIntegerField()
    boot = models.CharField(max_length=64)
    boot_ms = models.BigIntegerField()
    wall_ms = models.BigIntegerField()
    clock = models.CharField(max_length=8)
    kind = models.CharField(max_length=32)
    version = models.PositiveIntegerField()
    record = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    filed_at = models.DateTimeField()
    """When the terminal filed it, by the best clock there was."""
    dated_by = models.CharField(max_length=12)
    """terminal: its clock was right; boot: counted back from the request; guess: its clock is all there is."""
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """One row an event and terminal: what makes sending twice harmless."""

        constraints = (models.UniqueConstraint(fields=["terminal", "event_id"], name="one_row_an_event"),)


class Call(models.Model):
    """One visit that called, laid out for reading and counting. Derived from its event."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, primary_key=True, related_name="call")
    started_at = models.DateTimeField(db_index=True)
    language = models.CharField(max_length=2)
    purpose = models.CharField(max_length=12)
    """Of the first attempt."""
    lines = models.CharField(max_length=200)
    """Lines tried, in order, with commas; ``+`` before one that was dialled to save a dropped call."""
    answered = models.BooleanField()
    ended_by = models.CharField(max_length=12)
    result = models.CharField(max_length=16)
    """Of the attempt that was answered, else of the last one."""
    rescues = models.PositiveIntegerField()
    off_hook_ms = models.BigIntegerField()
    talk_ms = models.BigIntegerField()


def hash_token(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
