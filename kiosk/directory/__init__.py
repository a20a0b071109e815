"""The offline relay directory: from published open data to a bundle that a terminal carries. A leaf of the house."""
