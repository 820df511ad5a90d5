"""The models that the model server of a workspace offers, which are those that runs can really have."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from django.core.cache import cache

from assistants_client import APIError, Client
from dashboard.environment.models import ModelServer

logger = logging.getLogger(__name__)
# A list changes rarely; a server that is away must not slow down every page that shows the list.
KNOWN_SECONDS = 60
ANSWER_SECONDS = 2.0
SHOWN = ("id", "object", "created", "owned_by", "shutdown_date")


def offered_models(server: ModelServer) -> list[dict[str, Any]]:
    """Those that the server lists, after the names that MODEL_MAP translates; none while it does not answer."""
    names = [name for name in server.models if name != "*"]
    mapped = [{"id": name, "object": "model", "created": 0, "owned_by": "system"} for name in names]
    return [*mapped, *(model for model in _listed(server) if model["id"] not in names)]


def _listed(server: ModelServer) -> list[dict[str, Any]]:
    if not server.base_url or server.is_builtin:
        return []
    key = f"models:{hashlib.sha256(f'{server.base_url} {server.api_key}'.encode()).hexdigest()}"
    known: list[dict[str, Any]] | None = cache.get(key)
    if known is None:
        known = ask(server)
        cache.set(key, known, KNOWN_SECONDS)
    return known


def ask(server: ModelServer) -> list[dict[str, Any]]:
    """What the server lists now; empty when it does not answer, which is for the log."""
    client = Client(base_url=server.base_url, api_key=server.api_key or None, timeout=ANSWER_SECONDS)
    try:
        listed = client.models.list().data
    except APIError as error:
        logger.info("The model server does not list its models: %s", error.message)
        return []
    finally:
        client.close()
    return [{key: model.raw[key] for key in SHOWN if key in model.raw} | {"object": "model"} for model in listed]
