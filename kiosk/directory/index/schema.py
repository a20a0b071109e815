"""How an index is laid out (docs/search.md draws it). Pure: tables, and the constants of both sides."""

APPLICATION_ID = 0x534F5344
"""``SOSD``, in the header of the file: an index, not some other database."""
INDEX_VERSION = 6
"""Grows with every change of what is written here or filed by it: an index of another version is built again."""
STEMS = "fr"
"""Words of every language are cut as French ones: what matters is that question and index do it alike."""
NAME_MARK = "="
"""In front of a stem that stands in the name: ``mission`` is any text that has it, ``=mission`` a name."""
BLOCK = 64
"""Relays that lie side by side on the curve share one box of the R-tree."""

CREATE = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE record (key INTEGER PRIMARY KEY, id TEXT NOT NULL, line BLOB NOT NULL);
CREATE TABLE cells (name TEXT PRIMARY KEY, cells BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE hours (key INTEGER PRIMARY KEY, hours BLOB NOT NULL, week BLOB);
CREATE VIRTUAL TABLE words USING fts5(
    tokens, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '-:='"
);
CREATE VIRTUAL TABLE block USING rtree(key, south, north, west, east, +first INTEGER, +last INTEGER);
CREATE TABLE word (
    key INTEGER PRIMARY KEY, word TEXT NOT NULL, term TEXT NOT NULL, relays INTEGER NOT NULL, named INTEGER NOT NULL
);
CREATE TABLE slip (form INTEGER NOT NULL, word INTEGER NOT NULL, PRIMARY KEY (form, word)) WITHOUT ROWID;
"""

INDEXES = """
CREATE UNIQUE INDEX record_id ON record (id);
CREATE UNIQUE INDEX word_word ON word (word);
"""
