"""What the `kiosk` command line does, a module a family; `--json` prints one document, logs go to standard error."""
