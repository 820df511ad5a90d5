"""Reads a page as a person or a browser would: its words, its links, its forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from tests.conftest import Person


@dataclass
class Page:
    """What a page shows, and what a browser would send of its first form that has fields."""

    text: str = ""
    links: dict[str, str] = field(default_factory=dict)
    forms: list[dict[str, Any]] = field(default_factory=list)


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._words: list[str] = []
        self._link: tuple[str, list[str]] | None = None
        self._form: dict[str, Any] | None = None
        self._textarea: tuple[str, list[str]] | None = None
        self._select: str | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self._form = {}
                self.page.forms.append(self._form)
            case "a":
                self._link = (given.get("href", ""), [])
            case "textarea" if self._form is not None and "name" in given:
                self._textarea = (given["name"], [])
            case "select":
                self._select = given.get("name")
            case "option" if self._select and self._form is not None and "selected" in given:
                self._add(self._select, given.get("value", ""))
            case "input" if self._form is not None and "name" in given:
                kind = given.get("type", "text")
                if kind in {"checkbox", "radio"} and "checked" not in given:
                    return
                if kind not in {"submit", "button", "file"}:
                    value = given.get("value", "on" if kind == "checkbox" else "")
                    # A field of one line holds no line ends, wherever its text came from.
                    self._add(given["name"], re.sub(r"[\r\n]", "", value) if kind == "text" else value)
            case "script" | "style" | "title":
                self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "form":
                self._form = None
            case "a" if self._link:
                self.page.links[" ".join("".join(self._link[1]).split())] = self._link[0]
                self._link = None
            case "textarea" if self._textarea:
                # A browser drops the newline that directly follows the tag and sends CRLF for the others.
                text = "".join(self._textarea[1]).removeprefix("\n")
                self._add(self._textarea[0], text.replace("\n", "\r\n"))
                self._textarea = None
            case "select":
                self._select = None
            case "script" | "style" | "title":
                self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._textarea[1].append(data)
        elif not self._hidden:
            self._words.append(data)
            if self._link:
                self._link[1].append(data)

    def _add(self, name: str, value: str) -> None:
        assert self._form is not None
        if name in self._form:
            earlier = self._form[name]
            self._form[name] = [*earlier, value] if isinstance(earlier, list) else [earlier, value]
        else:
            self._form[name] = value

    def close(self) -> None:
        super().close()
        self.page.text = " ".join("".join(self._words).split())


def read(response: Any) -> Page:
    return read_page(response.content.decode())


def read_page(text: str) -> Page:
    reader = Reader()
    # A browser reads every line end as one newline character before it looks at anything else.
    reader.feed(text.replace("\r\n", "\n").replace("\r", "\n"))
    reader.close()
    return reader.page


def editor_form(response: Any) -> dict[str, Any]:
    """What the browser would send back if the person pressed Save without touching anything."""
    return next(form for form in read(response).forms if "instructions" in form)


def press(person: Person, where: str, form: dict[str, Any], button: str, **more: Any) -> dict[str, Any]:
    """The form after one of its buttons that save nothing."""
    response = person.post(where, form | {"do": button} | more)
    assert response.status_code == 200
    return editor_form(response)
