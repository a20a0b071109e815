"""``manage.py forget``: deletes single visits that are older than docs/privacy.md allows. For a daily job."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from hub.fleet.models import Event

KEPT_DAYS = 396
"""Thirteen months."""


class Command(BaseCommand):
    """Deletes old events, calls with them. A terminal that sends one of them again would file it anew, for a day."""

    help = f"Delete records that arrived more than {KEPT_DAYS} days ago; prints how many."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--days``."""
        parser.add_argument("--days", type=int, default=KEPT_DAYS, help=f"default {KEPT_DAYS}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete and print the number of events."""
        oldest = timezone.now() - timedelta(days=options["days"])
        _, by_model = Event.objects.filter(received_at__lt=oldest).delete()
        self.stdout.write(str(by_model.get("fleet.Event", 0)))
