"""Assistants as the rows of a list, each rendered once for all who see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, urlencode

from django.template import Context, Engine, Template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

import assistants_client as wire
from assistants_ui.catalog.entries import files_of, labels_of
from assistants_ui.catalog.excerpts import Excerpt, Piece
from assistants_ui.domain.labels import moment
from assistants_ui.domain.tools import TOOL_LABELS
from dashboard.lib.relative_time import relative_time

# About a kilobyte each, in every process.
KEPT = 4096
SHOWN_LABELS = 2


@dataclass(frozen=True)
class Changed:
    """Who made the last recorded change, and when."""

    by: str
    at: datetime


@dataclass(frozen=True)
class RowContent:
    """An assistant with what a list shows beside it; ``name`` and ``excerpt`` mark the words searched for."""

    assistant: wire.Assistant
    changed: Changed | None = None
    name: tuple[Piece, ...] = ()
    excerpt: Excerpt | None = None


@dataclass(frozen=True)
class Shown:
    """All that a row shows, its age in words too, so that two rows which look alike are one."""

    id: str
    name: tuple[Piece, ...]
    description: str | None
    excerpt: Excerpt | None
    labels: tuple[tuple[str, str], ...]
    more_labels: int
    model: str
    kinds: tuple[str, ...]
    files: int
    stores: int
    by: str
    at: datetime | None
    age: str


@dataclass(frozen=True)
class ListedRow:
    """One row: its cells as HTML, and by what it is chosen."""

    id: str
    name: str
    cells: SafeString


def rows_of(contents: Iterable[RowContent], *, base: str) -> list[ListedRow]:
    """Each row, without anything that depends on who looks. ``base`` is the list's address.

    Rendering a hundred rows takes longer than the rest of the page, and between two views hardly
    one of them changes, so a row is kept under all that it shows.
    """
    # The engine gives the same template until its file changes, which makes new rows.
    template = Engine.get_default().get_template("assistants/_row.html")
    now = timezone.now()
    shown = [_shown(content, now=now) for content in contents]
    return [
        ListedRow(
            one.id,
            "".join(piece.text for piece in one.name) or one.id,
            _row(template, base, one, get_language(), timezone.get_current_timezone_name()),
        )
        for one in shown
    ]


def _shown(content: RowContent, *, now: datetime) -> Shown:
    """Forty functions are one fact in a list."""
    assistant = content.assistant
    at = content.changed.at if content.changed else moment(assistant.created_at)
    labels = labels_of(assistant)
    return Shown(
        id=assistant.id,
        name=content.name or ((Piece(assistant.name),) if assistant.name else ()),
        description=assistant.description,
        excerpt=content.excerpt,
        labels=tuple(labels[:SHOWN_LABELS]),
        more_labels=max(0, len(labels) - SHOWN_LABELS),
        model=assistant.model,
        kinds=tuple(dict.fromkeys(str(tool.get("type")) for tool in assistant.tools)),
        files=len(files_of(assistant)),
        stores=len(set(assistant.vector_store_ids)),
        by=content.changed.by if content.changed else "",
        at=at,
        age=relative_time(at, now=now) if at else "",
    )


@lru_cache(maxsize=KEPT)
def _row(template: Template, base: str, shown: Shown, language: str | None, zone: str) -> SafeString:
    """The cells; kept for each language and time zone, in which the exact times are."""
    return template.render(
        Context(
            {
                "row": shown,
                "tools": [(f"{base}?{urlencode({'tool': kind})}", TOOL_LABELS.get(kind, kind)) for kind in shown.kinds],
                "labels": [
                    (f"{base}?{urlencode({'metadata': f'{name}:{value}'})}", f"{name}: {value}")
                    for name, value in shown.labels
                ],
                "same_model": f"{base}?{urlencode({'model': shown.model})}",
                "detail": f"{base}{quote(shown.id, safe='')}/",
            }
        )
    )
