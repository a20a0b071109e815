"""The mobile line against the simulated modem: a real process, real pseudo-terminals, real pyserial."""
