"""/models: names to choose from; which of them can really be run is not this server's to know."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse

from assistants_server.http.errors import not_found
from assistants_server.http.routing import ApiRequest, answer

# As the hosted API listed them: the name and when it was made.
BUILT_IN = {
    "gpt-5.1": 1762800673,
    "gpt-5": 1754425777,
    "gpt-5-mini": 1754425928,
    "gpt-5-nano": 1754426384,
    "gpt-4.1": 1744316542,
    "gpt-4.1-mini": 1744318173,
    "gpt-4.1-nano": 1744321025,
    "gpt-4o": 1715367049,
    "gpt-4o-mini": 1721172741,
    "gpt-4-turbo": 1712361441,
    "gpt-4": 1687882411,
    "gpt-3.5-turbo": 1677610602,
    "o4-mini": 1744225351,
    "o3": 1744225308,
    "o3-mini": 1737146383,
    "o1": 1734375816,
}


def listing(call: ApiRequest) -> HttpResponse:
    return answer({"object": "list", "data": [_model(name) for name in _names()]})


def retrieve(call: ApiRequest, model: str) -> HttpResponse:
    if model not in _names():
        raise not_found(f"The model '{model[:256]}' does not exist", param="model", code="model_not_found")
    return answer(_model(model))


def _names() -> list[str]:
    return settings.EMBEDDED_MODELS or list(BUILT_IN)


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": BUILT_IN.get(name, 0), "owned_by": "system"}
