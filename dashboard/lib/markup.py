"""HTML put together in Python, where a template would take many times as long."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString

NOTHING = SafeString("")
# Most texts hold nothing to be escaped, and to see that takes a third of the time that escaping does.
_has_special = re.compile("[&<>\"']").search


def markup(pattern: str, *values: str | int) -> SafeString:
    """``pattern`` with each ``{}`` filled by a value, escaped unless it is safe already.

    As Django's ``format_html``, at a third of its cost: for what a page shows hundreds of.
    """
    texts = [
        value if isinstance(value, SafeString) or not _has_special(str(value)) else escape(str(value))
        for value in values
    ]
    return SafeString(pattern.format(*texts))


def joined(parts: Iterable[SafeString], by: str = "") -> SafeString:
    """The parts as one, with ``by``, which is escaped too, between them."""
    return SafeString(escape(by).join(parts))
