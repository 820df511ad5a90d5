"""/models: those of the model server that is connected, or names to choose from where there is none."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.http import HttpResponse

from assistants_client.model_table import OFFERED, family_of
from assistants_server.http.errors import not_found
from assistants_server.http.routing import ApiRequest, answer
from assistants_server.models_api.offered import offered_models


def listing(call: ApiRequest) -> HttpResponse:
    return answer({"object": "list", "data": _models(call)})


def retrieve(call: ApiRequest, model: str) -> HttpResponse:
    found = next((each for each in _models(call) if each["id"] == model), None)
    # Code from the days of a retired model may look it up before it goes on.
    if found is None and family_of(model) is None:
        raise not_found(f"The model '{model[:256]}' does not exist", param="model", code="model_not_found")
    return answer(found or _model(model))


def delete(call: ApiRequest, model: str) -> HttpResponse:
    """Only models that a team has trained can be deleted, and there are none here."""
    raise not_found(
        f"The model '{model[:256]}' does not exist, or cannot be deleted.", param="model", code="model_not_found"
    )


def _models(call: ApiRequest) -> list[dict[str, Any]]:
    if settings.EMBEDDED_MODELS:
        return [_model(name) for name in settings.EMBEDDED_MODELS]
    offered = offered_models(settings.WORKSPACES[call.workspace].model)
    return offered or [_model(name) for name in OFFERED]


def _model(name: str) -> dict[str, Any]:
    released = OFFERED.get(name)
    created = int(datetime.combine(released, time(), UTC).timestamp()) if released else 0
    return {"id": name, "object": "model", "created": created, "owned_by": "system"}
