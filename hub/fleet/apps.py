"""Django's name for this app."""

from django.apps import AppConfig


class FleetConfig(AppConfig):
    """Terminals and their records."""

    name = "hub.fleet"
    label = "fleet"
