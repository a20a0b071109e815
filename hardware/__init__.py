"""Drivers of the devices around the terminal; a leaf: nothing here imports from kiosk."""
