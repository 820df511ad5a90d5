"""The permanent cast, each with a browser of their own and signed in.

alice edits, bob only views, carol audits, dora administers (and, as the first administrator,
edits and audits too), mallory has an account and no role at all; ``stranger`` has no account.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from pytest_django import DjangoDbBlocker

from assistants_ui.bulk import jobs
from assistants_ui.service import catalog as service_catalog
from assistants_ui.workspaces import cache as copies
from dashboard.access import Role
from dashboard.audit.record import triggers

PASSWORD = "correct horse battery staple"


class Person(Client):
    """A signed-in browser that knows whose it is."""

    user: User


def person(username: str, *roles: Role) -> Person:
    user = User.objects.create_user(username, f"{username}@example.com", PASSWORD, first_name=username.capitalize())
    user.groups.set(Group.objects.filter(name__in=roles))
    browser = Person()
    browser.force_login(user)
    browser.user = user
    return browser


def html(response: HttpResponseBase) -> str:
    """A page as a browser reads it, to which a line end in the text is a space."""
    assert isinstance(response, HttpResponse)
    return " ".join(response.content.decode().split())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests go last: once a browser is driven, its event loop stays in the thread, and no
    other loop can run there. On PostgreSQL and Redis only tests that use one of them run.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if connection.vendor != "sqlite":
        left_out = [item for item in items if not uses_a_service(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if uses_a_service(item)]


def uses_a_service(item: pytest.Item) -> bool:
    """Whether another database or cache than the default ones could change what the test finds."""
    if item.get_closest_marker("services_do_not_matter"):
        return False
    # What a browser does with a page is the same over every database; the main job is done over each.
    if item.path.parent.name == "browser" and item.path.name != "test_main_job.py":
        return False
    if any(word in item.path.name for word in ("cache", "kill", "lock", "process")):
        return True
    return item.get_closest_marker("django_db") is not None or "db" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database, whose audit log can be emptied between tests that commit."""
    with django_db_blocker.unblock():
        triggers.remove(connection)


@pytest.fixture
def alice(db: None) -> Person:
    return person("alice", Role.EDITORS)


@pytest.fixture
def bob(db: None) -> Person:
    return person("bob", Role.VIEWERS)


@pytest.fixture
def carol(db: None) -> Person:
    return person("carol", Role.AUDITORS)


@pytest.fixture
def dora(db: None) -> Person:
    return person("dora", Role.ADMINISTRATORS, Role.EDITORS, Role.AUDITORS)


@pytest.fixture
def mallory(db: None) -> Person:
    return person("mallory")


@pytest.fixture
def stranger() -> Client:
    return Client()


@pytest.fixture(autouse=True)
def _empty_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cached yet, and a cache that failed in one test is not left alone for seconds in the next."""
    cache.clear()
    monkeypatch.setattr(copies, "_cooldown_until", 0.0)


@pytest.fixture(autouse=True)
def _kept_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded server is called within a request, and the end of that inner one must not close
    the connection that holds the test's transaction; in real life no transaction is open then.
    """
    close = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def close_between_transactions(self: BaseDatabaseWrapper) -> None:
        if not self.in_atomic_block:
            close(self)

    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", close_between_transactions)


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page does for a while and leaves the rest for later, it does to the end, however slow the machine is.
    A test of the rest left for later sets its own time.
    """
    monkeypatch.setattr(service_catalog, "SECONDS_PER_PAGE", 60)
    monkeypatch.setattr(jobs, "SECONDS", 60)
