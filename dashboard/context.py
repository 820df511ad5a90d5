"""What every template may use without its view handing it over."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from dashboard.team.roles import Right, rights_of


def site(request: HttpRequest) -> dict[str, Any]:
    """``can``: the person's rights by name, as in ``{% if can.change %}``."""
    user = getattr(request, "user", None)
    rights = rights_of(user) if user is not None else frozenset()
    return {"can": {right.value: right in rights for right in Right}}
