"""The proof of the voice: calls of real processes over a bad network, scored as ears would. See ``__main__``."""
