"""How far an export is on its way, told to the page from which it was started.

A spreadsheet's size is not known before it is made, so a browser cannot say how much is left of it.
The rows are counted beforehand; how many were taken is noted in the cache, under a token that the
page gave to the form. Where that fails the file comes all the same.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass

from django.core.cache import cache

from dashboard.audit.export.exports import OnProgress
from dashboard.lib.cache_failures import CACHE_FAILURES

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
KEPT_SECONDS = 3600


@dataclass(kw_only=True)
class ProgressState:
    """``rows`` of ``of`` were taken. Whether it ``is_over``, and whether all of it ``is_sent``."""

    of: int
    rows: int = 0
    is_over: bool = False
    is_sent: bool = False


@dataclass(frozen=True, kw_only=True)
class ExportProgress:
    """The place where one export tells how far it is: whose it is, and the ``token`` of the page."""

    who: str
    token: str

    @staticmethod
    def new_token() -> str:
        return secrets.token_urlsafe(16)

    def forget(self) -> None:
        """Begin anew: what an earlier export from the same page came to is over."""
        if self._is_tracked:
            with suppress(*CACHE_FAILURES):
                cache.delete(self._key)

    def send(self, pieces: Callable[[OnProgress], Iterator[bytes]], *, of: int) -> Iterator[bytes]:
        """What ``pieces`` gives, which is handed a function that hears of the rows that were taken."""
        sending = ProgressState(of=of)
        self._note(sending)

        def on_progress(rows: int) -> None:
            sending.rows += rows
            self._note(sending)

        try:
            yield from pieces(on_progress)
            sending.is_sent = True
        finally:
            sending.is_over = True
            self._note(sending)

    def look(self) -> ProgressState | None:
        """How far it is; None when it has not begun, or when that cannot be told."""
        with suppress(*CACHE_FAILURES):
            kept = cache.get(self._key) if self._is_tracked else None
            return ProgressState(**kept) if kept else None
        return None

    def _note(self, sending: ProgressState) -> None:
        if self._is_tracked:
            with suppress(*CACHE_FAILURES):
                cache.set(self._key, asdict(sending), KEPT_SECONDS)

    @property
    def _is_tracked(self) -> bool:
        """Whether the token is one that a page may have given; without one nothing is noted."""
        return TOKEN.fullmatch(self.token) is not None

    @property
    def _key(self) -> str:
        return f"audit-export:{self.who}:{self.token}"
