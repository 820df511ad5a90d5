"""How one person wants the pages: the theme, the language, the time zone, and whether the first steps are behind them.

They stand in a row of the person and, for as long as they are signed in, in their session, so that no page
asks the database for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from dashboard.accounts.models import Preferences
from dashboard.languages import IN_SESSION

KEPT = ("theme", "language", "time_zone", "uses_keys", "has_begun", "lists")
# Set by the page's script; it names where the browser is.
TIME_ZONE_COOKIE = "time_zone"
TIME_ZONES = frozenset(available_timezones())


def of_session(request: HttpRequest) -> dict[str, Any]:
    """The fields that are ``KEPT``, of the person signed in; empty for a stranger."""
    found = request.session.get(IN_SESSION) if hasattr(request, "session") else None
    return found if isinstance(found, dict) else {}


def save(request: HttpRequest, user: User, **chosen: Any) -> None:
    """Keep what was chosen, for this session and all to come."""
    row, _ = Preferences.objects.update_or_create(user=user, defaults=chosen)
    put_into_session(request, row)


def put_into_session(request: HttpRequest, row: Preferences) -> None:
    request.session[IN_SESSION] = {name: getattr(row, name) for name in KEPT}


def at_sign_in(request: HttpRequest, user: User, **_: Any) -> None:
    put_into_session(request, Preferences.objects.filter(user=user).first() or Preferences(user=user))


def connect() -> None:
    """Bring a person's preferences along whenever they sign in."""
    user_logged_in.connect(at_sign_in, dispatch_uid="preferences")


class TimeZoneMiddleware:
    """Shows times in the zone that the person chose, else in the one that their browser names, else in UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(zone(unquote(request.COOKIES.get(TIME_ZONE_COOKIE, "")))):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: Any) -> None:
        # A public page, such as a probe of the site's health, is answered without the session's database.
        if getattr(view, "login_required", True) and (chosen := zone(of_session(request).get("time_zone", ""))):
            timezone.activate(chosen)


def zone(name: str) -> ZoneInfo | None:
    """The zone of this name; None where there is none."""
    return ZoneInfo(name) if name in TIME_ZONES else None
