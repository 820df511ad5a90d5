"""Who calls /v1: the holder of a key, or a principal inside this process."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from assistants_server.http.errors import Refusal
from assistants_server.models import APIKey

PREFIX_LENGTH = 12
USE_IS_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Whose objects are seen and whether they may be changed; ``key`` is None inside this process."""

    workspace: str
    may_write: bool
    key: APIKey | None


def new_key(*, name: str, workspace: str, read_only: bool = False) -> tuple[APIKey, str]:
    """Make a key and give it together with its text, which is known only here and now."""
    text = "sk-" + secrets.token_urlsafe(36)
    key = APIKey.objects.create(
        name=name, workspace=workspace, read_only=read_only, prefix=text[:PREFIX_LENGTH], sha256=digest(text)
    )
    return key, text


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def authenticate(request: HttpRequest) -> Principal:
    """Raises a 401 when nobody we know calls, and a 403 on plain http where the site has https.

    Cookies and query strings never count.
    """
    inside: str | None = request.META.get(settings.EMBEDDED_WORKSPACE_VARIABLE)
    if inside is not None:
        return Principal(workspace=inside, may_write=True, key=None)
    if settings.IS_HTTPS and not request.is_secure():
        # Told, not redirected: the key has already travelled in the clear, and should not twice.
        raise Refusal(403, "This API is served over https only. Use https in your base URL.", code="https_required")
    text = sent_key(request)
    if not text:
        raise Refusal(
            401,
            "You didn't provide an API key. You need to provide your API key in an Authorization header "
            "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
        )
    key = _key_of(text)
    if key is None:
        raise Refusal(
            401,
            f"Incorrect API key provided: {hidden(text)}. An administrator of this dashboard makes keys under Team.",
            code="invalid_api_key",
        )
    _note_use(key)
    return Principal(workspace=key.workspace, may_write=not key.read_only, key=key)


def sent_key(request: HttpRequest) -> str:
    """The key in ``Authorization: Bearer``, or else in the ``api-key`` of Azure's clients; empty without either."""
    scheme, _, text = request.headers.get("Authorization", "").strip().partition(" ")
    return (text.strip() if scheme.lower() == "bearer" else "") or request.headers.get("api-key", "").strip()


def _key_of(text: str) -> APIKey | None:
    if len(text) > 200 or not text.isascii() or not text.isprintable():
        return None
    key = APIKey.objects.filter(prefix=text[:PREFIX_LENGTH], revoked_at=None).first()
    known = key.sha256 if key is not None else ""
    if not hmac.compare_digest(known, digest(text)) or key is None:
        return None
    served = settings.WORKSPACES.get(key.workspace)
    return key if served is not None and served.is_embedded else None


def hidden(text: str) -> str:
    """Enough of a key to recognise it by, and never the key."""
    return f"{text[:3]}…{text[-4:]}" if len(text) > 16 and text.isprintable() else "…"


def _note_use(key: APIKey) -> None:
    # A write on every read would make reading as slow as writing.
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_IS_NOTED_EVERY)
    if key.last_used_at is None or key.last_used_at < now - USE_IS_NOTED_EVERY:
        APIKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
