from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template

from dashboard.lib.relative_time import relative_time

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=47), "1 day ago"),
        (timedelta(days=13), "1 week ago"),
        (timedelta(days=59), "1 month ago"),
        (timedelta(days=800), "2 years ago"),
        (timedelta(seconds=-20), "in a moment"),
        (timedelta(days=-6, hours=-23), "in 6 days"),
    ],
)
def test_it_says_the_largest_whole_unit(distance: timedelta, words: str) -> None:
    assert relative_time(NOW - distance, now=NOW) == words


def test_the_tag_shows_the_exact_time_on_hover() -> None:
    html = Template("{% ago moment %}").render(Context({"moment": NOW}))

    assert 'datetime="2026-11-21T12:00:00+00:00"' in html
    assert 'title="21 November 2026, 12:00:00 UTC"' in html
