"""A JSON schema in a form: rows for those who know no JSON, and the JSON itself for the rest.

A browser sends the rows as ``PREFIX-0-name``, ``PREFIX-0-kind`` … and the fields of a group as
``PREFIX-0-field-0-name``; in the other mode it sends ``PREFIX-json``. Buttons that change the shape
of the form are sent as ``do`` and worked off by :meth:`SchemaText.do`, so that they need no script.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from assistants_ui.domain.canonical_values import NO_PROPERTIES, canonical_schema
from assistants_ui.domain.schemas.checks import BadJSONError, object_in, problems
from assistants_ui.domain.schemas.rows import (
    GROUPS,
    KINDS,
    NotRowsError,
    PropertyRow,
    Rows,
    bad_choices,
    rows_of,
    schema_of,
)
from assistants_ui.domain.schemas.strict import made_strict, violations
from dashboard.bounds import SCHEMA_CHARACTERS
from dashboard.lib.readable import readable_json
from dashboard.lib.texts import labelled


@dataclass(kw_only=True)
class SchemaText:
    """A schema as it stands in the form, whether it is right or not. ``text`` is set in JSON mode only.

    ``note`` says why it cannot be shown as rows, or what became of the last button pressed.
    """

    found: Rows = field(default_factory=Rows)
    text: str | None = None
    note: str = ""

    @classmethod
    def of(cls, schema: Any) -> SchemaText:
        """The schema as rows where rows can say all of it, else as JSON."""
        try:
            return cls(found=rows_of(schema))
        except NotRowsError as error:
            return cls(text=indented(schema), note=gettext("%(error)s It is shown as JSON.") % {"error": error})

    @classmethod
    def read(cls, data: QueryDict, prefix: str, places: Places) -> SchemaText:
        """What a browser sent; ``places`` are those of the whole form, found once."""
        if f"{prefix}-json" in data:
            return cls(text=data.get(f"{prefix}-json", "").replace("\r\n", "\n"))
        return cls(found=Rows(rows=_rows(data, prefix, places), rest=_json(data.get(f"{prefix}-rest", ""))))

    @property
    def rows(self) -> list[PropertyRow]:
        return self.found.rows

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kinds of a field in the reader's words, which each row offers."""
        return {kind: str(words) for kind, words in KINDS.items()}

    @cached_property
    def kinds_within(self) -> dict[str, str]:
        """The kinds of a field in a group: groups go one level deep."""
        return {kind: words for kind, words in self.kinds.items() if kind not in GROUPS}

    @property
    def rest_text(self) -> str:
        return json.dumps(self.found.rest, ensure_ascii=False)

    def schema(self, *, is_strict: bool = False) -> dict[str, Any] | None:
        """The schema, None for one without properties; rows are put under the strict rules where they are asked for.

        JSON stays as it was written. Raises :class:`BadJSONError`; check :meth:`problems` first.
        """
        if self.text is not None:
            value = object_in(self.text) if self.text.strip() else {}
        else:
            value = schema_of(Rows(rows=_filled(self.rows), rest=self.found.rest))
        if canonical_schema(value) in NO_PROPERTIES:
            return None
        strict: dict[str, Any] = made_strict(value) if is_strict and self.text is None else value
        return strict

    def problems(self, *, is_strict: bool = False) -> list[str]:
        """What must be mended before it can be saved."""
        if self.text is None and (found := _problems_of(_filled(self.rows))):
            return found
        try:
            schema = self.schema(is_strict=is_strict)
        except BadJSONError as error:
            return [str(error)]
        found = problems(schema or {})
        if is_strict and not found and schema:
            found = [labelled(gettext("Strict mode"), text) for text in violations(schema)][:3]
            found += (
                [gettext("Press “Apply the strict rules” to fix this, or switch strict mode off.")] if found else []
            )
        return found

    def do(self, action: str) -> None:
        """Work off a button: ``row``, ``json``, ``rows``, ``strict``, ``3-remove``, ``3-row``, ``3-field-1-remove``."""
        self.note = ""
        match action.split("-"):
            case ["row"]:
                self.rows.append(PropertyRow(is_required=True, is_new=True))
            case ["json"]:
                self._as_json()
            case ["rows"]:
                self._as_rows()
            case ["strict"]:
                self._strict()
            case [index, "remove"] if row := _at(self.rows, index):
                self.rows.remove(row)
            case [index, "row"] if row := _at(self.rows, index):
                row.rows.append(PropertyRow(is_required=True, is_new=True))
            case [index, "field", inner, "remove"] if row := _at(self.rows, index):
                row.rows = [item for number, item in enumerate(row.rows) if str(number) != inner]

    def _as_json(self) -> None:
        self.text = indented(schema_of(Rows(rows=_filled(self.rows), rest=self.found.rest)))

    def _as_rows(self) -> None:
        try:
            self.found, self.text = rows_of(object_in(self.text or "{}")), None
        except (BadJSONError, NotRowsError) as error:
            self.note = gettext("This cannot be shown as fields: %(error)s") % {"error": error}

    def _strict(self) -> None:
        try:
            schema = made_strict(self.schema() or {"type": "object", "properties": {}})
        except BadJSONError as error:
            self.note = str(error)
            return
        replaced = SchemaText.of(schema)
        if self.text is not None:
            self.text = indented(schema)
        else:
            self.found, self.text, self.note = replaced.found, replaced.text, replaced.note
        self.note = self.note or gettext("The strict rules were applied: check the fields, then save.")


def indented(value: Any) -> str:
    """The value as JSON that is pleasant to read, or on one line where indenting would make it too long to save."""
    text = readable_json(value)
    return text if len(text) <= SCHEMA_CHARACTERS else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


Places = Mapping[str, Sequence[int]]
NAMED = re.compile(r"(.+)-([0-9]{1,4})-name")


def places_in(data: QueryDict) -> Places:
    """For each prefix, the numbers in order for which the form holds ``PREFIX-<number>-name``."""
    found: dict[str, set[int]] = {}
    for name in data:
        if place := NAMED.fullmatch(name):
            found.setdefault(place[1], set()).add(int(place[2]))
    return {prefix: sorted(numbers) for prefix, numbers in found.items()}


def _rows(data: QueryDict, prefix: str, places: Places) -> list[PropertyRow]:
    rows = []
    for index in places.get(prefix, ()):
        here = f"{prefix}-{index}"
        rows.append(
            PropertyRow(
                name=data.get(f"{here}-name", ""),
                kind=_kind(data.get(f"{here}-kind", "string")),
                description=data.get(f"{here}-description", "").replace("\r\n", "\n"),
                is_required=f"{here}-required" in data,
                may_be_null=f"{here}-null" in data,
                choices=[text for line in data.get(f"{here}-choices", "").splitlines() if (text := line.strip())],
                rest=_json(data.get(f"{here}-rest", "")),
                rows=_rows(data, f"{here}-field", places),
            )
        )
    return rows


def _kind(name: str) -> str:
    return name if name in KINDS else "string"


def _json(text: str) -> dict[str, Any]:
    """What the form carried along unseen; nothing when somebody tampered with it."""
    try:
        return object_in(text) if text else {}
    except BadJSONError:
        return {}


def _filled(rows: list[PropertyRow]) -> list[PropertyRow]:
    """The rows that somebody wrote something into; a group that is none any more loses its fields."""
    kept = [row for row in rows if not row.is_blank]
    for row in kept:
        row.rows = _filled(row.rows) if row.is_group else []
    return kept


def _problems_of(rows: list[PropertyRow], *, group: str = "") -> list[str]:
    found = []
    names = Counter(row.name for row in rows)
    for row in rows:
        if not row.name.strip():
            found.append(
                gettext("A field in “%(group)s” has no name.") % {"group": group}
                if group
                else gettext("A field has no name.")
            )
        elif names[row.name] > 1:
            text = gettext("The name “%(name)s” appears twice.")
            if group:
                text = gettext("The name “%(name)s” in “%(group)s” appears twice.")
            found.append(text % {"name": row.name, "group": group})
        if bad_choices(row):
            found.append(gettext("A choice of “%(name)s” is not of its kind.") % {"name": row.name})
        found += _problems_of(row.rows, group=row.name)
    return list(dict.fromkeys(found))


def _at(rows: list[PropertyRow], index: str) -> PropertyRow | None:
    return next((row for number, row in enumerate(rows) if str(number) == index), None)
