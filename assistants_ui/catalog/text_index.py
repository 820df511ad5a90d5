"""The index by which the folded texts are searched: three letters each, in SQLite and in PostgreSQL.

Both find every occurrence of a term, also in the middle of a word, so both give the same results. The triggers
keep SQLite's index beside the table; a migration that rebuilds the table has to make them again.
"""

from __future__ import annotations

import logging

from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger(__name__)

# Longer phrases are looked for by some of their letters, and then in the texts themselves.
LONGEST_PHRASE, MOST_THREES = 64, 24

SQLITE = (
    """CREATE VIRTUAL TABLE assistants_ui_catalogtext USING fts5(
        text, content='assistants_ui_catalogdocument', content_rowid='entry_id',
        tokenize='trigram case_sensitive 1')""",
    """CREATE TRIGGER catalog_text_added AFTER INSERT ON assistants_ui_catalogdocument BEGIN
        INSERT INTO assistants_ui_catalogtext(rowid, text) VALUES (new.entry_id, new.text); END""",
    """CREATE TRIGGER catalog_text_removed AFTER DELETE ON assistants_ui_catalogdocument BEGIN
        INSERT INTO assistants_ui_catalogtext(assistants_ui_catalogtext, rowid, text)
        VALUES ('delete', old.entry_id, old.text); END""",
    """CREATE TRIGGER catalog_text_changed AFTER UPDATE OF text ON assistants_ui_catalogdocument BEGIN
        INSERT INTO assistants_ui_catalogtext(assistants_ui_catalogtext, rowid, text)
        VALUES ('delete', old.entry_id, old.text);
        INSERT INTO assistants_ui_catalogtext(rowid, text) VALUES (new.entry_id, new.text); END""",
)
SQLITE_AWAY = (
    *(f"DROP TRIGGER IF EXISTS catalog_text_{name}" for name in ("added", "removed", "changed")),
    "DROP TABLE IF EXISTS assistants_ui_catalogtext",
)
POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """CREATE INDEX IF NOT EXISTS assistants_ui_catalogtext ON assistants_ui_catalogdocument
        USING gin (text gin_trgm_ops)""",
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the index of this database."""
    if connection.vendor == "sqlite":
        remove(connection)
        with connection.cursor() as cursor:
            for statement in SQLITE:
                cursor.execute(statement)
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # To unpack each text takes longer than to look for words in it.
            cursor.execute("ALTER TABLE assistants_ui_catalogdocument ALTER COLUMN text SET STORAGE EXTERNAL")
        try:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                for statement in POSTGRESQL:
                    cursor.execute(statement)
        except DatabaseError as error:
            # The same assistants are found without it, by reading every text.
            log.warning("Searches will be slow, because the extension pg_trgm cannot be made: %s", error)


def is_found_exactly(term: str) -> bool:
    """Whether the index alone can tell which texts hold the term.

    It compares the places of all the letters of a phrase, so a long phrase, or one that repeats itself like "aaaa",
    would cost as much as a text of that kind is long, for each of its letters.
    """
    return len(term) <= LONGEST_PHRASE and len(_threes(term)) == len(term) - 2


def match_of(terms: list[str]) -> str:
    """The terms as SQLite's full text search wants them, all together: each as a phrase, or as what stands in it.

    The texts that are found hold at least the letters of the terms; see :func:`is_found_exactly`.
    """
    phrases = [part for term in terms for part in ([term] if is_found_exactly(term) else _threes(term)[:MOST_THREES])]
    return " AND ".join(f'"{phrase.replace(chr(34), chr(34) * 2)}"' for phrase in phrases)


def _threes(term: str) -> list[str]:
    """Every three letters in a row, each once."""
    return list(dict.fromkeys(term[at : at + 3] for at in range(len(term) - 2)))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop it; the table stays."""
    statements = SQLITE_AWAY if connection.vendor == "sqlite" else ("DROP INDEX IF EXISTS assistants_ui_catalogtext",)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
