"""Importers: what others publish, read into records. One module a format; a bad line is reported and stops nothing.

Each has ``read(paths, report)``: the services, made one at a time as they are asked for, so that no country need be in
memory; and the sources, to be asked for after them. Raises: BadInput, also from the services, when a file as a whole
cannot be read.
"""
