"""Finished pages of the plain list, kept for as long as nothing in them can have changed.

Between two views of a list hardly anything changes, and putting a hundred rows together takes longer than all else.
What is kept ends with the first copy that it was made of, with the next change of any age in it ("2 minutes ago"),
with any change of the workspace, and with what its reader does: it is theirs alone. What belongs to one request,
its token and its messages, is put in afterwards.
"""

from __future__ import annotations

import math
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.messages import get_messages
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from assistants_ui.assistants.model_notice import MODELS
from assistants_ui.assistants.saved.operations import VIEWS
from assistants_ui.bulk.jobs import CACHED as CHANGED_MANY
from assistants_ui.catalog.personal import CACHED
from assistants_ui.http import DashboardRequest
from assistants_ui.workspaces import cache
from dashboard.access import rights_of
from dashboard.accounts import preferences
from dashboard.lib.http import is_partial

BYTES = 16 * 2**20
# Stand where the token of the request and its messages belong. Nobody can guess them, so no text holds them.
TOKEN, MESSAGES = secrets.token_hex(16), secrets.token_hex(16)


@dataclass(frozen=True)
class Finished:
    """The page, or for htmx its results, with :data:`TOKEN` and :data:`MESSAGES` in it; ``until`` is Unix time."""

    html: bytes
    until: float


_kept: OrderedDict[Hashable, Finished] = OrderedDict()
_lock = threading.Lock()


def page(request: DashboardRequest, listing: Callable[[], dict[str, Any]]) -> bytes:
    """The page of the list that ``listing`` describes, or its results alone; from the last time if that is the same."""
    key = _key(request)
    found = _kept.get(key) if key else None
    if found is None or found.until <= timezone.now().timestamp():
        found = _made(request, listing)
        # Of an older copy, shown while the server does not answer, nobody knows how long it will do.
        if key and request.service.gateway.stale_since is None:
            _keep(key, found)
    html = found.html.replace(TOKEN.encode(), get_token(request).encode())
    return html if is_partial(request) else html.replace(MESSAGES.encode(), _messages(request).encode())


def forget() -> None:
    """Keep nothing of what was finished so far."""
    with _lock:
        _kept.clear()


def _key(request: DashboardRequest) -> Hashable | None:
    """All that the page depends on beside time; None where it is to be kept for nobody."""
    person = request.user.pk
    own = {"person": person}
    version = cache.version(request.workspace.name, (CACHED, own), (VIEWS, own), (MODELS, {}), (CHANGED_MANY, {}))
    if version is None:
        return None
    return (
        version,
        person,
        request.user.get_short_name(),
        request.user.get_username(),
        rights_of(request.user),
        request.get_full_path(),
        is_partial(request),
        repr(preferences.of_session(request)),
        get_language(),
        timezone.get_current_timezone_name(),
        request.headers.get("Save-Data"),
    )


def _made(request: DashboardRequest, listing: Callable[[], dict[str, Any]]) -> Finished:
    with cache.freshness() as fresh:
        context = listing()
    context |= {
        "stale_since": request.service.gateway.stale_since,
        "csrf_token": TOKEN,
        "notices": MESSAGES,
    }
    html = render_to_string(f"assistants/{'_results' if is_partial(request) else 'index'}.html", context, request)
    ages = context["until"].timestamp() if context["until"] else math.inf
    return Finished(html.encode(), min(fresh.until, ages))


def _messages(request: DashboardRequest) -> str:
    return render_to_string("_messages.html", request=request) if len(get_messages(request)) else _no_messages()


@lru_cache(maxsize=1)
def _no_messages() -> str:
    return render_to_string("_messages.html", {"messages": ()})


def _keep(key: Hashable, finished: Finished) -> None:
    with _lock:
        _kept[key] = finished
        _kept.move_to_end(key)
        held = sum(len(one.html) for one in _kept.values())
        while held > BYTES:
            held -= len(_kept.popitem(last=False)[1].html)
