"""Assistants as the rows of a list, each rendered once for all who see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, urlencode

from django.template import Context, Engine, Template
from django.utils import timezone
from django.utils.safestring import SafeString

import assistants_client as wire
from assistants_ui.domain.labels import moment
from assistants_ui.domain.tools import TOOL_LABELS
from dashboard.lib.relative_time import relative_time

# About a kilobyte each, in every process.
KEPT = 4096


def rows_of(assistants: Iterable[wire.Assistant], *, base: str) -> list[SafeString]:
    """The HTML of each row, without anything that depends on who looks. ``base`` is the list's address.

    Rendering a hundred rows takes longer than the rest of the page, and between two views hardly
    one of them changes, so a row is kept under all that it shows.
    """
    # The engine gives the same template until its file changes, which makes new rows.
    template = Engine.get_default().get_template("assistants/_row.html")
    now = timezone.now()
    return [_row(template, base, *_shown(assistant, now=now)) for assistant in assistants]


Shown = tuple[str, str | None, str | None, str, tuple[str, ...], datetime | None, str]


def _shown(assistant: wire.Assistant, *, now: datetime) -> Shown:
    """All that a row shows, its age in words too. Forty functions are one fact in a list."""
    created = moment(assistant.created_at)
    return (
        assistant.id,
        assistant.name,
        assistant.description,
        assistant.model,
        tuple(dict.fromkeys(str(tool.get("type")) for tool in assistant.tools)),
        created,
        relative_time(created, now=now) if created else "",
    )


@lru_cache(maxsize=KEPT)
def _row(
    template: Template,
    base: str,
    assistant_id: str,
    name: str | None,
    description: str | None,
    model: str,
    kinds: tuple[str, ...],
    created: datetime | None,
    _age: str,
) -> SafeString:
    return template.render(
        Context(
            {
                "id": assistant_id,
                "name": name,
                "description": description,
                "model": model,
                "tools": [(f"{base}?{urlencode({'tool': kind})}", TOOL_LABELS.get(kind, kind)) for kind in kinds],
                "same_model": f"{base}?{urlencode({'model': model})}",
                "created": created,
                "detail": f"{base}{quote(assistant_id, safe='')}/",
            }
        )
    )
