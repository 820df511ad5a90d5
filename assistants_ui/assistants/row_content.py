"""What a row of the list of assistants shows."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import assistants_client as wire
from assistants_ui.catalog.entries import files_of, labels_of
from assistants_ui.catalog.excerpts import Excerpt, Piece
from assistants_ui.domain.labels import moment
from dashboard.lib.relative_time import relative_time

SHOWN_LABELS = 2


class Changed(NamedTuple):
    """Who made the last recorded change, and when."""

    by: str
    at: datetime


class RowContent(NamedTuple):
    """An assistant with what a list shows beside it; ``name`` and ``excerpt`` mark the words searched for."""

    assistant: wire.Assistant
    changed: Changed | None = None
    name: tuple[Piece, ...] = ()
    excerpt: Excerpt | None = None


class Shown(NamedTuple):
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

    @property
    def plain_name(self) -> str:
        return "".join([piece.text for piece in self.name])


def shown_of(content: RowContent, *, now: datetime, language: str) -> Shown:
    """What its row shows at this moment, in the active ``language``. Forty functions are one fact in a list."""
    assistant = content.assistant
    name = assistant.name
    at = content.changed.at if content.changed else moment(assistant.created_at)
    labels = labels_of(assistant)
    return Shown(
        id=assistant.id,
        name=content.name or ((Piece(name),) if name else ()),
        description=assistant.description,
        excerpt=content.excerpt,
        labels=tuple(labels[:SHOWN_LABELS]),
        more_labels=max(0, len(labels) - SHOWN_LABELS),
        model=assistant.model,
        kinds=tuple(dict.fromkeys([str(tool.get("type")) for tool in assistant.tools])),
        files=len(files_of(assistant)),
        stores=len(set(assistant.vector_store_ids)),
        by=content.changed.by if content.changed else "",
        at=at,
        age=relative_time(at, now=now, language=language) if at else "",
    )
