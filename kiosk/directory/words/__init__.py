"""What people's words mean: letters folded alike, words cut to stems, plain speech read as needs (docs/words.md)."""
