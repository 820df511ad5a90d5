"""The record read in other languages: no English is left in what it says, and none of it reaches a row or a file."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from dashboard.audit.export.exports import csv_cells, csv_lines, prepared
from dashboard.audit.fields import RecordedText
from dashboard.audit.models import Record
from dashboard.audit.read.entries import log_entries
from dashboard.audit.read.filters import LogFilters
from dashboard.audit.read.sentences import intention, sentence
from dashboard.audit.record.operations import record
from dashboard.audit.record.types import SYSTEM, Target, command_actor
from dashboard.audit.registry import registry

ENGLISH = re.compile(r"\b(the|tried|undid|and|of|changed|created|made|removed|added|saved|but|with|more|line|lines)\b")
LANGUAGES = pytest.mark.parametrize("language", ["de", "fr"])
# What rows may hold of each action, beside nothing at all.
DETAILS: list[dict[str, Any]] = [
    {},
    {"detail": {"rows": 3, "purged_to": 7, "whole": True}},
    {"detail": {"whole": False, "holds": True, "changed": ["model"], "questions": 2, "verdict": "worse"}},
    {"detail": {"whole": False, "questions": 1, "has_draft": True, "files": 4}},
    {"context": {"duplicate_of": "asst_1", "file_name": "prices.pdf", "assistant_id": "asst_1"}},
    {"context": {"undelete_of": "asst_1", "file_name": "prices.pdf", "undo_of": 4}},
    {"context": {"restored_from": 3}},
]
CHANGES: list[dict[str, Any]] = [
    {"from": "1", "to": "2"},
    {"to": "2"},
    {"from": True, "to": False},
    {"to": ""},
    {},
    {"lines": 1},
    {"lines": 2, "added": True},
    {"lines": 0, "added": [], "removed": ["y"]},
    {"added": ["x"], "removed": ["y"], "changed": ["z"]},
    {"added": ["w", "x", "y"], "removed": ["w", "x", "y"], "changed": ["w", "x", "y"]},
    {"from": "3 days", "to": "1 day"},
]


def heads(action: str) -> list[dict[str, Any]]:
    ended = [{"action": action, "outcome": outcome} for outcome in ("refused", "not_sent", "unknown", "")]
    return [*ended, *({"action": action, "outcome": "succeeded", **detail} for detail in DETAILS)]


@LANGUAGES
def test_every_action_is_told_without_english(language: str) -> None:
    with translation.override(language):
        told = [sentence(head) for action in registry.actions for head in heads(action)]
        told += [intention(head) for action in registry.actions for head in heads(action)[:1]]

    assert [text for text in told if ENGLISH.search(text)] == []


def is_text(field: str) -> bool:
    return isinstance(registry.fields.get(field), RecordedText)


@LANGUAGES
def test_every_field_is_told_without_english(language: str) -> None:
    with translation.override(language):
        told = [
            sentence({"action": "member.update", "outcome": "succeeded", "changes": {field: facts}})
            for field in (*(name for name in registry.fields if registry.fields[name].noun), *registry.references)
            for facts in CHANGES
            if "roles" not in field and (isinstance(facts.get("added", []), list) or is_text(field))
        ]
        labels = [registry.fields[name].title for name in registry.fields if registry.fields[name].label]
    assert [text for text in told if ENGLISH.search(text)] == []
    assert len(labels) > 10


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "expected"), [("de", "Antworten je Frage"), ("fr", "Réponses par question")])
def test_what_was_noted_is_labelled_in_the_language_of_its_reader(language: str, expected: str) -> None:
    record(action="question_run.start", actor=SYSTEM, target=Target(type="question_run"), detail={"repeats": 3})
    with translation.override(language):
        [entry] = log_entries(Record.objects.all())
        assert entry.notes == [(expected, "3")]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "expected"), [("de", "Falsches Passwort"), ("fr", "Mot de passe incorrect")])
def test_a_code_that_was_noted_is_told_in_words_of_its_reader(language: str, expected: str, alice: object) -> None:
    Client().post("/login/", {"username": "alice", "password": "something else"})
    with translation.override(language):
        entry, *_ = log_entries(Record.objects.all())
        assert [value for _, value in entry.notes] == [expected]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "detail", "expected"),
    [
        ("assistant.try", {"changed": ["model", "instructions"]}, "Modell und Anweisungen"),
        ("assistant.handed_over", {"target": "bundle"}, "Paket für Menschen"),
    ],
)
def test_what_editors_did_is_noted_in_words_of_its_reader(action: str, detail: dict[str, Any], expected: str) -> None:
    record(action=action, actor=SYSTEM, target=Target(type="assistant"), detail=detail)
    with translation.override("de"):
        [entry] = log_entries(Record.objects.all())
        assert [value for _, value in entry.notes] == [expected]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "hat das Modell von a auf b geändert, die Anweisungen geändert (2 Zeilen) und 1 Datei hinzugefügt"),
        ("fr", "a fait passer le modèle de a à b, modifié les instructions (2 lignes) et ajouté 1 fichier"),
    ],
)
def test_clauses_become_one_natural_sentence(language: str, expected: str) -> None:
    changes = {"model": {"from": "a", "to": "b"}, "instructions": {"lines": 2}, "files": {"added": ["file-1"]}}
    with translation.override(language):
        assert sentence({"action": "assistant.update", "outcome": "succeeded", "changes": changes}) == expected


@pytest.mark.django_db
def test_names_that_the_record_gives_are_read_in_the_readers_language() -> None:
    for actor in (SYSTEM, command_actor("settle_operations")):
        record(action="audit.export", actor=actor, target=Target(type="audit_log", label="Audit log"))
    with translation.override("de"):
        newest, oldest = log_entries(Record.objects.order_by("-seq")[:2])
    assert newest.actor_name.endswith(" mit manage.py settle_operations")
    assert (oldest.actor_name, oldest.target_name) == ("Das Dashboard", "Prüfprotokoll")
    assert '"actor_name":"The dashboard"' in Record.objects.get(seq=oldest.seq).head


@pytest.mark.django_db
def test_an_export_is_in_english_whoever_reads() -> None:

    record(action="audit.export", actor=SYSTEM, target=Target(type="audit_log", label="Audit log"), detail={"rows": 2})
    with translation.override("de"):
        file = b"".join(csv_lines(prepared(LogFilters(), by="Maria"))).decode()
    english = ",".join(csv_cells(Record.objects.order_by("-seq")[0], is_ended=False)[8:10])
    assert english == "audit.export,exported 2 rows of the audit log"
    assert english in file
