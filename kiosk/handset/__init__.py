"""Is the handset well: the cradle test's verdicts, their trend on the card, the hook's honesty. Core's side."""
