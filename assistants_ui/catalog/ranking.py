"""Where the words were found, in SQL of our own: building it from expressions takes longer than the search itself.

The names of tables and columns are ours, and every value is a parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections, router

from assistants_ui.catalog.text_index import DOCUMENTS, WORD, Place, Value, holding, place_of, tokens_holding
from assistants_ui.models import CatalogEntry
from dashboard.bounds import SEARCH_PIECES, SEARCH_WORDS

ENTRY = CatalogEntry._meta.db_table
# What is shorter occurs in one id or another by chance, so there it does not count.
WORTH_AN_ID = 6
# Where the texts of each place stand; the whole text has those of the places before the instructions as well.
COLUMNS = [f"{ENTRY}.{name}_key" for name in ("name", "description", "labels", "functions")]
TEXT, ID = f"{DOCUMENTS}.text", f"{ENTRY}.id_key"


@dataclass(frozen=True)
class Sql:
    """A query for the ids of entries, with its parameters."""

    text: str
    params: list[Value]


@dataclass(frozen=True)
class SearchTerm:
    """A word or phrase to search for, and the words of the index that contain it.

    Each group holds the index's words for one piece of the term: a text can contain the term only if it has a word of
    every group. ``is_word``: then it certainly does, so that no text has to be read. ``last``: the last place in which
    the term counts.
    """

    text: str
    last: Place
    groups: list[list[int]]
    is_word: bool

    def groups_until(self, place: Place) -> list[list[int]]:
        """The groups, with only the words at this place or before it."""
        return [[token for token in group if place_of(token) <= place] for group in self.groups]


def look_up(texts: Sequence[str]) -> list[SearchTerm]:
    """Each term with its words. Asks the database once for each term, or for a few words of a phrase."""
    return [_looked_up(text, most=SEARCH_WORDS // len(texts)) for text in texts]


def _looked_up(text: str, *, most: int) -> SearchTerm:
    last = Place.ID if len(text) >= WORTH_AN_ID else Place.INSTRUCTIONS
    pieces = sorted(set(WORD.findall(text)), key=len, reverse=True)[:SEARCH_PIECES]
    found = [tokens_holding(piece, last=last, most=most) for piece in pieces]
    groups = [group for group in found if group is not None]
    return SearchTerm(text, last, groups, is_word=pieces == [text] and bool(groups))


def matching(workspace: str, terms: Sequence[SearchTerm]) -> Sql | None:
    """The entries that hold all terms; None where there are none."""
    groups = [group for one in terms for group in one.groups]
    if not all(groups):
        return None
    indexed = Sql(*holding(groups, vendor=_vendor())) if groups else None
    in_texts = [one for one in terms if not one.is_word]
    if indexed and not in_texts:
        return indexed
    source = f"({indexed.text}) AS indexed CROSS JOIN {ENTRY}" if indexed else ENTRY
    conditions = [f"{ENTRY}.id = indexed.id"] if indexed else []
    conditions.append(f"{ENTRY}.workspace = %s AND {DOCUMENTS}.entry_id = {ENTRY}.id")
    params: list[Value] = [*(indexed.params if indexed else []), workspace]
    for one in in_texts:
        conditions.append(_is_in([TEXT] if one.last < Place.ID else [TEXT, ID]))
        params += [one.text] * (1 if one.last < Place.ID else 2)
    text = f"SELECT {ENTRY}.id FROM {source} CROSS JOIN {DOCUMENTS} WHERE {' AND '.join(conditions)}"  # noqa: S608
    return Sql(text, params)


def rank(terms: Sequence[SearchTerm]) -> Sql:
    """How well an entry that holds all terms matches, the lowest best.

    0 to 2: in its name, which equals the terms, begins with them or holds them elsewhere. 3 to 5: as far as its
    description, labels or functions. 6: as far as its instructions. 7: a term is only in its id.
    """
    cases, params = [], list[Value]()
    adding = {place_of(token) for one in terms for group in one.groups for token in group}
    for place in Place:
        can_add = place in adding or not all(one.is_word for one in terms)
        if place < Place.INSTRUCTIONS and can_add and all(all(one.groups_until(place)) for one in terms):
            if place is Place.NAME:
                whole, name = " ".join(one.text for one in terms), COLUMNS[place]
                cases.append(f"WHEN {name} = %s THEN 0 WHEN {_position()}({name}, %s) = 1 THEN 1")
                params += [whole, whole]
            holds = _holds_until(place, terms)
            cases.append(f"WHEN {holds.text} THEN {place + 2}")
            params += holds.params
    for one in terms:
        if one.last is Place.ID and (Place.ID in adding or not one.is_word):
            holds = _holds_until(Place.INSTRUCTIONS, [one])
            cases.append(f"WHEN {_is_in([ID])} AND NOT ({holds.text}) THEN 7")
            params += [one.text, *holds.params]
    # A bare number would be taken for the number of a column to sort by.
    return Sql(f"CASE {' '.join(cases)} ELSE 6 END" if cases else "6 + 0", params)


def _holds_until(place: Place, terms: Sequence[SearchTerm]) -> Sql:
    """The condition of an entry that it holds all terms at this place or before."""
    conditions, params = [], list[Value]()
    groups = [group for one in terms if one.is_word for group in one.groups_until(place)]
    if not all(groups):
        return Sql("1 = 0", [])
    if groups:
        indexed = Sql(*holding(groups, vendor=_vendor()))
        conditions.append(f"{ENTRY}.id IN ({indexed.text})")
        params += indexed.params
    for one in terms:
        if not one.is_word and place < Place.INSTRUCTIONS:
            conditions.append(_is_in(COLUMNS[: place + 1]))
            params += [one.text] * (place + 1)
        elif not one.is_word:
            conditions.append(f"(SELECT {_is_in([TEXT])} FROM {DOCUMENTS} WHERE entry_id = {ENTRY}.id)")  # noqa: S608
            params.append(one.text)
    return Sql(" AND ".join(conditions), params)


def first_keys(workspace: str, terms: Sequence[SearchTerm], *, limit: int, descending: bool) -> tuple[int, list[int]]:
    """How many entries hold all terms, and the keys of the first of them, the best first."""
    found, ranked = matching(workspace, terms), rank(terms)
    if found is None:
        return 0, []
    order = "DESC" if descending else "ASC"
    # PostgreSQL takes the count for one that could end early, and would go through all entries in order for it.
    first = "AS MATERIALIZED" if _vendor() == "postgresql" else "AS"
    text = f"""
        WITH found {first} ({found.text}) SELECT {ENTRY}.id, count(*) OVER () FROM found CROSS JOIN {ENTRY}
        WHERE {ENTRY}.id = found.id AND {ENTRY}.workspace = %s AND NOT {ENTRY}.is_deleted
        ORDER BY {ranked.text}, {ENTRY}.created_at {order}, {ENTRY}.place {order} LIMIT %s"""  # noqa: S608
    with connections[router.db_for_read(CatalogEntry)].cursor() as cursor:
        cursor.execute(text, [*found.params, workspace, *ranked.params, limit])
        rows = cursor.fetchall()
    return (rows[0][1] if rows else 0), [key for key, _ in rows]


def _is_in(columns: Sequence[str]) -> str:
    """The condition that one of the columns holds a term, which is a parameter for each of them."""
    return "(" + " OR ".join(f"{_position()}({column}, %s) > 0" for column in columns) + ")"


def _position() -> str:
    return "strpos" if _vendor() == "postgresql" else "instr"


def _vendor() -> str:
    return connections[router.db_for_read(CatalogEntry)].vendor
