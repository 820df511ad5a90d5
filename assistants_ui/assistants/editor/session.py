"""One opened form about an assistant: its signed token, and the state it showed, kept while it may stay open."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

import assistants_client as wire
from assistants_ui.domain.canonical import digest_of, text_of
from assistants_ui.domain.labels import label
from assistants_ui.http import DashboardRequest
from assistants_ui.models import Draft, Snapshot

SALT = "assistants_ui.editing.opened"
SNAPSHOT_KEPT_FOR = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class FormToken:
    """One opening of a form. ``base`` is the digest of what it showed, empty when it showed nothing.

    ``op`` is born with the form: whatever is sent twice from it is the same job.
    """

    workspace: str
    user: int
    assistant: str = ""
    base: str = ""
    op: str = field(default_factory=lambda: secrets.token_hex(16))
    at: int = field(default_factory=lambda: int(time.time()))

    @classmethod
    def read(cls, text: str) -> FormToken | None:
        """The opening that this token tells of; None for anything that we did not sign."""
        try:
            return cls(**signing.loads(text, salt=SALT))
        except (signing.BadSignature, TypeError):
            return None

    @classmethod
    def of(cls, workspace: str, user: int, *, assistant: str = "", shown: Mapping[str, Any] | None = None) -> FormToken:
        """A new opening of a form that shows ``shown``, which is kept."""
        base = keep_snapshot(workspace, dict(shown)) if shown else ""
        return cls(workspace=workspace, user=user, assistant=assistant, base=base)

    def sign(self) -> str:
        return signing.dumps(asdict(self), salt=SALT, compress=True)

    def base_value(self) -> dict[str, Any] | None:
        """What the form showed; None when that was too long ago to be known."""
        if not self.base:
            return {}
        found: dict[str, Any] | None = find_snapshot(self.workspace, self.base)
        return found


@dataclass(frozen=True, kw_only=True)
class EditSession:
    """``base`` is the state from which the form's changes are told, ``known_base`` the same, or None when
    nobody knows any more what the form showed. ``drafts`` are offered; ``draft`` is in use, with its
    text in ``typed``.
    """

    token: FormToken
    base: Mapping[str, Any]
    known_base: Mapping[str, Any] | None
    drafts: Sequence[Draft] = ()
    draft: Draft | None = None
    typed: QueryDict | None = None

    @property
    def label(self) -> str:
        return label(wire.Assistant(dict(self.base)))

    def address(self, what: str) -> str:
        """The address beside this form where ``draft`` is kept, or that to ``discard`` it."""
        if self.token.assistant:
            return reverse(f"assistant-{what}", args=[self.token.workspace, self.token.assistant])
        return reverse(f"assistant-create-{what}", args=[self.token.workspace])


def token_of(request: DashboardRequest, assistant: wire.Assistant) -> FormToken:
    """The token of a page that shows this assistant and has a button."""
    return FormToken.of(request.workspace.name, request.user.pk, assistant=assistant.id, shown=assistant.raw)


def posted(request: DashboardRequest, assistant_id: str = "") -> EditSession:
    """The opening that a sent form tells of; without its token, it was opened just now.

    Raises the wire client's errors when the server must be asked what the form may have shown.
    """
    token = read_token(request.POST.get("opened", ""), workspace=request.workspace.name, assistant_id=assistant_id)
    if token is None:
        now = request.service.assistants.retrieve(assistant_id, fresh=True).raw if assistant_id else {}
        token = FormToken.of(request.workspace.name, request.user.pk, assistant=assistant_id, shown=now)
        return EditSession(token=token, base=now, known_base=now)
    return of_token(token, request)


def read_token(text: str, *, workspace: str, assistant_id: str) -> FormToken | None:
    """The token, if it was given out for this very assistant."""
    token = FormToken.read(text)
    return token if token and (token.workspace, token.assistant) == (workspace, assistant_id) else None


def of_token(token: FormToken, request: DashboardRequest) -> EditSession:
    """The session that this token tells of."""
    base = token.base_value()
    if base is None:
        # Nobody knows any more what was shown, so every difference will be asked about.
        now = request.service.assistants.retrieve(token.assistant, fresh=True).raw if token.assistant else {}
        return EditSession(token=token, base=now, known_base=None if token.assistant else {})
    return EditSession(token=token, base=base, known_base=base)


def keep_snapshot(workspace: str, value: Any) -> str:
    """Keep ``value`` for 14 days after its last use; the digest under which it is found again."""
    digest = digest_of(value)
    kept = Snapshot(workspace=workspace, digest=digest, body=text_of(value), used_at=timezone.now())
    Snapshot.objects.bulk_create(
        [kept], update_conflicts=True, unique_fields=["workspace", "digest"], update_fields=["used_at"]
    )
    return digest


def forget_unused_snapshots(**_: Any) -> None:
    """Forget what nobody used for 14 days. Whoever opens a form has signed in within a day, so then is soon enough."""
    Snapshot.objects.filter(used_at__lt=timezone.now() - SNAPSHOT_KEPT_FOR).delete()


def find_snapshot(workspace: str, digest: str) -> Any:
    """The value kept under ``digest``, or None when it is too old."""
    body = Snapshot.objects.filter(workspace=workspace, digest=digest).values_list("body", flat=True).first()
    return json.loads(body) if body is not None else None
