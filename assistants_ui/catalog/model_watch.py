"""Which models the assistants of a workspace use, how long each is offered, and what could take its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

import assistants_client as wire
from assistants_client.model_table import ends_soon, family_of
from assistants_ui.catalog.entries import now
from assistants_ui.domain.model_rules import Retirement, end_of, suggested
from assistants_ui.models import CatalogEntry, CatalogState

DAY = 86_400 * 1_000_000


@dataclass(frozen=True, kw_only=True)
class ModelInUse:
    """A model, and how many assistants have it. ``is_offered`` is true too where the server has no list of models.

    ``replacement``: the model to change to, if one is known that the server offers.
    """

    model: str
    count: int
    end: Retirement | None = None
    is_offered: bool = True
    replacement: str = ""

    @property
    def is_ending(self) -> bool:
        return self.end is not None and ends_soon(self.end.day, timezone.localdate())

    @property
    def needs_change(self) -> bool:
        return self.is_ending or not self.is_offered


def in_use(workspace: str) -> list[ModelInUse]:
    """Every model that the catalog knows of an assistant; those that end first, then the most used."""
    offered = offered_models(workspace)
    judge = _judge_of(workspace, offered)
    counted = (
        CatalogEntry.objects.filter(workspace=workspace, is_deleted=False)
        .order_by()
        .values_list("model")
        .annotate(number=Count("id"))
    )
    return sorted((judge(model, number) for model, number in counted), key=_urgency)


def _urgency(used: ModelInUse) -> tuple[bool, str, int, str]:
    end = used.end.day.isoformat() if used.end else "9999"
    return not used.needs_change, end, -used.count, used.model


def offered_models(workspace: str) -> list[wire.Model]:
    """What the server last said of its models, without asking it."""
    told = CatalogState.objects.filter(workspace=workspace).values_list("offered", flat=True).first()
    return [wire.Model(raw) for raw in json.loads(told or "[]")]


def note_offered(workspace: str, models: Sequence[wire.Model]) -> None:
    """Remember the server's list; an empty one leaves the last that came, since a server may just not answer."""
    changed: dict[str, Any] = {"offered_at": now()}
    if models:
        changed["offered"] = json.dumps(
            [{name: model.raw[name] for name in ("id", "shutdown_date") if name in model.raw} for model in models]
        )
    CatalogState.objects.filter(workspace=workspace).update(**changed)


def is_current(state: CatalogState) -> bool:
    """Whether the whole list is known, and the server was asked for its models within a day."""
    return bool(state.ended_at) and now() - state.offered_at < DAY


def _judge_of(workspace: str, offered: list[wire.Model]) -> Callable[[str, int], ModelInUse]:
    configured = settings.WORKSPACES.get(workspace)
    mapped = configured.model.models if configured and configured.is_embedded else {}
    # Where nothing answers yet, the embedded server lists names to choose from, which says nothing of the others.
    has_list = bool(offered) and not (configured and configured.is_embedded and not configured.model.base_url)
    known = {model.id: model for model in offered}

    def judge(model: str, count: int) -> ModelInUse:
        if model in mapped or "*" in mapped:
            # The name only stands for another model, which the deployer chose.
            return ModelInUse(model=model, count=count)
        end = end_of(model, known.get(model))
        is_offered = not has_list or model in known
        used = ModelInUse(model=model, count=count, end=end, is_offered=is_offered)
        if not used.needs_change:
            return used
        return ModelInUse(
            model=model, count=count, end=end, is_offered=is_offered, replacement=_replacement(model, offered)
        )

    return judge


def _replacement(model: str, offered: list[wire.Model]) -> str:
    """What its provider names in its place, where the server offers that; else one that the server does offer."""
    family = family_of(model)
    named = family.replacement if family else ""
    if named and (not offered or any(one.id == named for one in offered)):
        return named
    found = suggested(offered, settings={})
    return found if found != model else ""
