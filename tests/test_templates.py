"""What no template may do, because autoescaping and the strict policy only hold without it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = [
    path
    for package in ("dashboard", "assistants_ui", "assistants_server")
    for path in sorted((ROOT / package).rglob("*.py"))
]

FORBIDDEN = {
    "a filter that switches escaping off": r"\|\s*(?:safe|safeseq)\b",
    "escaping switched off": r"\{%\s*autoescape\s+off",
    "an inline event handler": r"<[^>]*\son[a-z]+\s*=",
    "an htmx event handler": r"\bhx-on\b|\bhx-on:",
    "evaluated htmx values": r"hx-(?:vals|headers)\s*=\s*[\"']\s*(?:js|javascript):",
    "an inline style": r"<[^>]*\sstyle\s*=|<style\b",
    "an inline script": r"<script(?![^>]*\bsrc\s*=)[^>]*>",
    "an unquoted attribute from data": r"<[^>]*\s[\w:-]+=\{\{",
    "something from another host": (
        r"<(?:script|link|img|form|source|video)\b[^>]*\b(?:src|href|action)\s*=\s*[\"'](?:https?:)?//"
    ),
    "a frame": r"<(?:iframe|object|embed)\b",
    "a javascript: address": r"javascript:",
    "a cached part": r"\{%\s*cache\b",
    "a form without a method": r"<form(?![^>]*\bmethod\s*=)[^>]*>",
}


def without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}|\{%\s*comment\s*%\}.*?\{%\s*endcomment\s*%\}|<!--.*?-->", "", text, flags=re.DOTALL)


def with_parts(text: str) -> str:
    """The template with the text of what it includes, and of what that includes."""
    return re.sub(
        r"""\{%\s*include\s+["']([^"']+)["'].*?%\}""",
        lambda found: with_parts((ROOT / "templates" / found[1]).read_text(encoding="utf-8")),
        re.sub(r'\{% script_texts "(\w+)" %\}', r'{% include "texts/\1.html" %}', text),
    )


def found_in(text: str) -> list[str]:
    """What of the forbidden is in this template."""
    # A template tag inside a tag may hold ">", which would end the tag for a simple expression.
    plain = re.sub(r"\{%.*?%\}", "", without_comments(text), flags=re.DOTALL)
    kept = without_comments(text)
    return [
        name
        for name, pattern in FORBIDDEN.items()
        if re.search(pattern, kept if "{%" in pattern or r"\{%" in pattern else plain, re.IGNORECASE | re.DOTALL)
    ]


def test_there_are_templates() -> None:
    assert TEMPLATES


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_does_nothing_forbidden(path: Path) -> None:
    assert found_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_form_that_posts_carries_a_token(path: Path) -> None:
    text = with_parts(without_comments(path.read_text(encoding="utf-8")))
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL | re.IGNORECASE)

    assert [form for form in forms if "csrf_token" not in form] == []


@pytest.mark.parametrize(
    "bad",
    [
        "{{ name|safe }}",
        "{{ name | safe }}",
        "{% autoescape off %}{% endautoescape %}",
        '<p onclick="x()">',
        '<p hx-on:click="x()">',
        "<p hx-vals='js:{a: 1}'>",
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>x()</script>",
        "<a title={{ name }}>",
        '<script src="https://cdn.example/x.js"></script>',
        '<img src="//cdn.example/x.png">',
        "<iframe src='/x'></iframe>",
        '<a href="javascript:x()">',
        "{% cache 10 x %}{% endcache %}",
        "<form><input></form>",
    ],
)
def test_it_sees_what_is_forbidden(bad: str) -> None:
    assert found_in(bad)


@pytest.mark.parametrize(
    "good",
    [
        '<p title="{{ name }}">{{ name }}</p>',
        '<script type="module" src="{% static \'js/site.js\' %}"></script>',
        '<a href="{% url \'team\' %}"{% if a > b %} aria-current="page"{% endif %}>Team</a>',
        "{# {{ name|safe }} is never written #}",
        '<form method="post">{% csrf_token %}</form>',
        "<p>Switch it on = better, and style = calm</p>",
    ],
)
def test_it_lets_the_rest_be(good: str) -> None:
    assert found_in(good) == []


def test_no_module_marks_text_as_safe() -> None:
    """But one, which escapes what it fills its patterns with."""
    unsafe = re.compile(r"\bmark_safe\b|\bSafeText\(|\bSafeString\(|\bscript_tags\b")

    found = [str(path.relative_to(ROOT)) for path in MODULES if unsafe.search(path.read_text(encoding="utf-8"))]
    assert found == ["dashboard/lib/markup.py"]


def test_patterns_of_markup_are_made_of_nothing_but_what_the_source_says() -> None:
    """``markup`` escapes the values and not the pattern."""
    calls = [
        (path, node)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "markup"
    ]
    assert calls
    assert [f"{path}:{call.lineno}" for path, call in calls if not _is_of_the_source(call.args[0])] == []


def _is_of_the_source(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name.isupper()
        case ast.IfExp(body=body, orelse=orelse):
            return _is_of_the_source(body) and _is_of_the_source(orelse)
        case ast.JoinedStr(values=parts):
            return all(_is_of_the_source(part) for part in parts)
        case ast.FormattedValue(value=value):
            return _is_of_the_source(value)
    return False


def test_the_sprite_holds_every_icon_that_is_shown_and_no_other() -> None:
    templates = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    navigation = (ROOT / "dashboard" / "navigation.py").read_text(encoding="utf-8")
    sprite = (ROOT / "static" / "icons" / "sprite.svg").read_text(encoding="utf-8")
    shown = {
        *re.findall(r'\{% icon "([\w-]+)"', templates),
        *re.findall(r'_item\(request, (?:"[^"]*"|name), "([\w-]+)"', navigation),
    }

    assert set(re.findall(r'<symbol id="([\w-]+)"', sprite)) == shown


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_template_compiles(template: Path) -> None:
    get_template(str(template.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_line_is_longer_than_160_characters(template: Path) -> None:
    long = [number for number, line in enumerate(template.read_text("utf-8").splitlines(), start=1) if len(line) > 160]

    assert long == []
