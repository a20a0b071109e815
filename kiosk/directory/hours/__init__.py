"""Opening times: French words to OSM ``opening_hours``, and those to open, closed, unknown or holiday (docs/hours.md).

Pure throughout: no clock is read, no file but the system's time zones.
"""
