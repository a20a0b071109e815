"""The screen process: draws each snapshot of the switchboard, sends back intents."""
