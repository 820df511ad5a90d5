"""How much disk the database takes, and giving back what rows that are gone leave free."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

UNITS = ("bytes", "kB", "MB", "GB", "TB")


@dataclass(frozen=True)
class DatabaseSpace:
    """In bytes. ``free`` is kept for new rows inside; None where the database does not tell."""

    size: int
    free: int | None = None


def database_space() -> DatabaseSpace:
    """Of the whole SQLite file, or of the audit log's table in PostgreSQL."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('audit_event')")
            return DatabaseSpace(int(cursor.fetchone()[0]))
        page, pages, unused = (_pragma(cursor, name) for name in ("page_size", "page_count", "freelist_count"))
        return DatabaseSpace(page * pages, page * unused)


def give_back() -> None:
    """Rewrite what :func:`database_space` measures, without its gaps. Whoever writes waits meanwhile.

    Needs as much free disk as what is left is large. Raises ``django.db.Error`` when that is not possible.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # No limit: it copies the whole table.
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM (FULL, ANALYZE) audit_event")
            cursor.execute("RESET statement_timeout")
            return
        cursor.execute("VACUUM")
        # Until then the file itself is as it was, and the new content waits beside it.
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _pragma(cursor: CursorWrapper, name: str) -> int:
    cursor.execute(f"PRAGMA {name}")
    return int(cursor.fetchone()[0])


def in_words(size: int) -> str:
    """``207 MB``."""
    number, unit = float(size), 0
    while number >= 1000 and unit < len(UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{number:.0f} {UNITS[unit]}" if number >= 10 or not unit else f"{number:.1f} {UNITS[unit]}"
