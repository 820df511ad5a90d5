"""The rows of a list of assistants, each put together once for all who see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import lru_cache

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from assistants_ui.assistants import row_html
from assistants_ui.assistants.row_content import RowContent, Shown, shown_of
from dashboard.lib.markup import joined
from dashboard.lib.relative_time import next_change

# About a kilobyte each, in every process.
KEPT = 4096


def rows_of(contents: Iterable[RowContent], *, base: str, is_choosable: bool) -> tuple[SafeString, datetime | None]:
    """All rows as HTML, and when the first of their ages will be another. ``base`` is the list's address.

    Putting a hundred together takes longer than most of the page, and between two views hardly one of them
    changes, so a row is kept under all that it shows.
    """
    now, language, zone = timezone.now(), get_language() or "", timezone.get_current_timezone()
    shown = [shown_of(content, now=now, language=language) for content in contents]
    html = joined((row_of(one, base, is_choosable, language, zone) for one in shown), by="\n")
    return html, min((next_change(one.at, now=now) for one in shown if one.at), default=None)


@lru_cache(maxsize=KEPT)
def row_of(shown: Shown, base: str, is_choosable: bool, language: str, zone: tzinfo) -> SafeString:
    """One row; kept for each language and time zone, in which the exact times are."""
    return row_html.row(shown, base=base, is_choosable=is_choosable, language=language, zone=zone)
