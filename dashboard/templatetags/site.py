"""The few tags and filters that every template may use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from dashboard.access import role_label
from dashboard.lib import texts
from dashboard.lib.relative_time import exact_time, relative_time
from dashboard.lib.stored_texts import reword
from dashboard.lib.texts import StrOrPromise

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """One icon of the sprite; decoration only, so it is hidden from screen readers."""
    return _icon(name, size, settings.STATIC_URL, settings.STATIC_ROOT)


@lru_cache(maxsize=256)
def _icon(name: str, size: int, base: str, folder: str | Path) -> SafeString:
    """Kept for each address and folder of the site's files: to look up a file's name takes much longer."""
    sprite = static("icons/sprite.svg")
    return format_html(
        '<svg class="icon" width="{}" height="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        size,
        size,
        sprite,
        name,
    )


@register.simple_tag
def script_texts(name: str) -> SafeString:
    """What the scripts of a page say, from ``templates/texts/``: one language's texts are the same on every page."""
    return _script_texts(name, get_language())


@lru_cache(maxsize=64)
def _script_texts(name: str, language: str | None) -> SafeString:
    return render_to_string(f"texts/{name}.html")


@register.simple_tag
def ago(moment: datetime) -> SafeString:
    """``3 minutes ago``, with the exact time, in the reader's zone, on hover."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        exact_time(moment),
        relative_time(moment, now=timezone.now()),
    )


@register.filter
def exactly(moment: datetime) -> str:
    """The exact time in the reader's zone, with the zone's name."""
    return exact_time(moment)


@register.filter
def number(value: float) -> str:
    """A number that somebody reads: with the separators of their language. Never for an id, a value or an address."""
    return texts.number(value)


@register.filter
def reworded(stored: str) -> str:
    """A sentence that a row keeps in English, in the reader's language as far as it is known."""
    return reword(stored)


register.filter(role_label)


@register.filter
def workspace_label(name: str) -> str:
    """What people call the workspace of this name; one that is configured no more keeps its name."""
    workspace = settings.WORKSPACES.get(name)
    return workspace.label if workspace else name


@register.filter
def options(words: Mapping[str, StrOrPromise], chosen: str) -> SafeString:
    """The options of a select, by their values; a template's own loop over them takes several times as long."""
    plain, marked = '<option value="{}">{}</option>', '<option value="{}" selected>{}</option>'
    each = (format_html(marked if value == chosen else plain, value, text) for value, text in words.items())
    return format_html_join("", "{}", ((option,) for option in each))
