"""The hub's command line: ``python hub/manage.py migrate``, ``runserver``, ``add_terminal``, ``make_keys``."""

import os
import sys
from pathlib import Path

# Started by its path, Python would look for modules beside this file: the package is one level up.
sys.path[0] = str(Path(__file__).resolve().parent.parent)


def main() -> None:
    """Hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
