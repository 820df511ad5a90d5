"""The catalogs of texts: whole, sound, and what the site really reads."""

from __future__ import annotations

import gettext
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAKE = runpy.run_path(str(ROOT / "scripts" / "make-translations"))
CATALOGS = [
    (locale, folder, language)
    for locale, folder in MAKE["SOURCES"].items()
    for language in MAKE["LANGUAGES"]
    if (ROOT / locale).exists()
]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
EVERY_CATALOG = pytest.mark.parametrize(("locale", "folder", "language"), CATALOGS)


def file_of(locale: str, language: str) -> Path:
    return ROOT / locale / language / "LC_MESSAGES" / "django.po"


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@EVERY_CATALOG
def test_every_text_of_the_source_is_translated(locale: str, folder: str, language: str) -> None:
    catalog = MAKE["read"](file_of(locale, language), language)
    known = {(message.context, forms(message.id)): message for message in catalog if message.id}
    wanted = {(message.context, forms(message.id)) for message in MAKE["template_of"](folder) if message.id}

    assert wanted == set(known), "Run scripts/make-translations and translate what is new."
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
