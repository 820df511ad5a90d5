"""What an assistant may need somebody for, as a filter of the list."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from assistants_ui.catalog import model_watch, personal
from assistants_ui.models import CatalogEntry, Draft
from dashboard.audit.api import OUTSIDE

OUTSIDE_ACTOR = f"{OUTSIDE.kind}:{OUTSIDE.id}"


def _ending(rows: QuerySet[CatalogEntry], workspace: str, viewer: int) -> QuerySet[CatalogEntry]:
    """Its model has ended or ends within sixty days, as the server says, else as the table of models tells."""
    return rows.filter(model__in=[used.model for used in model_watch.in_use(workspace) if used.is_ending])


def _unoffered(rows: QuerySet[CatalogEntry], workspace: str, viewer: int) -> QuerySet[CatalogEntry]:
    """Its model is not in the list of the server."""
    return rows.filter(model__in=[used.model for used in model_watch.in_use(workspace) if not used.is_offered])


def _outside(rows: QuerySet[CatalogEntry], workspace: str, viewer: int) -> QuerySet[CatalogEntry]:
    """Its last change was made by somebody outside this dashboard."""
    return rows.filter(changed_by=OUTSIDE_ACTOR)


def _draft(rows: QuerySet[CatalogEntry], workspace: str, viewer: int) -> QuerySet[CatalogEntry]:
    """Somebody has typed text about it that was never saved."""
    drafts = Draft.objects.filter(workspace=workspace).exclude(assistant_id="").values("assistant_id")
    return rows.filter(assistant_id__in=drafts)


def _news(rows: QuerySet[CatalogEntry], workspace: str, viewer: int) -> QuerySet[CatalogEntry]:
    """Somebody else changed it since the viewer last opened it."""
    return rows.filter(assistant_id__in=personal.changed_since(viewer, workspace))


STATES: dict[str, Callable[[QuerySet[CatalogEntry], str, int], QuerySet[CatalogEntry]]] = {
    "ending": _ending,
    "unoffered": _unoffered,
    "news": _news,
    "outside": _outside,
    "draft": _draft,
}
STATE_LABELS = {
    "ending": gettext_lazy("Model ends soon"),
    "unoffered": gettext_lazy("Model not offered"),
    "news": gettext_lazy("Changed since you looked"),
    "outside": gettext_lazy("Changed outside"),
    "draft": gettext_lazy("Unsaved text"),
}
