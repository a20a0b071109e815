"""``manage.py make_keys FILE``: a new key pair; the private half goes into FILE, the public one is printed."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub.fleet.seal import make_key


class Command(BaseCommand):
    """Makes a pair. An existing file gets one more line, so that records sealed to the old key still open."""

    help = "Make a key pair; prints the public key, which goes into every terminal's outbox.hub_public_key."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE."""
        parser.add_argument("file", type=Path, help="private keys, one a line; made with mode 0600")

    def handle(self, *args: Any, **options: Any) -> None:
        """Append the private key, print the public one alone on standard output."""
        private, public = make_key()
        try:
            fd = os.open(options["file"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(fd, "w", encoding="ascii") as file:
                file.write(private + "\n")
                file.flush()
                os.fsync(fd)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        self.stdout.write(public)
