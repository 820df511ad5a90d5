"""Walks the whole list of a workspace into the catalog: each page once, resumable, and never endless.

Oldest first, so that what others make meanwhile comes at the end of the walk and is met by it. What one walk does
not meet is asked for by its id before it is taken out, since a server may also skip.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import transaction

import assistants_client as wire
from assistants_client import Call, CursorPage, calls
from assistants_ui.catalog import entries, text_index
from assistants_ui.models import CatalogEntry, CatalogState
from assistants_ui.workspaces.locks import LockTimeout, lock

PAGE = 100
# No workspace is so large, but a server may go on for ever.
MOST_PAGES = 5000
# How many objects before the cursor are tried when the server gives nothing new after it, or does not know it.
MOST_RETRIES = 3
# How servers say that they do not know a cursor, mostly since its object was deleted.
CURSOR_REFUSED = (wire.BadRequestError, wire.NotFoundError, wire.UnprocessableEntityError)

Send = Callable[[Call[Any]], Any]


def state_of(workspace: str) -> CatalogState:
    """How far the catalog is; an unsaved, empty one when nobody has asked for it yet."""
    return CatalogState.objects.filter(workspace=workspace).first() or CatalogState(workspace=workspace)


def begin(workspace: str) -> CatalogState:
    """Start a walk, unless one is on its way. What the one before found stays in use until this one ends."""
    with transaction.atomic():
        state, _ = CatalogState.objects.select_for_update().get_or_create(workspace=workspace)
        if not state.is_walking:
            state.walk += 1
            state.is_walking, state.is_checking, state.cursor = True, False, ""
            state.pages = state.walked = state.retries = state.unreadable = 0
            state.began_at = entries.now()
            state.save()
    return state


class _Asking:
    """Asks for the page after the one that is being stored, where the server is another one: neither waits then."""

    def __init__(self, send: Send, *, is_ahead: bool) -> None:
        self._send = send
        self._threads = ThreadPoolExecutor(max_workers=1) if is_ahead else None
        self._asked: tuple[str, int, Future[Any]] | None = None

    def page(self, cursor: str) -> tuple[CursorPage[wire.Assistant], int]:
        """The page after this cursor, and when it was asked for."""
        asked, self._asked = self._asked, None
        if asked is not None and asked[0] == cursor:
            return asked[2].result(), asked[1]
        read_at = entries.now()
        return self._send(_page_after(cursor)), read_at

    def ahead(self, page: CursorPage[wire.Assistant]) -> None:
        """Ask for what follows this page, if the server says that something does."""
        if self._threads is not None and page.has_more and page.last_id and len(page.data) == PAGE:
            cursor = str(page.last_id)
            self._asked = (cursor, entries.now(), self._threads.submit(self._send, _page_after(cursor)))

    @property
    def has_asked(self) -> bool:
        return self._asked is not None

    def __call__(self, call: Call[Any]) -> Any:
        return self._send(call)

    def close(self) -> None:
        if self._threads is not None:
            self._threads.shutdown()


def _page_after(cursor: str) -> Call[Any]:
    first = calls.assistants.list(limit=PAGE, order="asc")
    return first.at_cursor(after=cursor) if cursor else first


def advance(
    workspace: str, send: Send, *, seconds: float, patience: float = 0.0, is_ahead: bool = False
) -> CatalogState:
    """Let the walk go on for about so long, at least by one question, and tell how far it is then.

    Only one request walks at a time; another one waits ``patience`` seconds for it. Raises what ``send`` raises;
    what was read by then is kept, and the next call goes on from there. ``is_ahead``: ``send`` may be called in a
    thread of its own, for the next page, while this one is stored.
    """
    late = time.monotonic() + seconds
    asking = _Asking(send, is_ahead=is_ahead)
    try:
        with lock(f"catalog/{workspace}", patience=patience):
            state = state_of(workspace)
            while state.is_walking:
                is_late = time.monotonic() >= late
                state = _check(state, asking) if state.is_checking else _read_page(state, asking, goes_on=not is_late)
                if not state.is_walking:
                    text_index.tidy(has_forgotten=state.walk > 1)
                # What has been asked for is stored too, so that no page is asked for twice.
                if time.monotonic() >= late and not asking.has_asked:
                    break
    except LockTimeout:
        pass
    finally:
        asking.close()
    return state_of(workspace)


def _read_page(state: CatalogState, asking: _Asking, *, goes_on: bool) -> CatalogState:
    try:
        page, read_at = asking.page(state.cursor)
    except CURSOR_REFUSED:
        if not state.cursor:
            raise
        return _step_back(state, problem="cursor")
    if goes_on:
        asking.ahead(page)
    with transaction.atomic():
        return _take_in(state, page, read_at=read_at)


def _take_in(state: CatalogState, page: CursorPage[wire.Assistant], *, read_at: int) -> CatalogState:
    too_long = sum(1 for item in page.data if len(item.id) > entries.LONGEST_ID)
    # A server that does not know the order gives the newest first; then the places count down.
    place = state.began_at + state.walked
    data = page.data
    if data and data[0].created_at > data[-1].created_at:
        data, place = data[::-1], state.began_at - state.walked - len(data)
    fresh = entries.put(state.workspace, data, read_at=read_at, walk=state.walk, place=place)
    state.pages += 1
    state.walked += fresh
    state.read_at = read_at
    state.unreadable += len(page.unreadable) + too_long
    if not page.may_have_more:
        return _go_on_to_checks(state, problem="unreadable" if state.unreadable else "")
    if not fresh:
        # A server without paging, which leaves has_more out and repeats itself, is complete too.
        if not page.has_more:
            return _go_on_to_checks(state, problem="unreadable" if state.unreadable else "")
        return _step_back(state, problem="repeated")
    if state.pages >= MOST_PAGES:
        return _go_on_to_checks(state, problem="endless")
    state.cursor, state.retries = str(page.last_id), 0
    state.save()
    return state


def _step_back(state: CatalogState, *, problem: str) -> CatalogState:
    """Go on from the object before the cursor, which may have been deleted meanwhile; give up after a few."""
    met = CatalogEntry.objects.filter(workspace=state.workspace, walk=state.walk)
    at = met.filter(assistant_id=state.cursor).values_list("place", flat=True).first()
    earlier = met.filter(place__lt=at).order_by("-place").values_list("assistant_id", flat=True).first() if at else None
    if earlier is None or state.retries >= MOST_RETRIES:
        return _go_on_to_checks(state, problem=problem)
    state.cursor, state.retries = earlier, state.retries + 1
    state.save()
    return state


def _go_on_to_checks(state: CatalogState, *, problem: str) -> CatalogState:
    state.problem, state.is_checking = problem, True
    state.save()
    return _end(state) if not _unmet(state).exists() else state


def _unmet(state: CatalogState) -> Any:
    """What is known from before and was not met by this walk, nor by anything else since it began."""
    return CatalogEntry.objects.filter(
        workspace=state.workspace, walk__lt=state.walk, kept_at__lt=state.began_at, is_deleted=False
    )


def _check(state: CatalogState, send: _Asking) -> CatalogState:
    """Ask for one assistant that the walk did not meet: it may be gone, or the server may have skipped it."""
    name = _unmet(state).order_by("id").values_list("assistant_id", flat=True).first()
    if name is not None:
        read_at = entries.now()
        try:
            found = send(calls.assistants.retrieve(name))
        except wire.NotFoundError as error:
            if error.is_route:
                # Nothing can be asked for by its id here. All that were not met stay, and the list is not whole.
                state.problem = "unasked"
                return _end(state)
            CatalogEntry.objects.filter(workspace=state.workspace, assistant_id=name, kept_at__lt=read_at).delete()
        else:
            with transaction.atomic():
                entries.put(state.workspace, [found], read_at=read_at)
                # Whatever id the answer bears, this one was asked about.
                _unmet(state).filter(assistant_id=name).update(kept_at=read_at)
        if _unmet(state).exists():
            return state
    return _end(state)


def _end(state: CatalogState) -> CatalogState:
    with transaction.atomic():
        CatalogEntry.objects.filter(workspace=state.workspace, is_deleted=True, kept_at__lt=state.began_at).delete()
        state.is_walking = state.is_checking = False
        state.is_complete = not state.problem
        state.ended_at = state.began_at
        state.save()
    return state
