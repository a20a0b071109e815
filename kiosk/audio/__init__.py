"""The handset's sound: what the ear hears and what the mouth says, mixed at 16 kHz."""
