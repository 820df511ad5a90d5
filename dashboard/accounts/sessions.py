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
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from dashboard.access import remember_roles
from dashboard.accounts.models import Session
from dashboard.audit import api as audit

ADDRESS, BROWSER, STARTED_AT = "address", "browser", "started_at"
# A write for each request would cost more than the request.
SEEN_EVERY = timedelta(minutes=1)
# What of a person is read with their session: all but moments, which each database writes in its own way.
PERSON = ("id", "password", "is_superuser", "username", "first_name", "last_name", "email", "is_staff", "is_active")
# Written out, since putting it together anew costs more than all else of a page that is finished. A row for each role.
READ = f"""SELECT team_session.session_data, team_session.seen_at < %s,
        {", ".join(f"auth_user.{name}" for name in PERSON)}, auth_group.name
    FROM team_session
    LEFT JOIN auth_user ON auth_user.id = team_session.user_id
    LEFT JOIN auth_user_groups ON auth_user_groups.user_id = auth_user.id
    LEFT JOIN auth_group ON auth_group.id = auth_user_groups.group_id
    WHERE team_session.session_key = %s AND team_session.expire_date > %s AND team_session.seen_at >= %s
"""  # noqa: S608  (the names above, and no value)


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

    def load(self) -> dict[str, Any]:
        now, key = timezone.now(), digest(self.session_key)
        idle_since = now - timedelta(seconds=settings.SESSION_IDLE_SECONDS)
        moments = [connection.ops.adapt_datetimefield_value(at) for at in (now - SEEN_EVERY, now, idle_since)]
        with connection.cursor() as cursor:
            cursor.execute(READ, (moments[0], key, *moments[1:]))
            rows = cursor.fetchall()
        if not rows:
            self._session_key = None
            return {}
        data, was_seen_before, *person, _ = rows[0]
        if was_seen_before:
            Session.objects.filter(session_key=key).update(seen_at=now)
        if person[0] is not None:
            self.person = User.from_db(connection.alias, PERSON, person)
            remember_roles(self.person, [row[-1] for row in rows])
        return self.decode(data)

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
