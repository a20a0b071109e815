"""``manage.py add_terminal ID``: lets a terminal send, and prints its token, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import RegexValidator

from hub.fleet.models import Terminal

_is_id = RegexValidator(r"^[a-z0-9][a-z0-9-]{1,62}\Z")


class Command(BaseCommand):
    """Adds a terminal, or with ``--again`` gives one a new token."""

    help = "Add a terminal; prints its token, which goes into the terminal's secrets file as hub_token."

    def add_arguments(self, parser: CommandParser) -> None:
        """ID, ``--site``, ``--token``, ``--again``."""
        parser.add_argument("id", help="lower-case letters, digits and dashes; the terminal's terminal.id")
        parser.add_argument("--site", default="", help="public name of the place")
        parser.add_argument("--token", default="", help="use this token instead of a new one (demo, tests)")
        parser.add_argument("--again", action="store_true", help="the terminal is known: give it a new token")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the row and print the token alone on standard output."""
        try:
            _is_id(options["id"])
        except Exception as error:
            raise CommandError(f"{options['id']}: use lower-case letters, digits and dashes") from error
        known = Terminal.objects.filter(pk=options["id"]).first()
        if known is not None and not options["again"]:
            raise CommandError(f"{options['id']} is there already; --again gives it a new token")
        terminal = known or Terminal(pk=options["id"])
        terminal.site = options["site"] or terminal.site
        token = terminal.give_token(options["token"])
        terminal.save()
        self.stdout.write(token)
