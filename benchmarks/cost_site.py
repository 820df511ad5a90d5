"""The site in this process, and what one of its pages costs: the time of a processor and the memory of the process."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest.mock import patch

from django.core.cache import cache as kept
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

MEGABYTE = 2**20
REPEATS = 4
Act = Callable[[], Any]
Pages = Iterator[tuple[str, Act]]


@dataclass(frozen=True)
class Cost:
    """Of one page: milliseconds of a processor as an idle machine would take them, and megabytes at its peak."""

    milliseconds: float
    megabytes: float = 0.0

    def __str__(self) -> str:
        return f"{self.milliseconds:7.0f} ms {self.megabytes:6.1f} MB"


def loop_seconds() -> float:
    """The time of a processor for a fixed piece of work, which grows with what others do on the same machine."""
    began = time.process_time()
    sum(number * number for number in range(100_000))
    return time.process_time() - began


class Floor:
    """What that piece of work takes at best on this machine."""

    def __init__(self) -> None:
        self.seconds = min(loop_seconds() for _ in range(100))

    def strain(self) -> float:
        """How much longer it takes just now."""
        now = loop_seconds()
        self.seconds = min(self.seconds, now)
        return now / self.seconds


@cache
def floor() -> Floor:
    return Floor()


def cost_of(act: Act, *, slow: float = 100.0) -> Cost:
    """The cost of a page; its memory is looked at where its time is more than ``slow`` milliseconds."""
    milliseconds = _milliseconds(act)
    if milliseconds < slow:
        return Cost(milliseconds)
    # Several times, because much of each may have been somebody else's.
    milliseconds = min(milliseconds, *(_milliseconds(act) for _ in range(REPEATS)))
    return Cost(milliseconds, _megabytes(act))


def _milliseconds(act: Act) -> float:
    before = floor().strain()
    began = time.process_time()
    _read(act())
    taken = time.process_time() - began
    return 1000 * taken / ((before + floor().strain()) / 2)


def _megabytes(act: Act) -> float:
    gc.collect()
    tracemalloc.start()
    try:
        _read(act())
        return tracemalloc.get_traced_memory()[1] / MEGABYTE
    finally:
        tracemalloc.stop()


def _read(response: Any) -> None:
    """Take all of an answer, as a browser would; a stream is not kept."""
    if getattr(response, "streaming", False):
        for _ in response.streaming_content:
            pass
        response.close()


@dataclass
class Site:
    """The site in this process, with somebody signed in who may do everything, and another program at its server."""

    browser: Client
    server: Any
    model: Any
    user: Any
    stack: ExitStack = field(default_factory=ExitStack)

    def get(self, path: str, data: Any = None) -> Act:
        return lambda: self.browser.get(path, data)

    def post(self, path: str, data: Any) -> Act:
        return lambda: self.browser.post(path, data)


@cache
def site() -> Site:
    """Set up once in a process. Needs Django set up with the settings of the tests."""
    from django.conf import settings
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command

    from assistants_client import Client as Program
    from assistants_client.transport import WSGITransport
    from assistants_server.http.authentication import new_key
    from assistants_server.runs import connect
    from assistants_ui.workspaces.connections import EMBEDDED_BASE_URL, connected, embedded_app
    from dashboard.environment.models import ModelServer
    from dashboard.environment.workspaces import WorkspaceSettings
    from tests.assistants_server.scripted import ScriptedModel, work

    call_command("migrate", verbosity=0)
    user = User.objects.create_user("everybody", "everybody@example.com", None, first_name="Everybody")
    user.groups.set(Group.objects.all())
    browser = Client()
    browser.force_login(user)
    stack = ExitStack()
    close = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def close_between_transactions(self: BaseDatabaseWrapper) -> None:
        if not self.in_atomic_block:
            close(self)

    model = ScriptedModel()
    served = ModelServer(base_url="http://model.example/v1", models={"*": "tiny:1b"})
    settings.WORKSPACES = settings.WORKSPACES | {"main": WorkspaceSettings(name="main", label="Main", model=served)}
    settings.EMBEDDED_REQUESTS_PER_MINUTE = 0
    # What is taken back after each example also takes back that somebody was there.
    settings.SESSION_IDLE_SECONDS = settings.SESSION_COOKIE_AGE = 10**9
    settings.CHATS_A_DAY = 10**9
    changes: tuple[AbstractContextManager[Any], ...] = (
        patch.object(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", close_between_transactions),
        patch.object(connect, "open_model", lambda workspace: model),
        patch("assistants_server.models_api.offered.ask", lambda server: []),
    )
    for change in changes:
        stack.enter_context(change)
    inside = WSGITransport(embedded_app, environ={settings.EMBEDDED_WORKSPACE_VARIABLE: "main"})
    far_end = Program(
        base_url=EMBEDDED_BASE_URL, api_key="", timeout=3600, transport=inside, sleep=lambda seconds: work()
    )
    stack.enter_context(connected("main", far_end))
    key = new_key(name="others", workspace="main")[1]
    program = Program(base_url=EMBEDDED_BASE_URL, api_key=key, timeout=3600, transport=WSGITransport(embedded_app))
    gc.freeze()
    floor()
    return Site(browser, program, model, user, stack)


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written to the database and the cache within is gone afterwards."""
    kept.clear()
    site()
    block = transaction.atomic()
    # As in Django's own test cases: what insists on ending its transaction is let.
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        try:
            yield
        finally:
            transaction.set_rollback(True)
            kept.clear()
