"""What a load balancer asks: does the process live, and can it work?"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from dashboard.lib import database_file, disk
from dashboard.lib.cache_failures import CACHE_FAILURES


@require_safe
@login_not_required
def process(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers at all."""
    return JsonResponse({"status": "ok"})


@require_safe
@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, in the file it was opened in, and there is room on the disk, otherwise 503.

    A cache that is down makes the site slower, not wrong, so it is reported but keeps the site ready.
    """
    database, is_full = database_status(), disk.is_nearly_full(settings.DATA_DIR)
    statuses = {
        "database": database,
        "cache": "ok" if cache_answers() else "down",
        "disk": "full" if is_full else "ok",
    }
    return JsonResponse(statuses, status=200 if database == "ok" and not is_full else 503)


def database_status() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "down"
    return "ok" if database_file.is_in_place() else "the database file is gone or replaced"


def cache_answers() -> bool:
    try:
        cache.set("readyz", 1, 5)
    except CACHE_FAILURES:
        return False
    return True
