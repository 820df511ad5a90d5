"""The index by which texts are searched: which words stand in which assistant, and every word by its letters.

A term is looked up among the words first, where it may stand in the middle of one; there are far fewer of them than
texts. The words that hold it name the assistants, so no text is read to find, count or rank. SQLite and PostgreSQL
keep the same words. The triggers keep SQLite's indexes beside the tables; a migration that rebuilds one of the tables
has to make them again.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

from django.db import DatabaseError, OperationalError, connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from assistants_ui.models import CatalogDocument, CatalogWord
from dashboard.bounds import TIDIED_WORDS

Value = str | int | list[int]

log = logging.getLogger(__name__)

WORD = re.compile(r"\w+")
# A long part of a word is looked for by some of its letters, and then in the words that have them.
INDEXED, MOST_INDEXED = 3, 24
DOCUMENTS, WORDS = CatalogDocument._meta.db_table, CatalogWord._meta.db_table


class Place(IntEnum):
    """The texts of an assistant in which words count, the best first."""

    NAME = 0
    DESCRIPTION = 1
    LABELS = 2
    FUNCTIONS = 3
    INSTRUCTIONS = 4
    ID = 5


def _sqlite(table: str, key: str, column: str, index: str, options: str) -> list[str]:
    """An index of one column, and the triggers that keep it."""
    added = f"INSERT INTO {index}(rowid, {column}) VALUES (new.{key}, new.{column});"  # noqa: S608  (names of ours)
    removed = f"INSERT INTO {index}({index}, rowid, {column}) VALUES ('delete', old.{key}, old.{column});"  # noqa: S608
    return [
        f"""CREATE VIRTUAL TABLE {index} USING fts5(
            {column}, content='{table}', content_rowid='{key}', detail='none', {options})""",
        f"CREATE TRIGGER {index}_added AFTER INSERT ON {table} BEGIN {added} END",
        f"CREATE TRIGGER {index}_removed AFTER DELETE ON {table} BEGIN {removed} END",
        f"CREATE TRIGGER {index}_changed AFTER UPDATE OF {column} ON {table} BEGIN {removed} {added} END",
    ]


SQLITE = [
    *_sqlite(DOCUMENTS, "entry_id", "words", "catalog_words", "tokenize='ascii'"),
    *_sqlite(WORDS, "id", "word", "catalog_letters", "tokenize='trigram case_sensitive 1'"),
    "CREATE VIRTUAL TABLE catalog_used USING fts5vocab(catalog_words, row)",
]
# To unpack each text takes longer than to look for words in it.
POSTGRESQL = (
    f"ALTER TABLE {DOCUMENTS} ALTER COLUMN text SET STORAGE EXTERNAL",
    f"CREATE INDEX catalog_words ON {DOCUMENTS} USING gin (words)",
)
TRIGRAMS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    f"CREATE INDEX catalog_letters ON {WORDS} USING gin (word gin_trgm_ops)",
)
# What was put in last lies beside such an index, unsorted, and every search reads through it.
SORT_IN = f"""
    SELECT gin_clean_pending_list(made.oid) FROM pg_index JOIN pg_class made ON made.oid = pg_index.indexrelid
    WHERE pg_index.indrelid IN ('{DOCUMENTS}'::regclass, '{WORDS}'::regclass)
    AND made.relam = (SELECT oid FROM pg_am WHERE amname = 'gin') AND pg_has_role(made.relowner, 'USAGE')"""  # noqa: S608  (names of ours)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the indexes of this database, over tables that are empty."""
    with connection.cursor() as cursor:
        for statement in SQLITE if connection.vendor == "sqlite" else POSTGRESQL:
            cursor.execute(statement)
    if connection.vendor == "postgresql":
        try:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                for statement in TRIGRAMS:
                    cursor.execute(statement)
        except DatabaseError as error:
            # The same assistants are found without it, by reading every word.
            log.warning("Searches will be slower, because the extension pg_trgm cannot be made: %s", error)


def tokens_of(texts: Sequence[str], known: dict[str, int]) -> dict[int, str]:
    """A token for each word of an assistant's folded texts, which follow the order of :class:`Place`.

    It stands for the word and the best place where it occurs. ``known`` remembers the numbers of words between calls.
    """
    best: dict[str, int] = {}
    # The best place of a word is the last to be noted.
    for place in reversed(range(len(texts))):
        best.update(dict.fromkeys(WORD.findall(texts[place]), place))
    return {(known.get(word) or known.setdefault(word, _number(word))) | place: word for word, place in best.items()}


def _number(word: str) -> int:
    """60 bits for the word, then three for its place. No two words share them, short of ten billion of them."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big") >> 4 << 3


def place_of(token: int) -> int:
    """Where the word of this token stands."""
    return token & 7


def keep_words(found: Iterable[Mapping[int, str]]) -> None:
    """Put in the words that are new. Needs a transaction, which puts in the assistants that hold them as well."""
    tokens: dict[int, str] = {}
    for each in found:
        tokens |= each
    with connections[router.db_for_write(CatalogWord)].cursor() as cursor:
        # In one order, so that two who put in the same words never wait for each other.
        cursor.executemany(
            f"INSERT INTO {WORDS} (id, word) VALUES (%s, %s) ON CONFLICT DO NOTHING",  # noqa: S608  (a name of ours)
            sorted(tokens.items()),
        )


def tidy(*, has_forgotten: bool) -> None:
    """After a walk: take out the words that no assistant holds any more, and make looking up quick.

    ``has_forgotten``: something may have been taken out or changed since the last time. Not in a transaction.
    """
    try:
        if connections[router.db_for_write(CatalogWord)].vendor == "postgresql":
            last = -1 if has_forgotten else None
            while last is not None:
                last = _forget_some(last)
            with connections[router.db_for_write(CatalogWord)].cursor() as cursor:
                cursor.execute(SORT_IN)
        else:
            _tidy_sqlite()
    except OperationalError as error:
        log.warning("Words that nobody holds any more stay in the catalog until it is read again: %s", error)


def _forget_some(last: int) -> int | None:
    """PostgreSQL: look through some of the words after this one, and return the last of them; None at the end."""
    with transaction.atomic(), connections[router.db_for_write(CatalogWord)].cursor() as cursor:
        # Who has found one of these words there, and is putting in an assistant that holds it, is waited for.
        cursor.execute(f"LOCK TABLE {WORDS} IN EXCLUSIVE MODE")
        some = f"SELECT id FROM {WORDS} WHERE id > %s ORDER BY id LIMIT {TIDIED_WORDS}"  # noqa: S608
        cursor.execute(f"SELECT max(id) FROM ({some}) AS few", [last])  # noqa: S608
        end: int | None = cursor.fetchone()[0]
        held = f"SELECT 1 FROM {DOCUMENTS} WHERE words && ARRAY[{WORDS}.id]"  # noqa: S608
        cursor.execute(f"DELETE FROM {WORDS} WHERE id > %s AND id <= %s AND NOT EXISTS ({held})", [last, end])  # noqa: S608
    return end


def _tidy_sqlite() -> None:
    with transaction.atomic(), connections[router.db_for_write(CatalogWord)].cursor() as cursor:
        cursor.execute(f"DELETE FROM {WORDS} WHERE id NOT IN (SELECT CAST(term AS INTEGER) FROM catalog_used)")  # noqa: S608
        cursor.execute("INSERT INTO catalog_letters(catalog_letters) VALUES ('optimize')")


def tokens_holding(part: str, *, last: Place, most: int) -> list[int] | None:
    """The tokens of all words that hold this part of a word, up to the ``last`` place; None for more than ``most``."""
    connection = connections[router.db_for_read(CatalogWord)]
    params: list[str | int] = [part, last, most + 1]
    if connection.vendor == "postgresql":
        held = "strpos(word, %s) > 0"
        if len(part) >= INDEXED:
            held = f"word LIKE %s AND {held}"
            params.insert(0, "%" + part[:MOST_INDEXED].replace("_", r"\_") + "%")
        source = WORDS
    else:
        held, source = "instr(word, %s) > 0", WORDS
        if len(part) >= INDEXED:
            held = f"{WORDS}.id = letters.rowid AND catalog_letters MATCH %s AND instr({WORDS}.word, %s) > 0"
            source = f"catalog_letters letters CROSS JOIN {WORDS}"
            params.insert(0, _letters(part))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {WORDS}.id FROM {source} WHERE {held} AND (id & 7) <= %s LIMIT %s", params)  # noqa: S608
        found = [row[0] for row in cursor.fetchall()]
    return found if len(found) <= most else None


def _letters(part: str) -> str:
    """Letters that stand in every word that holds the part, as SQLite's index of them wants to be asked."""
    threes = dict.fromkeys(part[at : at + INDEXED] for at in range(0, len(part) - INDEXED + 1, INDEXED))
    return " AND ".join(f'"{three}"' for three in list(threes)[: MOST_INDEXED // INDEXED])


def holding(groups: Sequence[Iterable[int]], *, vendor: str) -> tuple[str, list[Value]]:
    """SQL for the ids of the entries that hold a token of each group, and its parameters."""
    if vendor == "postgresql":
        held = " AND ".join(["words && %s::bigint[]"] * len(groups))
        return f"SELECT entry_id AS id FROM {DOCUMENTS} WHERE {held}", [list(group) for group in groups]  # noqa: S608
    match = " AND ".join(f"({' OR '.join(map(str, group))})" for group in groups)
    return "SELECT rowid AS id FROM catalog_words WHERE catalog_words MATCH %s", [match]
