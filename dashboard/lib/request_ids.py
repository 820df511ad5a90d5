"""A name for each request: what was logged, what was recorded and what the person saw find each other by it."""

from __future__ import annotations

import uuid

from django.http import HttpRequest

# No HTTP header can set it, because those always arrive with the prefix HTTP_.
VARIABLE = "dashboard.request_id"


def request_id(request: HttpRequest) -> str:
    """32 hex digits, the same ones every time for the same request."""
    name: str = request.META.setdefault(VARIABLE, uuid.uuid4().hex)
    return name
