"""What an assistant may need somebody for, as a filter of the list."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from assistants_client.model_table import ends_soon
from assistants_ui.domain.model_rules import end_of
from assistants_ui.models import CatalogEntry, Draft
from dashboard.audit.api import OUTSIDE

OUTSIDE_ACTOR = f"{OUTSIDE.kind}:{OUTSIDE.id}"


def _ending(rows: QuerySet[CatalogEntry]) -> QuerySet[CatalogEntry]:
    """Its model has ended or ends within sixty days, as far as the table of models tells."""
    models = list(rows.order_by().values_list("model", flat=True).distinct())
    return rows.filter(model__in=[name for name in models if is_ending(name)])


def is_ending(model: str) -> bool:
    end = end_of(model)
    return end is not None and ends_soon(end.day, timezone.localdate())


def _outside(rows: QuerySet[CatalogEntry]) -> QuerySet[CatalogEntry]:
    """Its last change was made by somebody outside this dashboard."""
    return rows.filter(changed_by=OUTSIDE_ACTOR)


def _draft(rows: QuerySet[CatalogEntry]) -> QuerySet[CatalogEntry]:
    """Somebody has typed text about it that was never saved."""
    drafts = Draft.objects.exclude(assistant_id="").values("assistant_id")
    return rows.filter(assistant_id__in=drafts)


STATES: dict[str, Callable[[QuerySet[CatalogEntry]], QuerySet[CatalogEntry]]] = {
    "ending": _ending,
    "outside": _outside,
    "draft": _draft,
}
STATE_LABELS = {
    "ending": gettext_lazy("Model ends soon"),
    "outside": gettext_lazy("Changed outside"),
    "draft": gettext_lazy("Unsaved text"),
}
