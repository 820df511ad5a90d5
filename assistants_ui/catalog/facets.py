"""What a list can still be narrowed to, each with how many assistants that would leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext, gettext_lazy

from assistants_ui.catalog.filters import PERIODS, Filters, Kind, narrowed, since
from assistants_ui.catalog.states import STATE_LABELS, STATES
from assistants_ui.domain.tools import TOOL_LABELS
from assistants_ui.models import CatalogTag
from dashboard.lib.texts import StrOrPromise

MOST_CHOICES = 50
PERIOD_LABELS = {
    "day": gettext_lazy("In the last day"),
    "week": gettext_lazy("In the last 7 days"),
    "month": gettext_lazy("In the last 30 days"),
    "quarter": gettext_lazy("In the last 90 days"),
    "never": gettext_lazy("Never, according to the record"),
}
FILES_LABELS = {"yes": gettext_lazy("With files"), "no": gettext_lazy("Without files")}
# The words for the values of those filters whose values are not what people wrote.
LABELS: dict[str, Mapping[str, StrOrPromise]] = {
    "changed": PERIOD_LABELS,
    "files": FILES_LABELS,
    "state": STATE_LABELS,
    "tool": TOOL_LABELS,
}


@dataclass(frozen=True)
class FacetChoice:
    """One value of a filter: how it is written in the address and on screen, and how many would be left."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Facet:
    """One filter with its choices; ``chosen`` is the one in use."""

    name: str
    label: str
    choices: list[FacetChoice]
    chosen: str


def facets_of(workspace: str, filters: Filters) -> list[Facet]:
    """Every filter but the words, each counted among what the other filters leave. At most ten questions."""
    counted = {
        "model": (gettext("Model"), _columns(workspace, filters.without("model"), "model", "model")),
        "tool": (gettext("Tool"), _tags(workspace, filters.without("tool"), Kind.TOOL)),
        "metadata": (gettext("Label"), _tags(workspace, filters.without("metadata"), Kind.LABEL)),
        "files": (gettext("Files"), _files(workspace, filters.without("files"))),
        "by": (gettext("Changed by"), _columns(workspace, filters.without("by"), "changed_by", "changed_by_name")),
        "changed": (gettext("Changed"), _periods(workspace, filters.without("changed"))),
        "state": (gettext("State"), _states(workspace, filters.without("state"))),
    }
    return [
        Facet(name, label, _with_chosen(name, choices, chosen), chosen)
        for name, (label, choices) in counted.items()
        if choices or filters.given.get(name)
        for chosen in [filters.given.get(name, "")]
    ]


def _with_chosen(name: str, choices: Iterable[FacetChoice], chosen: str) -> list[FacetChoice]:
    """The choices, and the one in use even where it leaves nothing."""
    made = list(choices)
    if chosen and all(choice.value != chosen for choice in made):
        label = LABELS[name].get(chosen, chosen) if name in LABELS else chosen
        made.insert(0, FacetChoice(chosen, str(label), 0))
    return made


def _columns(workspace: str, filters: Filters, column: str, label: str) -> list[FacetChoice]:
    rows = narrowed(workspace, filters).exclude(**{column: ""}).order_by().values(column, label)
    counted = rows.annotate(number=Count("id")).order_by("-number", column)[:MOST_CHOICES]
    choices: dict[str, FacetChoice] = {}
    for row in counted:
        # Somebody who has changed names is still one.
        earlier = choices.get(row[column])
        count = row["number"] + (earlier.count if earlier else 0)
        choices[row[column]] = FacetChoice(row[column], earlier.label if earlier else row[label] or row[column], count)
    return list(choices.values())


def _tags(workspace: str, filters: Filters, kind: Kind) -> list[FacetChoice]:
    tags = CatalogTag.objects.filter(workspace=workspace, kind=kind, entry__is_deleted=False)
    if filters:
        tags = tags.filter(entry__in=narrowed(workspace, filters).values("pk"))
    counted = tags.order_by().values("value").annotate(number=Count("id")).order_by("-number", "value")[:MOST_CHOICES]
    return [FacetChoice(row["value"], _in_words(row["value"], kind), row["number"]) for row in counted]


def _in_words(value: str, kind: Kind) -> str:
    return str(TOOL_LABELS.get(value, value)) if kind is Kind.TOOL else value.replace(":", ": ", 1)


def _files(workspace: str, filters: Filters) -> list[FacetChoice]:
    rows = narrowed(workspace, filters)
    total, without = rows.count(), rows.filter(files=0).count()
    counts = {"yes": total - without, "no": without}
    return [FacetChoice(value, str(label), counts[value]) for value, label in FILES_LABELS.items() if counts[value]]


def _periods(workspace: str, filters: Filters) -> list[FacetChoice]:
    rows = narrowed(workspace, filters)
    sums = rows.aggregate(
        never=Count("id", filter=Q(changed_at=0)),
        **{period: Count("id", filter=Q(changed_at__gte=since(period))) for period in PERIODS},
    )
    return [FacetChoice(name, str(label), sums[name]) for name, label in PERIOD_LABELS.items() if sums[name]]


def _states(workspace: str, filters: Filters) -> list[FacetChoice]:
    rows = narrowed(workspace, filters)
    counted = ((name, narrow(rows, workspace, filters.viewer).count()) for name, narrow in STATES.items())
    return [FacetChoice(name, str(STATE_LABELS[name]), count) for name, count in counted if count]


def which_to_drop(workspace: str, filters: Filters) -> list[tuple[str, int]]:
    """For each filter in use that leaves something when it is dropped: its name, and how many that would leave."""
    counted = ((name, narrowed(workspace, filters.without(name)).count()) for name in filters.given)
    return sorted(((name, count) for name, count in counted if count), key=lambda pair: pair[1])
