"""Finished results of the plain list, kept as HTML for as long as nothing in them can have changed.

Between two views of a list hardly anything changes, and putting a hundred rows together takes longer than all else.
What is kept ends with the first copy that it was made of, with the next change of any age in it ("2 minutes ago"),
with any change of the workspace, and with what its reader does: it is theirs alone.
"""

from __future__ import annotations

import math
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from assistants_ui.assistants.model_notice import MODELS
from assistants_ui.assistants.saved.operations import VIEWS
from assistants_ui.catalog.personal import CACHED
from assistants_ui.http import DashboardRequest
from assistants_ui.workspaces import cache
from dashboard.access import rights_of
from dashboard.accounts import preferences

BYTES = 16 * 2**20
# Stand where the token of the request and where the results belong. Nobody can guess them, so no text holds them.
TOKEN, RESULTS = secrets.token_hex(16), secrets.token_hex(16)


@dataclass(frozen=True)
class Finished:
    """The results, with :data:`TOKEN` in their forms, and whether they are all there is; ``until`` is Unix time."""

    html: str
    is_whole: bool
    has_rows: bool
    until: float


_kept: OrderedDict[Hashable, Finished] = OrderedDict()
_lock = threading.Lock()


def results(request: DashboardRequest, listing: Callable[[], dict[str, Any]]) -> Finished:
    """The results that ``listing`` describes, from the last time if they would be the same."""
    key = _key(request)
    found = _kept.get(key) if key else None
    if found is None or found.until <= timezone.now().timestamp():
        found = _made(request, listing)
        # Of an older copy, shown while the server does not answer, nobody knows how long it will do.
        if key and request.service.gateway.stale_since is None:
            _keep(key, found)
    return found


def forget() -> None:
    """Keep nothing of what was finished so far."""
    with _lock:
        _kept.clear()


def with_token(request: DashboardRequest, html: str) -> str:
    """The HTML with the token of this request."""
    return html.replace(TOKEN, get_token(request))


def _key(request: DashboardRequest) -> Hashable | None:
    """All that the results depend on beside time; None where they are to be kept for nobody."""
    person = request.user.pk
    version = cache.version(request.workspace.name, (CACHED, {"person": person}), (VIEWS, {}), (MODELS, {}))
    if version is None:
        return None
    return (
        version,
        person,
        rights_of(request.user),
        request.get_full_path(),
        repr(preferences.of_session(request).get("lists")),
        get_language(),
        timezone.get_current_timezone_name(),
        request.headers.get("Save-Data"),
    )


def _made(request: DashboardRequest, listing: Callable[[], dict[str, Any]]) -> Finished:
    with cache.freshness() as fresh:
        context = listing()
    more = {"stale_since": request.service.gateway.stale_since, "csrf_token": TOKEN}
    html = render_to_string("assistants/_results.html", context | more, request)
    ages = context["until"].timestamp() if context["until"] else math.inf
    return Finished(html, context["is_first"] and not context["next"], bool(context["rows"]), min(fresh.until, ages))


def _keep(key: Hashable, finished: Finished) -> None:
    with _lock:
        _kept[key] = finished
        _kept.move_to_end(key)
        held = sum(len(one.html) for one in _kept.values())
        while held > BYTES:
            held -= len(_kept.popitem(last=False)[1].html)
