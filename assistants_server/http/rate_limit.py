"""How often a key may call."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache

from assistants_server.http.errors import Refusal
from assistants_server.models import APIKey
from dashboard.lib.cache_failures import CACHE_FAILURES


def check(key: APIKey) -> None:
    """Count one call; raises a 429 that says when the next minute begins."""
    allowed = settings.EMBEDDED_REQUESTS_PER_MINUTE
    if not allowed:
        return
    minute, second = divmod(int(time.time()), 60)
    if _count(f"v1-calls:{key.pk}:{minute}") > allowed:
        wait = 60 - second
        raise Refusal(
            429,
            f"Rate limit reached for requests. Please try again in {wait}s.",
            kind="requests",
            code="rate_limit_exceeded",
            headers={"Retry-After": str(wait)},
        )


def _count(name: str) -> int:
    try:
        cache.add(name, 0, 120)
        return cache.incr(name)
    except CACHE_FAILURES:
        # Without a cache nothing is counted: a limit is no reason to shut everybody out.
        return 0
