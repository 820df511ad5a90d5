"""Typed text that is not saved yet, kept on the server for its author alone."""

from __future__ import annotations

import json
from datetime import timedelta

from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils import timezone

from assistants_ui.assistants.editor.tokens import FormToken
from assistants_ui.models import Draft

KEPT_FOR = timedelta(days=14)
# What a browser sends beside the text.
NOT_TEXT = ("csrfmiddlewaretoken", "do", "check", "again", "dirty")


def keep(user_id: int, workspace: str, assistant_id: str, data: QueryDict, *, opened: str | None = None) -> Draft:
    """Keep the posted form as this person's draft; an earlier one gives way only if this opening made it.

    ``opened`` is the token of what the text goes on from, by default the form's own.
    """
    opened = opened or data.get("opened", "")
    token = FormToken.read(opened)
    pairs = [(name, value) for name, values in data.lists() if name not in (*NOT_TEXT, "opened") for value in values]
    draft, _ = Draft.objects.update_or_create(
        user_id=user_id,
        workspace=workspace,
        assistant_id=assistant_id,
        op=token.op if token else "",
        defaults={"body": json.dumps(pairs), "opened": opened, "saved_at": timezone.now()},
    )
    return draft


def offered(user: User, workspace: str, assistant_id: str) -> list[Draft]:
    """This person's drafts of the assistant, none older than 14 days, the latest first."""
    Draft.objects.filter(user=user, saved_at__lt=timezone.now() - KEPT_FOR).delete()
    found = Draft.objects.filter(user=user, workspace=workspace, assistant_id=assistant_id)
    return list(found.order_by("-saved_at", "-pk"))


def chosen(drafts: list[Draft], name: str) -> Draft | None:
    """The draft that an address names: by its number, or ``use`` for the latest."""
    return next((draft for draft in drafts if name in ("use", str(draft.pk))), None)


def discard(user: User, workspace: str, assistant_id: str, *, op: str) -> None:
    """End the draft of one opening; those of others stay on offer."""
    Draft.objects.filter(user=user, workspace=workspace, assistant_id=assistant_id, op=op).delete()


def pairs_of(draft: Draft) -> list[tuple[str, str]]:
    """The fields of the form as they were posted."""
    return [(name, value) for name, value in json.loads(draft.body)]


def form_data(pairs: list[tuple[str, str]]) -> QueryDict:
    """The same fields in the shape in which Django reads a posted form."""
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    return data
