"""How fast and how right the directory's search is, beside four others: ``python -m benchmarks.directory``."""
