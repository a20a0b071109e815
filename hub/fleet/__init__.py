"""Terminals, the events they send, and the calls in them."""
