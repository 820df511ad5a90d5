"""The entries at the side of every page: what exists and the person may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from dashboard.access import Right


@dataclass(frozen=True)
class Item:
    label: str
    icon: str
    href: str
    is_current: bool


def _item(request: HttpRequest, label: str, icon: str, route: str, *args: str) -> Item | None:
    try:
        href = reverse(route, args=args)
    except NoReverseMatch:
        return None
    return Item(label, icon, href, request.path.startswith(href))


def main(request: HttpRequest, *, workspace: str, rights: frozenset[Right]) -> list[Item]:
    items = [
        _item(request, gettext("Assistants"), "bot", "assistant-list", workspace),
        _item(request, gettext("Files"), "files", "file-list", workspace),
        _item(request, gettext("Vector stores"), "database", "vector-store-list", workspace),
    ]
    if Right.AUDIT in rights:
        items.append(_item(request, gettext("Audit log"), "scroll-text", "audit-list"))
    if Right.ADMINISTER in rights:
        items.append(_item(request, gettext("Import"), "upload", "import", workspace))
        items.append(_item(request, gettext("Team"), "users", "team"))
    return [item for item in items if item]


def account(request: HttpRequest) -> list[Item]:
    user = request.user
    name = (user.get_short_name() if isinstance(user, User) else "") or user.get_username()
    return [item for item in [_item(request, name, "circle-user", "account")] if item]
