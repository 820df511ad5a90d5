"""The catalogs of texts: whole, sound, and what the site really reads."""

from __future__ import annotations

import ast
import gettext
import re
import runpy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.forms import Field
from django.forms.forms import BaseForm
from django.urls import get_resolver
from django.utils.functional import Promise

from tests.test_templates import with_parts

ROOT = Path(__file__).resolve().parent.parent
MAKE = runpy.run_path(str(ROOT / "scripts" / "make-translations"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CATALOGS = [
    (locale, folder, language)
    for locale, folder in MAKE["SOURCES"].items()
    for language in MAKE["LANGUAGES"]
    if (ROOT / locale).exists()
]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
EVERY_CATALOG = pytest.mark.parametrize(("locale", "folder", "language"), CATALOGS)


# What is the same in every language: the product's name, and words of programs.
SAME_EVERYWHERE = {"Assistants Dashboard", "UTC"}
# The text of these is for programs, or is never shown.
CODE = re.compile(r"<(code|kbd|script|style)\b.*?</\1>", re.DOTALL)
MARKED = re.compile(
    r"\{%\s*blocktranslate\b.*?endblocktranslate\s*%\}|\{%\s*comment\b.*?endcomment\s*%\}|\{[%{#].*?[%}#]\}", re.DOTALL
)
TAG = re.compile(r"<[^>]*>")
READ_OUT = re.compile(
    r"""\s(?:aria-label|aria-description|title|placeholder|alt|data-label)=(["'])(.*?)\1""", re.DOTALL
)
# A sentence as a literal within a tag, such as {{ name|default:"Nobody" }}.
LITERAL = re.compile(r"""(?:default|default_if_none|yesno|with \w+=|\s\w+=)[:=]?(["'])([A-Z][^"']*)\1""")
WORD = re.compile(r"[^\W\d_]{2,}")


def unmarked(template: str) -> list[str]:
    """What a template says in words that is not marked for translation."""
    literals = [
        found[2]
        for tag in re.findall(r"\{[%{].*?[%}]\}", template)
        for found in LITERAL.finditer(tag)
        if "_(" not in tag
    ]
    plain = CODE.sub("", MARKED.sub("", template))
    attributes = [found[2] for found in READ_OUT.finditer(plain)]
    texts = [*TAG.sub("\n", plain).splitlines(), *attributes, *literals]
    return [
        text.strip()
        for text in texts
        if WORD.search(text.replace("Assistants Dashboard", ""))
        and not text.startswith("{")
        and text.strip(" ()") not in SAME_EVERYWHERE
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_everything_that_a_template_says_is_marked(path: Path) -> None:
    assert unmarked(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "<p>Nothing here</p>",
        '<a title="Go there">{% translate "Go" %}</a>',
        "<p>{{ count }} files</p>",
        '{{ name|default:"Nobody" }}',
        '{% include "part.html" with title="Title" %}',
    ],
)
def test_it_sees_what_is_not_marked(text: str) -> None:
    assert unmarked(text)


def test_a_script_finds_each_of_its_texts_on_every_page_that_loads_it() -> None:
    base = (ROOT / "templates" / "base.html").read_text("utf-8")
    for path in TEMPLATES:
        source = path.read_text("utf-8")
        if "{% extends" not in source:
            continue
        page = with_parts(base + source)
        offered = set(re.findall(r'<data value="([\w.-]+)"', page))
        for script in re.findall(r"static 'js/([^']+)'", page):
            assert texts_of(ROOT / "static" / "js" / script) <= offered, (path.name, script)


@cache
def texts_of(script: Path) -> set[str]:
    """The texts that this script, and what it imports, now or later, asks for."""
    source = script.read_text("utf-8")
    names = set(re.findall(r'(?:\btext|\bwords)\("([\w.-]+)"', source))
    for name in re.findall(r'\bcounted\("([\w.-]+)"', source):
        names |= {f"{name}.one", f"{name}.other"}
    for part in re.findall(r'(?:from|import)[ (]"([^"]+)"', source):
        names |= texts_of((script.parent / part).resolve())
    return names


def file_of(locale: str, language: str) -> Path:
    return ROOT / locale / language / "LC_MESSAGES" / "django.po"


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@cache
def texts_of_folder(folder: str) -> set[tuple[str | None, tuple[str, ...]]]:
    return {(message.context, forms(message.id)) for message in MAKE["template_of"](folder) if message.id}


@EVERY_CATALOG
def test_every_text_of_the_source_is_translated(locale: str, folder: str, language: str) -> None:
    catalog = MAKE["read"](file_of(locale, language), language)
    known = {(message.context, forms(message.id)): message for message in catalog if message.id}

    assert texts_of_folder(folder) == set(known), "Run scripts/make-translations and translate what is new."
    assert [key for key, message in known.items() if not MAKE["is_translated"](message.string)] == []
    assert [key for key, message in known.items() if message.fuzzy] == []


def lost_placeholders(message: Any) -> bool:
    """Whether a translation says less, or asks for more, than the text; one thing need not be counted."""
    ids = [set(PLACEHOLDER.findall(text)) for text in forms(message.id)]
    said = [set(PLACEHOLDER.findall(text)) for text in forms(message.string)]
    return said[-1] != ids[-1] or any(not form <= ids[0] | ids[-1] for form in said)


@EVERY_CATALOG
def test_a_translation_has_the_placeholders_of_its_text(locale: str, folder: str, language: str) -> None:
    catalog = MAKE["read"](file_of(locale, language), language)

    assert [message.id for message in catalog if message.id and lost_placeholders(message)] == []


@EVERY_CATALOG
def test_a_translation_is_marked_up_as_its_text(locale: str, folder: str, language: str) -> None:
    for message in MAKE["read"](file_of(locale, language), language):
        for text, string in zip(forms(message.id), forms(message.string), strict=False):
            marks = sorted(TAG.findall(text))
            assert not text or sorted(TAG.findall(string)) == marks, text
            # A template puts texts into attributes as they are.
            assert '"' not in TAG.sub("", string) or '"' in TAG.sub("", text), text


@EVERY_CATALOG
def test_the_site_reads_what_the_catalog_says(locale: str, folder: str, language: str) -> None:
    path = file_of(locale, language)
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in MAKE["read"](path, language):
        if not message.id:
            continue
        singular, *rest = forms(message.id)
        for number, string in enumerate(forms(message.string)):
            key = singular if message.context is None else f"{message.context}\x04{singular}"
            found = compiled._catalog[(key, number) if rest else key]  # type: ignore[attr-defined]
            assert found == string, "Run scripts/make-translations."


@pytest.mark.parametrize(
    ("text", "translation"),
    [("%(name)s is here", "Hier"), ("Here", "%(name)s ist hier"), (("One", "%(count)s"), ("Eins", "Viele"))],
)
def test_it_sees_a_lost_placeholder(text: Any, translation: Any) -> None:
    catalog = MAKE["new"]("templates", "de")
    assert lost_placeholders(catalog.add(text, translation))


# Which side is left and which right depends on the language; these say so themselves, or mean both sides.
PHYSICAL = re.compile(
    r"(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b|(?<![\w-])(?:left|right)\s*:"
    r"|(?:text-align|float|clear|transform-origin)\s*:\s*(?:left|right)\b|border-(?:top|bottom)-(?:left|right)-radius"
)
FOUR_SIDES = re.compile(r"(?<![\w-])(?:margin|padding|inset)\s*:\s*([^;{}]+)")


def one_sided(style: str) -> list[str]:
    """The declarations that would be on the wrong side in a language written from the right."""
    rules = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    # The growing bar at the top has a rule for each direction.
    rules = re.sub(r"(?::root\[dir=\"rtl\"\] )?\.busy \{[^}]*\}", "", rules)
    uneven = []
    for found in FOUR_SIDES.finditer(rules):
        sides = re.findall(r"(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|[^\s()])+", found[1])
        if len(sides) == 4 and sides[1] != sides[3]:
            uneven.append(found[0])
    return [found[0] for found in PHYSICAL.finditer(rules)] + uneven


@pytest.mark.parametrize("path", sorted((ROOT / "static" / "css").glob("*.css")), ids=lambda path: path.name)
def test_no_style_depends_on_the_direction_of_writing(path: Path) -> None:
    assert one_sided(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "rule",
    ["a { margin-left: 1px }", "a { text-align: right }", "a { left: 0; }", "a { inset: 0 0 auto calc(1px + (2px)); }"],
)
def test_it_sees_a_style_that_does(rule: str) -> None:
    assert one_sided(rule)


def test_no_text_is_marked_where_the_reader_of_texts_does_not_look() -> None:
    """Inside an f-string a call is found by Python 3.12 and not by 3.11, so it would stay English."""
    unseen = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for folder in MAKE["SOURCES"].values()
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "gettext" in (source := path.read_text(encoding="utf-8"))
        for text in ast.walk(ast.parse(source))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in MAKE["KEYWORDS"]
    ]
    assert unseen == []


# Filters and columns in the address, and what templates show by hand: nobody sees a label of Django's making.
WITHOUT_LABELS = {
    "ColumnsForm",
    "FileListForm",
    "FilterForm",
    "ListForm",
    "PageForm",
    "SearchForm",
    "StartForm",
    "VerdictForm",
}
# Languages, zones and workspaces have names of their own, and uses are labelled at each request.
NAMES = {"language", "time_zone", "workspace", "use"}


def test_every_label_and_hint_of_a_form_is_marked() -> None:
    """A label that is left out is made of the field's name, in English and for everybody."""
    get_resolver().url_patterns  # noqa: B018  imports every form
    plain = [
        f"{form.__name__}.{name}: {text!r}"
        for form in subclasses(BaseForm)
        if form.__module__.startswith(("dashboard", "assistants_")) and form.__name__ not in WITHOUT_LABELS
        for name, field in form.base_fields.items()
        if not field.widget.is_hidden
        for text in (field.label, field.help_text, *([] if name in NAMES else labels_of(field)))
        if text != "" and not isinstance(text, Promise) and (text is None or WORD.search(str(text)))
    ]
    assert plain == []


def labels_of(field: Field) -> list[Any]:
    return [label for _, label in getattr(field, "choices", [])]


def subclasses(base: type[BaseForm]) -> Iterator[type[Any]]:
    for one in base.__subclasses__():
        yield one
        yield from subclasses(one)
