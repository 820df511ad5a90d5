"""The few tags and filters that every template may use."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.lib.relative_time import relative_time

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """One icon of the sprite; decoration only, so it is hidden from screen readers."""
    return format_html(
        '<svg class="icon" width="{}" height="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        size,
        size,
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag
def ago(moment: datetime) -> SafeString:
    """``3 minutes ago``, with the exact time, in UTC, on hover."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        f"{moment:%-d %B %Y, %H:%M:%S} UTC",
        relative_time(moment, now=timezone.now()),
    )


@register.filter
def workspace_label(name: str) -> str:
    """What people call the workspace of this name; one that is configured no more keeps its name."""
    workspace = settings.WORKSPACES.get(name)
    return workspace.label if workspace else name
