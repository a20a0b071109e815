"""Keeps call records safe on the card until the hub says, one by one, that it has them."""
