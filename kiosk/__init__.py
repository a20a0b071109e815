"""The terminal's own code: the switchboard, the voice, the screen and the courier."""
