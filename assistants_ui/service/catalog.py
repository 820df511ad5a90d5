"""The catalog of one workspace: filled, searched, and asked who uses what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy

import assistants_client as wire
from assistants_ui.catalog import entries, filling, keeping
from assistants_ui.catalog.entries import tag_key
from assistants_ui.catalog.filters import Filters, Kind, entries_of
from assistants_ui.catalog.search import FoundPage, search
from assistants_ui.models import CatalogEntry, CatalogState, CatalogTag
from assistants_ui.service import external_changes
from assistants_ui.service.gateway import Gateway
from dashboard.audit.read.revisions import open_since

# How long a page may take for looking further through the list; where nothing is known yet, at least one question.
SECONDS_PER_PAGE = 1.5
# Before something is deleted people wait longer, because then it matters who uses it.
SECONDS_BEFORE_DELETING = 8.0
# How long a second request waits for the one that reads the list.
PATIENCE_SECONDS = 2.0
# When what a remote server said is read again.
OLD_AFTER_SECONDS = 600
# So many files or stores are asked about in one question to the database.
IDS_AT_ONCE = 500
PROBLEMS = {
    "cursor": gettext_lazy("The server lost its place in the list."),
    "repeated": gettext_lazy("The server repeated itself instead of going on."),
    "endless": gettext_lazy("The server's list has no end."),
    "unreadable": gettext_lazy("Some entries of the list could not be read."),
    "unasked": gettext_lazy("The server left assistants out, and cannot be asked for a single one."),
}


@dataclass(frozen=True)
class Status:
    """How far the catalog is: for people who must know whether it tells everything."""

    is_complete: bool
    is_walking: bool
    number: int
    read_at: datetime | None
    problem: str
    is_embedded: bool

    @property
    def is_old(self) -> bool:
        """Whether somebody else may have changed a good deal on the server since it was read."""
        if self.is_embedded or self.read_at is None:
            return False
        return (datetime.now(UTC) - self.read_at).total_seconds() > OLD_AFTER_SECONDS


class CatalogService:
    """What is known of all assistants of the workspace, without asking the server about each."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    @property
    def _workspace(self) -> str:
        return self._gateway.workspace

    @cached_property
    def _is_embedded(self) -> bool:
        return keeping.is_embedded(self._workspace)

    def page(
        self,
        filters: Filters,
        *,
        limit: int,
        order: str = "desc",
        sort: str = "",
        after: str | None = None,
        before: str | None = None,
    ) -> FoundPage:
        """One page of what fits, in the order asked for. Asks the server nothing; see :meth:`ready`."""
        return search(self._workspace, filters, limit=limit, order=order, sort=sort, after=after, before=before)

    def ready(self) -> Status:
        """Fill the catalog as far as one page may take, and tell how far it is. No question once it has been filled.

        A server that does not answer leaves it as it is, where anything is known already.
        """
        state = filling.state_of(self._workspace)
        if not state.ended_at:
            filling.begin(self._workspace)
            state = self._advance(SECONDS_PER_PAGE)
        return self._status(state)

    def go_on(self) -> Status:
        """Go on reading the list again, if somebody has begun to."""
        return self._status(self._advance(SECONDS_PER_PAGE))

    def status(self) -> Status:
        """How far it is, without a question to the server."""
        return self._status(filling.state_of(self._workspace))

    def refresh(self, *, seconds: float = SECONDS_PER_PAGE) -> Status:
        """Read the whole list again, as far as this takes; what is known stays in use until then."""
        filling.begin(self._workspace)
        return self._status(self._advance(seconds))

    def _advance(self, seconds: float) -> CatalogState:
        """Read on. With the server down people get what is known, and when that was read."""
        watch = external_changes.ChangeWatch(self._gateway)

        def send(call: wire.Call[Any]) -> Any:
            answer = self._gateway.read(call, fresh=True)
            if isinstance(answer, wire.CursorPage):
                watch.came(answer)
            return answer

        try:
            state = filling.advance(
                self._workspace,
                send,
                seconds=seconds,
                patience=PATIENCE_SECONDS,
                # The embedded server answers in this thread, on its database connection.
                is_ahead=not self._is_embedded,
            )
        except wire.APIError as error:
            state = filling.state_of(self._workspace)
            if not entries_of(self._workspace).exists() or error.outcome == wire.Outcome.REFUSED:
                raise
            self._gateway.stale_since = _moment(state.ended_at or state.read_at)
        external_changes.look_into(self._gateway, watch, watch.suspects_of_all())
        return state

    def _status(self, state: CatalogState) -> Status:
        at = entries.now() if self._is_embedded and state.is_complete else state.ended_at
        return Status(
            is_complete=state.is_complete and not self._has_unknown_change(state),
            is_walking=state.is_walking,
            number=state.walked,
            read_at=_moment(at),
            problem=str(PROBLEMS.get(state.problem, "")),
            is_embedded=self._is_embedded,
        )

    def _has_unknown_change(self, state: CatalogState) -> bool:
        """Whether a change was sent since the list was read of which nobody knows whether it was made."""
        if self._is_embedded or not state.ended_at:
            return False
        began = datetime.fromtimestamp(state.ended_at / 1_000_000, UTC)
        return open_since("assistant", workspace=self._workspace, since=began)

    def settled(self, *, before_deleting: bool = False) -> bool:
        """Whether the catalog tells everything, after reading what can be read in the time that a page may take.

        ``before_deleting`` people wait longer, and what a remote server said before does not count.
        """
        seconds = SECONDS_BEFORE_DELETING if before_deleting else SECONDS_PER_PAGE
        status = self.status()
        must_read = status.read_at is None or status.is_old or (before_deleting and not self._is_embedded)
        if must_read or status.is_walking:
            status = self.refresh(seconds=seconds)
        return status.is_complete and not status.is_walking

    def users_of_files(self, ids: Iterable[str]) -> dict[str, list[wire.Assistant]]:
        """Who works with each of these files directly, by the file's id; the oldest assistant first."""
        return self._users(Kind.FILE, ids)

    def users_of_stores(self, ids: Iterable[str]) -> dict[str, list[wire.Assistant]]:
        """Who searches each of these vector stores, by the store's id; the oldest assistant first."""
        return self._users(Kind.STORE, ids)

    def _users(self, kind: Kind, ids: Iterable[str]) -> dict[str, list[wire.Assistant]]:
        """The assistants hold their ids and names alone, however many there are."""
        asked = {tag_key(value): value for value in ids}
        found: dict[str, list[wire.Assistant]] = {}
        keys = list(asked)
        for start in range(0, len(keys), IDS_AT_ONCE):
            tags = CatalogTag.objects.filter(
                workspace=self._workspace,
                kind=kind,
                key__in=keys[start : start + IDS_AT_ONCE],
                entry__is_deleted=False,
            )
            named = tags.order_by("entry__created_at", "entry__place")
            for key, assistant_id, name in named.values_list("key", "entry__assistant_id", "entry__name"):
                assistant = wire.Assistant({"id": assistant_id, "name": name or None})
                found.setdefault(asked[key], []).append(assistant)
        return found


def assistant_of(entry: CatalogEntry) -> wire.Assistant:
    """The assistant of an entry, as the server sent it when it was last seen."""
    return entries.assistant_of(entry.stored.document)


def _moment(microseconds: int) -> datetime | None:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC) if microseconds else None
