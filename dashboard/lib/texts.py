"""Texts in the reader's language: what a person reads is made when it is read, never stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# The language of what is stored, exported or told to programs: the texts as they stand in the code.
ENGLISH = "en"
# A text of a table that is translated each time it is shown. ``str()`` makes the reader's text of it.
StrOrPromise: TypeAlias = "str | _StrPromise"


def as_list(names: Sequence[StrOrPromise]) -> str:
    """``a, b and c``, as the reader's language joins them."""
    if len(names) < 2:
        return "".join(map(str, names))
    return pgettext("the end of a list", "%(names)s and %(last)s") % {"names": _listed(names), "last": names[-1]}


def as_title(names: Sequence[StrOrPromise]) -> str:
    """``A, b and c``: a list that begins as a sentence does."""
    text = as_list(names)
    return text[:1].upper() + text[1:]


def as_choice(names: Sequence[StrOrPromise]) -> str:
    """``a, b or c``, as the reader's language joins them."""
    if len(names) < 2:
        return "".join(map(str, names))
    return pgettext("the end of a list", "%(names)s or %(last)s") % {"names": _listed(names), "last": names[-1]}


def _listed(names: Sequence[StrOrPromise]) -> str:
    return pgettext("between the names of a list", ", ").join(map(str, names[:-1]))


def number(value: float) -> str:
    """A number that somebody reads: ``1,687`` and ``0.3`` in English, ``1.687`` and ``0,3`` in German."""
    return number_format(f"{value:.15g}" if isinstance(value, float) else value, use_l10n=True, force_grouping=True)


def sentences(*parts: StrOrPromise) -> str:
    """Whole sentences after each other; empty ones are left out."""
    return " ".join(text for part in parts if (text := str(part)))


def filled_later(text: StrOrPromise, /, **parts: object) -> StrOrPromise:
    """A text with its ``%(name)s``, put together each time it is shown, in the language of whoever reads it then."""
    return _filled(text, parts)


# Made once, because each call of ``lazy`` makes a class; its results are small.
_filled: Callable[[StrOrPromise, Mapping[str, object]], StrOrPromise] = lazy(lambda text, parts: text % parts, str)


def with_markup(text: StrOrPromise, **parts: str) -> SafeString:
    """A translated text whose ``%(name)s`` are safe HTML, or are escaped."""
    template = escape(str(text)).replace("{", "{{").replace("}", "}}")
    return format_html(re.sub(r"%\((\w+)\)s", r"{\1}", template), **parts)


def labelled(label: StrOrPromise, value: StrOrPromise) -> str:
    """``Label: value``, as the reader's language sets a colon."""
    return pgettext("a label and its value", "%(label)s: %(value)s") % {"label": label, "value": value}


# The same, put together each time they are shown.
as_list_later: Callable[[Sequence[StrOrPromise]], StrOrPromise] = lazy(as_list, str)
labelled_later: Callable[[StrOrPromise, StrOrPromise], StrOrPromise] = lazy(labelled, str)
