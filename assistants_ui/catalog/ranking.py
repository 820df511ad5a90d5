"""Where the words were found, in SQL of our own: building it from expressions takes longer than the search itself."""

from __future__ import annotations

from functools import lru_cache

from django.db import connections, router

from assistants_ui.catalog.filters import INDEXED, WORTH_AN_ID, Filters
from assistants_ui.catalog.text_index import is_found_exactly, match_of
from assistants_ui.models import CatalogEntry

# The texts that count for finding, the best first; the instructions are what is left, and the id comes last.
BEST_FIRST = ("name_key", "description_key", "labels_key", "functions_key")
ENTRY = CatalogEntry._meta.db_table


def rank(terms: list[str], *, vendor: str) -> tuple[str, list[str]]:
    """0 to 2: in the name, 3 to 5: in what comes next, 6: in the instructions, 7: in the id; and its parameters."""
    whole = " ".join(terms)
    within = [term for columns in _searched(len(terms)) for term in terms for _ in columns]
    in_id = [term for term in terms if len(term) >= WORTH_AN_ID]
    sql = _rank_sql(len(terms), len(in_id), "strpos" if vendor == "postgresql" else "instr")
    return sql, [whole, whole, *within, *in_id]


def _searched(terms: int) -> list[tuple[str, ...]]:
    """The columns in which the terms have to be for each of the ranks. A single one is not in an earlier column."""
    return [BEST_FIRST[count - 1 if terms == 1 else 0 : count] for count in range(1, len(BEST_FIRST) + 1)]


@lru_cache(maxsize=64)
def _rank_sql(terms: int, in_id: int, position: str) -> str:
    def holds(column: str) -> str:
        return f'{position}("{ENTRY}"."{column}", %s)'

    cases = [f'WHEN "{ENTRY}"."name_key" = %s THEN 0', f"WHEN {holds('name_key')} = 1 THEN 1"]
    for count, columns in enumerate(_searched(terms), start=1):
        anywhere = " OR ".join(f"{holds(column)} > 0" for column in columns)
        cases.append(f"WHEN {' AND '.join([f'({anywhere})'] * terms)} THEN {1 + count}")
    if in_id:
        cases.append(f"WHEN {' OR '.join([holds('id_key') + ' > 0'] * in_id)} THEN 7")
    return f"CASE {' '.join(cases)} ELSE 6 END"


def can_be_quick(filters: Filters) -> bool:
    """Whether only words are looked for, all of them in SQLite's index: that is what somebody does who types."""
    vendor = connections[router.db_for_read(CatalogEntry)].vendor
    is_indexed = all(len(term) >= INDEXED and is_found_exactly(term) for term in filters.terms)
    return vendor == "sqlite" and list(filters.given) == ["q"] and is_indexed


def first_keys(workspace: str, terms: list[str], *, limit: int, falls: bool) -> tuple[int, list[int]]:
    """How many entries hold all terms, and the keys of the first of them, the best first. SQLite only."""
    ranked, params = rank(terms, vendor="sqlite")
    short = [term for term in terms if len(term) < WORTH_AN_ID]
    sql = _quick_sql(ranked, len(short), "DESC" if falls else "ASC")
    beside = [value for term in short for value in (term, term)]
    with connections[router.db_for_read(CatalogEntry)].cursor() as cursor:
        cursor.execute(sql, [match_of(terms), workspace, *beside, *params, limit])
        rows = cursor.fetchall()
    return (rows[0][1] if rows else 0), [key for key, _ in rows]


@lru_cache(maxsize=64)
def _quick_sql(ranked: str, short: int, order: str) -> str:
    # A short term that stands only in the id was found by chance; the text, whose end the id is, is read only then.
    elsewhere = f"""
        AND (instr("{ENTRY}"."id_key", %s) = 0 OR (
            SELECT instr(d.text, %s) < length(d.text) - length("{ENTRY}"."id_key")
            FROM assistants_ui_catalogdocument d WHERE d.entry_id = "{ENTRY}"."id"))"""  # noqa: S608  (names of ours; every value is a parameter)
    return f"""
        SELECT "{ENTRY}"."id", count(*) OVER ()
        FROM assistants_ui_catalogtext t CROSS JOIN "{ENTRY}" ON "{ENTRY}"."id" = t.rowid
        WHERE t.assistants_ui_catalogtext MATCH %s AND +"{ENTRY}"."workspace" = %s AND NOT "{ENTRY}"."is_deleted"
        {elsewhere * short}
        ORDER BY {ranked}, "{ENTRY}"."created_at" {order}, "{ENTRY}"."place" {order} LIMIT %s"""  # noqa: S608
