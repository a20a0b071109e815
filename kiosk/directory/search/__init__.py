"""From a person's question to the services that answer it, best first (docs/search.md)."""
