"""A catalog of thousands, made by the database itself: through pages it would take minutes."""

from __future__ import annotations

from django.db import connection

from assistants_ui.catalog.entries import now, tag_key
from assistants_ui.models import CatalogEntry, CatalogState, CatalogTag

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %s)"
ENTRY = CatalogEntry._meta.db_table


def fill(count: int) -> None:
    """A complete catalog of ``main``: ``asst_0`` is the oldest, and "Assistant 0" is its name."""
    key, at = "'asst_' || i", now()
    values = {
        "workspace": "'main'",
        "assistant_id": key,
        "created_at": "1600000000 + i",
        "place": "i",
        "walk": "1",
        "kept_at": str(at),
        "is_deleted": "false",
        "digest": "''",
        "name": "'Assistant ' || i",
        "model": "'gpt-4.1-mini'",
        "files": "1",
        "changed_at": "0",
        "changed_by": "''",
        "changed_by_name": "''",
        "name_key": "'assistant ' || i",
        "description_key": "''",
        "labels_key": "''",
        "functions_key": "''",
        "id_key": key,
    }
    _run(f"INSERT INTO {ENTRY} ({', '.join(values)}) {NUMBERS} SELECT {', '.join(values.values())} FROM n", count)
    CatalogState.objects.create(workspace="main", walk=1, is_complete=True, read_at=at, ended_at=at, began_at=at)


def use(kind: CatalogTag.Kind, value: str, *, every: int) -> None:
    """Let every so many of them, ``asst_0`` among them, use this file or store."""
    _run(
        f"INSERT INTO {CatalogTag._meta.db_table} (entry_id, workspace, kind, key, value) "
        f"SELECT id, workspace, '{kind}', %s, %s FROM {ENTRY} WHERE place %% %s = 0",
        tag_key(value),
        value,
        every,
    )


def _run(sql: str, *params: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
