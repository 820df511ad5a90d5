"""What every template may use without its view handing it over."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from dashboard import navigation
from dashboard.access import Right, rights_of
from dashboard.accounts import preferences


def site(request: HttpRequest) -> dict[str, Any]:
    """``can`` (the person's rights by name, as in ``{% if can.change %}``), the workspaces and the navigation."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"can": {}}
    rights = rights_of(user)
    workspaces = list(settings.WORKSPACES.values())
    current = getattr(request, "workspace", None) or workspaces[0]
    return {
        "can": {right.value: right in rights for right in Right},
        "preferences": preferences.of_session(request),
        "workspace": current,
        "workspaces": workspaces,
        "navigation": navigation.main(request, workspace=current.name, rights=rights),
        "account_navigation": navigation.account(request),
    }
