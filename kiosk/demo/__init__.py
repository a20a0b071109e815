"""The whole story on one machine: platform, hub and terminal as the processes they are."""
