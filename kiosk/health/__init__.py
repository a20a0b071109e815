"""How the terminal is, for the people who maintain it: read off its parts, judged, filed as a record of its own."""
