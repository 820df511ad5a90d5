from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.core.cache import cache as backend
from django.core.cache import caches

from assistants_ui.workspaces import cache
from dashboard.lib.memory_cache import MemoryCache


class Source:
    """Something slow to ask, that counts how often it was asked."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.asked = 0
        self.seconds = seconds

    def __call__(self) -> dict[str, int]:
        self.asked += 1
        time.sleep(self.seconds)
        return {"answer": self.asked}


def get(source: Any, *, workspace: str = "main", **params: Any) -> Any:
    return cache.get(workspace, "/assistants", params, source).data


def test_it_asks_once_while_the_copy_is_fresh() -> None:
    source = Source()
    assert get(source) == get(source) == {"answer": 1}


def test_it_asks_again_when_the_copy_is_old(settings: Any) -> None:
    settings.CACHE_SECONDS = 0.0001
    source = Source()
    get(source)
    time.sleep(0.001)
    assert get(source) == {"answer": 2}


def test_waiting_for_another_process_never_ends_with_its_old_answer(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The cache holds a copy for at least a second, so it is still there when it is too old.
    settings.CACHE_SECONDS = 0.0001
    source = Source()
    get(source)
    time.sleep(0.001)
    # Another process holds the lock of this question and gives it up without an answer.
    monkeypatch.setattr(backend, "add", lambda *_args, **_options: False)
    assert get(source) == {"answer": 2}


def test_it_asks_again_after_the_clock_was_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    source, now = Source(), time.time()
    get(source)
    monkeypatch.setattr(time, "time", lambda: now - 3600)
    assert get(source) == {"answer": 2}


@pytest.mark.parametrize("entry", ["text", {}, {"fetched_at": None}, {"fetched_at": "then", "data": 5}])
def test_it_asks_the_server_when_the_cache_holds_something_else(monkeypatch: pytest.MonkeyPatch, entry: Any) -> None:
    source = Source()
    get(source)
    held = backend.get

    def odd(key: str, *rest: Any) -> Any:
        if not key.startswith(("copy:", "last:")):
            return held(key, *rest)
        return {"key": key, **entry} if isinstance(entry, dict) else entry

    monkeypatch.setattr(backend, "get", odd)
    assert get(source) == {"answer": 2}


def test_an_answer_is_kept_once_however_often_it_is_forgotten_and_asked_again() -> None:
    held = caches["default"]
    if not isinstance(held, MemoryCache):
        pytest.skip("Redis has a limit of its own.")
    pages = [["x" * 100_000] for _ in range(20)]
    for page in pages:
        cache.get("main", "/assistants", {}, lambda page=page: page)  # type: ignore[misc]
        cache.forget("main")
    assert held.held < 110_000


def test_the_cache_of_a_process_stays_within_its_bytes_and_drops_what_was_used_longest_ago() -> None:
    small = MemoryCache("small", {"OPTIONS": {"BYTES": 1000}})
    for number in range(5):
        small.set(f"key-{number}", b"x" * 300)
        small.get("key-0")
    assert small.held <= 1000
    assert [number for number in range(5) if small.get(f"key-{number}")] == [0, 3, 4]
    small.set("large", b"x" * 2000)
    assert small.get("large") is None
    small.clear()
    assert small.held == 0


def test_it_keeps_questions_and_workspaces_apart() -> None:
    source = Source()
    get(source, limit=10)
    get(source, limit=20)
    get(source, limit=10, workspace="other")
    assert source.asked == 3


def test_it_asks_again_after_a_write_in_this_workspace_only() -> None:
    source = Source()
    get(source)
    get(source, workspace="other")
    cache.forget("main")
    get(source)
    get(source, workspace="other")
    assert source.asked == 3


def test_a_read_that_began_before_a_write_is_not_kept() -> None:
    def read_while_someone_writes() -> str:
        cache.forget("main")
        return "old truth"

    get(read_while_someone_writes)
    assert get(lambda: "new truth") == "new truth"


def test_twenty_who_ask_at_once_cost_one_question() -> None:
    source = Source(seconds=0.05)
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(get(source))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [{"answer": 1}] * 20


def test_a_failure_reaches_all_who_asked_and_is_not_kept() -> None:
    def fail() -> Any:
        raise ValueError("no answer")

    with pytest.raises(ValueError, match="no answer"):
        get(fail)
    assert get(lambda: "well again") == "well again"


def test_the_last_answer_is_known_with_its_age_even_after_a_write() -> None:
    get(lambda: "answer")
    cache.forget("main")
    known = cache.last_known("main", "/assistants", {})
    assert known is not None
    assert (known.data, known.is_stale) == ("answer", True)


def test_nothing_is_kept_when_the_time_is_zero(settings: Any) -> None:
    settings.CACHE_SECONDS = 0
    source = Source()
    get(source)
    get(source)
    assert source.asked == 2


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1", "redis://h:notaport/0"])
def test_with_the_cache_down_every_read_goes_to_the_server(settings: Any, address: str) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": address,
            "OPTIONS": {"socket_connect_timeout": 0.2},
        }
    }
    source = Source()
    get(source)
    get(source)
    assert source.asked == 2


def test_who_waits_in_vain_for_another_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "PATIENCE_SECONDS", 0.01)
    begun, may_end = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        may_end.wait(5)
        return "at last"

    first = threading.Thread(target=get, args=[slow])
    first.start()
    begun.wait(5)
    with pytest.raises(cache.Busy):
        get(lambda: "never asked")
    may_end.set()
    first.join()
    assert get(lambda: "never asked") == "at last"


def test_who_could_be_shown_an_older_answer_waits_only_a_moment(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CACHE_SECONDS = 0.0001
    get(lambda: "yesterday")
    time.sleep(0.001)
    monkeypatch.setattr(cache, "PATIENCE_WITH_OLDER_SECONDS", 0.01)
    begun = threading.Event()

    def slow() -> str:
        begun.set()
        time.sleep(0.5)
        return "today"

    first = threading.Thread(target=get, args=[slow])
    first.start()
    begun.wait(5)
    # Without the older answer it would wait for the new one, which is not long in coming.
    with pytest.raises(cache.Busy):
        get(lambda: "never asked")
    first.join()


def test_an_answer_is_kept_for_a_day(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if "redis" in settings.CACHES["default"]["BACKEND"].lower():
        pytest.skip("Redis has a clock of its own.")
    get(lambda: "answer")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 23 * 3600)
    assert cache.last_known("main", "/assistants", {}) is not None
    monkeypatch.setattr(time, "time", lambda: now + 25 * 3600)
    assert cache.last_known("main", "/assistants", {}) is None


def test_only_some_threads_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "PLACE_SECONDS", 0.01)
    monkeypatch.setattr(cache, "_places", threading.BoundedSemaphore(1))
    begun, may_end = threading.Event(), threading.Event()
    answers: list[Any] = []

    def slow() -> str:
        begun.set()
        may_end.wait(5)
        return "at last"

    def wait() -> None:
        try:
            answers.append(get(slow))
        except cache.Busy:
            answers.append("busy")

    threads = [threading.Thread(target=wait) for _ in range(4)]
    for thread in threads:
        thread.start()
    begun.wait(5)
    while answers.count("busy") < 2:
        time.sleep(0.005)
    may_end.set()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["at last", "at last", "busy", "busy"]
