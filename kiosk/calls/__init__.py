"""Decides what happens to a call: inputs and line events come in, effects for the lines and the ear go out."""
