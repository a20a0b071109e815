"""The hub: what terminals send arrives here, and the platform reads it. Shares only docs/wire.md with kiosk."""
