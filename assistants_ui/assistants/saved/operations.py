"""The saved views of a workspace; those of the team are in the record, in one transaction with it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict

from assistants_ui.domain.actions import Action
from assistants_ui.forms.lists import ListForm
from assistants_ui.models import SavedView
from assistants_ui.service import Service
from assistants_ui.workspaces import cache
from dashboard.access import Right, rights_of
from dashboard.audit import api as audit

# More than anybody can choose from.
MOST = 200
VIEWS = "saved views"


def seen_by(user: User, workspace: str) -> QuerySet[SavedView]:
    """The person's own views and those of the team."""
    return SavedView.objects.filter(Q(user=user) | Q(is_shared=True), workspace=workspace)


def may_change(user: User, view: SavedView) -> bool:
    """One's own view is one's own affair; what the team sees takes the right to change."""
    return Right.CHANGE in rights_of(user) if view.is_shared else view.user_id == user.pk


def query_of(text: str) -> str:
    """The filters and order that an address of the list holds, as such an address is always written; no cursor."""
    return ListForm(QueryDict(text)).place()


def create(service: Service, user: User, *, name: str, query: str, is_shared: bool) -> SavedView | None:
    """The new view; None when there are as many as there may be."""
    workspace = service.gateway.workspace
    if SavedView.objects.filter(workspace=workspace, user=user).count() >= MOST:
        return None
    view = SavedView(workspace=workspace, user=user, name=name, query=query, is_shared=is_shared)
    with transaction.atomic():
        view.save()
        _record(service, Action.SAVED_VIEW_CREATE, view, before=None, after=_state(view))
    _forget(view, was_shared=False)
    return view


def update(service: Service, view: SavedView, *, name: str, is_shared: bool) -> None:
    """Rename it, share it, or make it one's own again."""
    before = _state(view)
    view.name, view.is_shared = name, is_shared
    after = _state(view)
    if before != after:
        with transaction.atomic():
            view.save()
            _record(service, Action.SAVED_VIEW_UPDATE, view, before=before, after=after)
        _forget(view, was_shared=before["is_shared"])


def delete(service: Service, view: SavedView) -> None:
    with transaction.atomic():
        _record(service, Action.SAVED_VIEW_DELETE, view, before=_state(view), after=None)
        view.delete()
    _forget(view, was_shared=view.is_shared)


def _forget(view: SavedView, *, was_shared: bool) -> None:
    """Let the lists of all who see the view, or saw it, read it again."""
    if view.is_shared or was_shared:
        cache.forget(view.workspace)
    else:
        cache.drop(view.workspace, VIEWS, {"person": view.user_id})


def _state(view: SavedView) -> dict[str, Any]:
    return {"name": view.name, "query": view.query, "is_shared": view.is_shared}


def _record(
    service: Service, action: Action, view: SavedView, *, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    """What nobody but its owner ever sees is no affair of the record."""
    if not any(state and state["is_shared"] for state in (before, after)):
        return
    audit.record(
        action=action,
        actor=service.gateway.actor,
        workspace=service.gateway.workspace,
        target=audit.Target(type="saved_view", id=str(view.pk), label=view.name),
        before=before,
        after=after,
        request_id=service.gateway.request_id,
    )


def listed(user: User, workspace: str, *, base: str, current: str) -> list[dict[str, Any]]:
    """The views that the person sees, as links; the one that is looked at is marked."""

    def fetch() -> list[tuple[str, str, bool]]:
        return list(seen_by(user, workspace).values_list("name", "query", "is_shared"))

    return [
        {
            "name": name,
            "href": f"{base}?{query}" if query else base,
            "is_shared": is_shared,
            "is_current": query == current,
        }
        for name, query, is_shared in cache.own(workspace, VIEWS, {"person": user.pk}, fetch).data
    ]
