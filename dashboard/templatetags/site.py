"""The few tags and filters that every template may use."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

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
