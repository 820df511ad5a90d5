"""The main job without JavaScript in each language, and what the language of a page must never change."""

from __future__ import annotations

import pytest
from django.conf import settings
from selectolax.lexbor import LexborHTMLParser, LexborNode

from assistants_ui.workspaces.connections import workspace_client
from tests.conftest import Person

LANGUAGES = [code for code, _ in settings.LANGUAGES]
WORDS = {
    "en": ["New assistant", "Save", "Edit", "Delete assistant", "Deleted", "Bring it back", "History"],
    "de": [
        "Neuer Assistent",
        "Speichern",
        "Bearbeiten",
        "Assistent löschen",
        "Gelöscht",
        "Zurückholen",
        "Verlauf",
    ],
    "fr": [
        "Nouvel assistant",
        "Enregistrer",
        "Modifier",
        "Supprimer l’assistant",
        "Supprimés",
        "Le restaurer",
        "Historique",
    ],
}


class Reader:
    """Somebody who knows only the words of their language and follows them through the pages."""

    def __init__(self, person: Person, language: str) -> None:
        self.person = person
        self.headers = {"Accept-Language": language}
        self.path = "/"
        self.go("/w/main/assistants/")

    def go(self, path: str) -> None:
        answer = self.person.get(path, headers=self.headers, follow=True)
        assert answer.status_code == 200
        self._shows(answer.request["PATH_INFO"], answer.content)

    def _shows(self, path: str, content: bytes) -> None:
        self.path, self.page = path, LexborHTMLParser(content.decode())

    def follow(self, words: str) -> None:
        self.go(self._with("a", words).attributes["href"] or "")

    def press(self, words: str, **typed: str) -> None:
        """Fill the form that has this button, and send it as a browser does."""
        form: LexborNode | None = self._with("button", words)
        while form is not None and form.tag != "form":
            form = form.parent
        assert form is not None
        data = {field.attributes["name"]: value_of(field) for field in form.css("[name]") if is_sent(field)}
        answer = self.person.post(
            form.attributes.get("action") or self.path, data | typed, headers=self.headers, follow=True
        )
        assert answer.status_code == 200
        self._shows(answer.request["PATH_INFO"], answer.content)

    def _with(self, tag: str, words: str) -> LexborNode:
        found = [node for node in self.page.css(f"main {tag}, .side {tag}") if node.text(strip=True) == words]
        assert found, f"No {tag} says {words!r} on {self.path}."
        return found[0]


def is_sent(field: LexborNode) -> bool:
    kind = field.attributes.get("type")
    if kind in {"checkbox", "radio"}:
        return "checked" in field.attributes
    return kind not in {"submit", "file"} and field.tag != "button"


def value_of(field: LexborNode) -> str:
    if field.tag == "textarea":
        return field.text()
    if field.tag == "select":
        chosen = field.css_first("option[selected]") or field.css_first("option")
        return (chosen.attributes.get("value") or "") if chosen else ""
    return field.attributes.get("value") or ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_main_job_by_the_words_of_the_page(alice: Person, language: str) -> None:
    new, save, edit, delete, deleted, bring_back, history = WORDS[language]
    reader = Reader(alice, language)
    reader.follow(new)
    reader.press(save, name="Returns desk", model="gpt-4o", instructions="Be brief.")
    reader.follow(edit)
    reader.press(save, instructions="Be brief and kind.")
    reader.follow(history)
    reader.go("/w/main/assistants/")
    reader.follow("Returns desk")
    reader.follow(delete)
    reader.press(delete)
    reader.follow(deleted)
    reader.follow(bring_back)
    reader.press(bring_back if language != "fr" else "Le restaurer")
    assert "Be brief and kind." in reader.page.text()


# For people; everything else that stands in an attribute is read by programs, scripts and the browser.
FOR_PEOPLE = {
    "aria-label",
    "title",
    "placeholder",
    "data-label",
    "data-sending",
    "data-slider",
    "data-combobox",
    "data-note",
}
NEW_EACH_TIME = {"csrfmiddlewaretoken", "opened", "token", "earlier", "state"}


def for_programs(page: bytes) -> list[tuple[str, str, str]]:
    """In no order: choices are sorted by what they are called."""
    return sorted(
        (node.tag or "", name, value or "")
        for node in LexborHTMLParser(page.decode()).css("main *")
        if node.attributes.get("name") not in NEW_EACH_TIME
        for name, value in node.attributes.items()
        if name not in FOR_PEOPLE
    )


@pytest.mark.parametrize(
    "address",
    [
        "/w/main/assistants/",
        "/w/main/assistants/{id}/",
        "/w/main/assistants/{id}/edit/",
        "/w/main/assistants/{id}/history/",
        "/w/main/files/",
        "/audit/",
        "/audit/1/",
        "/audit/verify/",
        "/team/",
    ],
)
def test_what_programs_read_is_the_same_in_every_language(dora: Person, address: str) -> None:
    made = workspace_client("main").assistants.create(
        model="gpt-4o", name="Exact", temperature=1.25, top_p=0.5, tools=[{"type": "file_search"}]
    )
    dora.post("/account/", {"name": "Dora", "email": "dora@example.com"}, follow=True)
    seen = [
        for_programs(dora.get(address.format(id=made.id), headers={"Accept-Language": language}).content)
        for language in LANGUAGES
    ]

    assert seen[0]
    assert seen[1] == seen[0]
    assert seen[2] == seen[0]
