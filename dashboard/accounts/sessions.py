"""Sessions in the database that end by themselves, can be listed, and can be ended.

Two clocks run: a session ends ``SESSION_COOKIE_AGE`` seconds after it began, whatever
happens in it, and ``SESSION_IDLE_SECONDS`` after its last request.

The database holds a digest of each session's key, so whoever reads a copy of it can enter none of
them. ``session_key`` is the key in the cookie everywhere except in the column of that name.

One query reads a session, whose it is and which roles they hold, since every page needs all three.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user, login, logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from dashboard.access import remember_roles
from dashboard.accounts.models import Session
from dashboard.audit import api as audit

ADDRESS, BROWSER, STARTED_AT = "address", "browser", "started_at"
# A write for each request would cost more than the request.
SEEN_EVERY = timedelta(minutes=1)


def digest(session_key: str | None) -> str:
    """What the database knows a session by. Keys are random, so they need no salt and no slow hash."""
    # As much as the column holds: 160 bits.
    return hashlib.sha256((session_key or "").encode()).hexdigest()[:40]


class SessionStore(DatabaseSessionStore):
    """The engine that ``SESSION_ENGINE`` names. ``person`` is whose session it was when it was read."""

    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        now = timezone.now()
        idle_since = now - timedelta(seconds=settings.SESSION_IDLE_SECONDS)
        key = digest(self.session_key)
        found = Session.objects.filter(session_key=key, expire_date__gt=now, seen_at__gte=idle_since)
        # One row for each role, at least one.
        rows = list(found.select_related("user").annotate(role_name=F("user__groups__name")))
        if not rows:
            self._session_key = None
            return None
        session, self.person = rows[0], rows[0].user
        if self.person is not None:
            remember_roles(self.person, {row.role_name for row in rows})
        if session.seen_at < now - SEEN_EVERY:
            Session.objects.filter(pk=session.pk).update(seen_at=now)
        return session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row for ``data``; saving again never moves the end of the session."""
        session = super().create_model_instance(data)
        assert isinstance(session, Session)  # noqa: S101  the model that get_model_class names
        session.session_key = digest(session.session_key)
        now = timezone.now()
        started_at = data.get(STARTED_AT)
        session.started_at = datetime.fromisoformat(started_at) if started_at else now
        session.expire_date = session.started_at + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        session.seen_at = now
        session.user_id = data.get(SESSION_KEY)
        session.address = data.get(ADDRESS)
        session.browser = data.get(BROWSER, "")
        return session

    def exists(self, session_key: str) -> bool:
        return super().exists(digest(session_key))

    def delete(self, session_key: str | None = None) -> None:
        session_key = session_key or self.session_key
        if session_key is not None:
            super().delete(digest(session_key))


def person_of(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Who is signed in: whom the session was read with, if nothing speaks against them; Django decides all other cases.

    Those are strangers, closed accounts, changed passwords and replaced secrets.
    """
    session = request.session
    person = session.person if isinstance(session, SessionStore) and SESSION_KEY in session else None
    if (
        person is not None
        and person.is_active
        and session[SESSION_KEY] == str(person.pk)
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
    ):
        return person
    return get_user(request)


def begin(request: HttpRequest, *, user: User, method: str, backend: str | None = None) -> None:
    """Sign the person in: a new session key, and a session that knows where it began.

    ``method`` goes into the record: ``password``, ``link`` or ``single_sign_on``.
    """
    SessionStore.clear_expired()
    login(request, user, backend=backend)
    request.session[STARTED_AT] = timezone.now().isoformat()
    request.session[ADDRESS] = request.META.get("REMOTE_ADDR") or None
    request.session[BROWSER] = request.headers.get("User-Agent", "")[:200]
    actor = audit.actor_of(request)
    audit.record(action="session.sign_in", actor=actor, target=member(user), detail={"method": method})


def end(request: HttpRequest) -> None:
    """Sign out here; nothing happens when nobody is signed in."""
    if isinstance(request.user, User):
        audit.record(action="session.sign_out", actor=audit.actor_of(request), target=member(request.user))
    logout(request)


def live(*, user: User) -> QuerySet[Session]:
    """The person's sessions that have not ended by themselves, the latest seen first."""
    now = timezone.now()
    idle_since = now - timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    return Session.objects.filter(user=user, expire_date__gt=now, seen_at__gt=idle_since).order_by("-seen_at")


def end_all(*, user: User, except_key: str | None = None) -> int:
    """End the person's sessions, except the one that is named; returns how many there were."""
    return live(user=user).exclude(session_key=digest(except_key)).delete()[0]


def member(user: User) -> audit.Target:
    """A person as the target of a record."""
    return audit.Target(type="member", id=str(user.pk), label=user.username)
