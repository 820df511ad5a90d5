"""Whether trying can work in a workspace at all, and why not."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy

import assistants_client as wire
from assistants_ui.conversations import borrowed
from assistants_ui.http import DashboardRequest
from assistants_ui.service import Service

KNOWN_SECONDS = 3600
NO_MODEL = gettext_lazy(
    "No model is connected to this server, so nothing can answer. An operator sets MODEL_BASE_URL, "
    "and MODEL_API_KEY if the model server needs a key."
)
NO_THREADS = gettext_lazy(
    "The server of this workspace has no threads and runs, so its assistants cannot be tried from here."
)
SWITCHED_OFF = gettext_lazy("Trying assistants is switched off on this site.")


def obstacle(request: DashboardRequest) -> str:
    """Why nobody can try an assistant of this workspace, in a sentence; empty when somebody can."""
    if not settings.TRIES_PER_DAY:
        return str(SWITCHED_OFF)
    if request.workspace.is_embedded:
        return "" if request.workspace.model.base_url else str(NO_MODEL)
    return str(NO_THREADS) if has_threads(request.service) is False else ""


def has_threads(service: Service) -> bool | None:
    """Whether the server has threads; None when it does not answer. Asked once an hour, and then known."""
    key = _key(service.gateway.workspace)
    known: bool | None = cache.get(key)
    if known is not None:
        return known
    try:
        found = service.runs.has_threads()
        if found is None:
            borrowed.give_back(service, borrowed.borrow(service).key, outputs=())
            found = True
    except wire.APIError as error:
        if not is_missing(error):
            return None
        found = False
    cache.set(key, found, KNOWN_SECONDS)
    return found


def is_missing(error: wire.APIError) -> bool:
    """Whether a server that was asked for a new thread said by this that it knows no threads."""
    return isinstance(error, wire.NotFoundError) or error.status_code in (405, 501)


def _key(workspace: str) -> str:
    return f"conversations.threads:{workspace}"
