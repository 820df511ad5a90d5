"""What a list says of assistants whose model has to be changed."""

from __future__ import annotations

from typing import Any

from assistants_ui.catalog import model_watch
from assistants_ui.catalog.filling import state_of
from assistants_ui.catalog.model_watch import ModelInUse
from assistants_ui.http import DashboardRequest
from assistants_ui.workspaces import cache

MODELS = "models in use"


def notice(request: DashboardRequest) -> dict[str, Any]:
    """What a list says of models to change, as far as that is known without asking the server."""
    workspace = request.workspace.name

    def fetch() -> dict[str, Any]:
        used = model_watch.in_use(workspace)
        return {"is_current": model_watch.is_current(state_of(workspace)), **_models_to_change(used)}

    told: dict[str, Any] = cache.own(workspace, MODELS, {}, fetch).data
    return told


def _models_to_change(used: list[ModelInUse]) -> dict[str, Any]:
    """Plain values, since they are cached: how many assistants have such a model, and the first few models."""
    ending = [one for one in used if one.is_ending]
    unoffered = [one for one in used if not one.is_offered and not one.is_ending]
    return {
        "ending": sum(one.count for one in ending),
        "ending_models": [one.model for one in ending[:3]],
        "unoffered": sum(one.count for one in unoffered),
        "unoffered_models": [one.model for one in unoffered[:3]],
    }
