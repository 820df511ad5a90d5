"""Copies of what a workspace's server answered, brief and honest about their age.

Data is cached, never pages. The last answer of every call is kept for a day, once, with its workspace's
*generation*: a write puts a new generation in place, after which the copy is fresh no more, so its author never
meets an older one, and a read that began before the write stores under the generation that it began with. A copy
that is not fresh is shown, with its age, when the server does not answer.

Nothing here raises: with the cache down every read simply goes to the server.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.dispatch import receiver

from dashboard.lib.cache_failures import CACHE_FAILURES
from dashboard.lib.signals import workspace_changed

logger = logging.getLogger(__name__)
T = TypeVar("T")

KEPT_SECONDS = 24 * 3600
# How long a process waits for another process that asks the server the same question.
PATIENCE_SECONDS = 10.0
# The same when an older answer could be shown instead.
PATIENCE_WITH_OLDER_SECONDS = 1.0
# How long a thread waits for one of the few places in which threads may wait for another's answer.
PLACE_SECONDS = 2.0
# How long the cache is left alone after it failed, so that its time-outs are not paid by every read.
COOLDOWN_SECONDS = 5.0
# What stands for a generation while the cache does not answer.
NO_GENERATION = "none"


@dataclass(frozen=True)
class Copy:
    """One answer: the server's JSON, when it was fetched (Unix seconds), and whether it is too old to trust.

    ``generation``: the one that the read began with.
    """

    data: Any
    fetched_at: float
    is_stale: bool = False
    generation: str = ""


@dataclass
class Freshness:
    """What was read while something was being made of it; ``until`` is when the first copy is fresh no more."""

    until: float = math.inf

    def note(self, copy: Copy) -> None:
        self.until = min(self.until, copy.fetched_at + settings.CACHE_SECONDS)


_freshness: ContextVar[Freshness | None] = ContextVar("freshness", default=None)


@contextmanager
def freshness() -> Iterator[Freshness]:
    """Note how long the copies that are read within stay fresh."""
    noted = Freshness()
    token = _freshness.set(noted)
    try:
        yield noted
    finally:
        _freshness.reset(token)


class Busy(Exception):  # noqa: N818  (it names a state, not a mistake)
    """Somebody else is asking the same question and has no answer yet; nothing was sent for this one."""


_asking: dict[str, Future[Copy]] = {}
_asking_lock = threading.Lock()
# Most threads stay free for pages that need no server, however long an answer takes.
_places = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 4))
_cooldown_until = 0.0


def get(workspace: str, path: str, params: Mapping[str, Any], fetch: Callable[[], Any]) -> Copy:
    """The answer to one read, from the cache while it is fresh, otherwise by ``fetch``.

    However many threads and processes ask at once, ``fetch`` runs once: the rest wait for it, only a
    moment when an older answer is known, and not more of them than leaves threads for other pages.
    What ``fetch`` raises is raised to all who waited in this process; who waited in vain gets ``Busy``.
    """
    if not settings.CACHE_SECONDS:
        return Copy(fetch(), time.time())
    key = f"last:{_digest(workspace, path, params)}"
    generation = _generation(workspace)
    copy = _load(key)
    if copy is None or not _is_fresh(copy, generation):
        copy = _once(key, generation, lambda: _fetch_and_store(workspace, key, generation, fetch))
    if watched := _freshness.get():
        watched.note(copy)
    return copy


def own(workspace: str, question: str, params: Mapping[str, Any], fetch: Callable[[], Any]) -> Copy:
    """:func:`get` for what the site's own database tells: who waited in vain asks it as well, which costs little."""
    try:
        return get(workspace, question, params, fetch)
    except Busy:
        return Copy(fetch(), time.time())


def _is_fresh(copy: Copy, generation: str) -> bool:
    # A copy from the future was fetched before the clock was set back, and would stay fresh until it catches up.
    return copy.generation == generation and abs(time.time() - copy.fetched_at) < settings.CACHE_SECONDS


def last_known(workspace: str, path: str, params: Mapping[str, Any]) -> Copy | None:
    """The newest answer of the past day, for when the server does not answer; marked stale."""
    copy = _load(f"last:{_digest(workspace, path, params)}")
    return Copy(copy.data, copy.fetched_at, is_stale=True) if copy else None


def drop(workspace: str, path: str, params: Mapping[str, Any]) -> None:
    """Make this one copy unreachable, and what was made of it; the others stay."""
    digest = _digest(workspace, path, params)
    _guarded(lambda: cache.delete(f"last:{digest}"))
    _guarded(lambda: cache.set(f"dropped:{digest}", uuid.uuid4().hex, KEPT_SECONDS))


def version(workspace: str, *questions: tuple[str, Mapping[str, Any]]) -> tuple[str, ...] | None:
    """What changes when the workspace's data do or the copy of one of these questions (path, params) is dropped.

    None where that cannot be told, and nothing may be kept that was made of copies.
    """
    if not settings.CACHE_SECONDS:
        return None
    keys = [f"dropped:{_digest(workspace, *question)}" for question in questions]
    generation, found = _generation(workspace), _guarded(lambda: cache.get_many(keys))
    if found is None or generation == NO_GENERATION:
        return None
    return generation, *(str(found.get(key, "")) for key in keys)


def forget(workspace: str) -> None:
    """Make every copy of the workspace's data unreachable."""
    _guarded(lambda: cache.set(f"generation:{workspace}", uuid.uuid4().hex, None))


def note(workspace: str, fact: str) -> None:
    """Remember for a day that something was found to be so."""
    _guarded(lambda: cache.set(f"noted:{_digest(workspace, fact, {})}", 1, KEPT_SECONDS))


def is_noted(workspace: str, fact: str) -> bool:
    """Whether this was noted in the past day; nothing is while the cache is down."""
    return bool(_guarded(lambda: cache.get(f"noted:{_digest(workspace, fact, {})}")))


@receiver(workspace_changed)
def _forget_changed(workspace: str, **_: Any) -> None:
    forget(workspace)


def _generation(workspace: str) -> str:
    # A random name, because a counter that the cache evicted would begin again at a used number.
    return (
        _guarded(lambda: cache.get_or_set(f"generation:{workspace}", lambda: uuid.uuid4().hex, None)) or NO_GENERATION
    )


def _digest(workspace: str, path: str, params: Mapping[str, Any]) -> str:
    question = json.dumps([workspace, path, dict(params)], sort_keys=True, default=str)
    return hashlib.sha256(question.encode()).hexdigest()


def _load(key: str) -> Copy | None:
    entry = _guarded(lambda: cache.get(key))
    # The key is stored inside too: a cache that mixes up its answers must never show one
    # workspace's data in another.
    if not isinstance(entry, dict) or entry.get("key") != key or not isinstance(entry.get("fetched_at"), float):
        return None
    return Copy(entry.get("data"), entry["fetched_at"], generation=str(entry.get("generation")))


def _store(key: str, copy: Copy) -> None:
    entry = {"key": key, "data": copy.data, "fetched_at": copy.fetched_at, "generation": copy.generation}
    _guarded(lambda: cache.set(key, entry, KEPT_SECONDS))


def _fetch_and_store(workspace: str, key: str, generation: str, fetch: Callable[[], Any]) -> Copy:
    lock = f"asking:{generation}:{key}"
    if not _guarded(lambda: cache.add(lock, 1, math.ceil(PATIENCE_SECONDS)), on_failure=True):
        copy = _wait_for(key, generation, lock)
        if copy:
            return copy
    try:
        # Whoever was asked before may have answered since the cache was looked at.
        if (copy := _load(key)) and _is_fresh(copy, generation):
            return copy
        copy = Copy(fetch(), time.time(), generation=generation)
        # What was read before a write gives way to what was read after it.
        if generation == _generation(workspace) or _load(key) is None:
            _store(key, copy)
        return copy
    finally:
        _guarded(lambda: cache.delete(lock))


def _wait_for(key: str, generation: str, lock: str) -> Copy | None:
    """What another process fetches just now; None when it gave up."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        copy = _load(key)
        if copy and _is_fresh(copy, generation):
            return copy
        if not _guarded(lambda: cache.get(lock)):
            return None
        time.sleep(0.02)
    return None


def _once(key: str, generation: str, work: Callable[[], Copy]) -> Copy:
    """Run ``work`` in the first thread that asks; the others receive its result or its error."""
    question = f"{generation}:{key}"
    with _asking_lock:
        future = _asking.get(question)
        is_first = future is None
        if future is None:
            future = _asking[question] = Future()
    if not is_first:
        return _wait_for_answer(future, PATIENCE_WITH_OLDER_SECONDS if _load(key) else PATIENCE_SECONDS)
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)
        raise
    finally:
        with _asking_lock:
            del _asking[question]
    return future.result()


def _wait_for_answer(future: Future[Copy], patience: float) -> Copy:
    """The answer that another thread is fetching, if it comes soon enough."""
    if not _places.acquire(timeout=min(patience, PLACE_SECONDS)):
        raise Busy
    try:
        return future.result(timeout=patience)
    except TimeoutError as error:
        if future.done():
            raise
        raise Busy from error
    finally:
        _places.release()


def _guarded(action: Callable[[], T], *, on_failure: T | None = None) -> T | None:
    """Use the cache, or do without it for a few seconds once it has failed."""
    global _cooldown_until
    if time.monotonic() < _cooldown_until:
        return on_failure
    try:
        return action()
    except CACHE_FAILURES as error:
        _cooldown_until = time.monotonic() + COOLDOWN_SECONDS
        logger.warning("The cache does not answer, so reads go to the server: %s", type(error).__name__)
        return on_failure
