"""The catalogue of all words a person reads or hears, and the recordings made from it."""
