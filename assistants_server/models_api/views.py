"""/models: names to choose from; which of them can really be run is not this server's to know."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.http import HttpResponse

from assistants_client.model_table import OFFERED, family_of
from assistants_server.http.errors import not_found
from assistants_server.http.routing import ApiRequest, answer


def listing(call: ApiRequest) -> HttpResponse:
    return answer({"object": "list", "data": [_model(name) for name in _names()]})


def retrieve(call: ApiRequest, model: str) -> HttpResponse:
    # Code from the days of a retired model may look it up before it goes on.
    if model not in _names() and family_of(model) is None:
        raise not_found(f"The model '{model[:256]}' does not exist", param="model", code="model_not_found")
    return answer(_model(model))


def delete(call: ApiRequest, model: str) -> HttpResponse:
    """Only models that a team has trained can be deleted, and there are none here."""
    raise not_found(
        f"The model '{model[:256]}' does not exist, or cannot be deleted.", param="model", code="model_not_found"
    )


def _names() -> list[str]:
    return settings.EMBEDDED_MODELS or list(OFFERED)


def _model(name: str) -> dict[str, Any]:
    released = OFFERED.get(name)
    created = int(datetime.combine(released, time(), UTC).timestamp()) if released else 0
    return {"id": name, "object": "model", "created": created, "owned_by": "system"}
