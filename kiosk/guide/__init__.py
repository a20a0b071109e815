"""Finding a relay with handset and keypad: what a visitor of the directory is shown and told, page by page. Pure."""
