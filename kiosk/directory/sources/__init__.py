"""Importers: what others publish, read into records. One module a format; a bad line is reported and stops nothing."""
