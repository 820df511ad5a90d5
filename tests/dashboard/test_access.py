"""Who may call which address: generated from the table below, which must name every route."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from dashboard.access import RIGHTS, Right, Role
from dashboard.audit.models import Record
from tests.conftest import Person, html

pytestmark = pytest.mark.services_do_not_matter


class Open(Enum):
    """What asks for no right of a signed-in person."""

    TO_EVERYONE = "anyone may call it"
    WITH_A_KEY = "a program calls it with a key of its own"


READ = ["home", "assistant-list", "assistant-detail", "catalog-refresh", "catalog-status", "models-in-use"]
READ += ["saved-views", "saved-view", "saved-view-delete", "assistant-favourite", "assistant-columns"]
READ += ["assistant-history", "assistant-revision", "assistant-compare", "assistant-deleted"]
READ += ["assistant-knowledge", "file-list", "file-detail", "vector-store-list", "vector-store-detail"]
READ += ["file-content", "file-image", "vector-store-files", "vector-store-batch"]
CHANGE = [
    "bulk-choose",
    "bulk-job",
    "bulk-recent",
    "bulk-undo",
    "assistant-create",
    "assistant-examples",
    "assistant-edit",
    "assistant-create-draft",
    "assistant-create-discard",
    "assistant-model-note",
    "assistant-draft",
    "assistant-discard",
    "assistant-edit-compare",
    "assistant-delete",
    "assistant-duplicate",
    "assistant-try",
    "assistant-try-stream",
    "assistant-try-stop",
    "assistant-questions",
    "question-create",
    "question-keep",
    "question-import",
    "question-export",
    "question-edit",
    "question-delete",
    "question-undelete",
    "question-run-start",
    "question-standing",
    "question-run",
    "question-run-cancel",
    "question-run-judge",
    "assistant-hand-over",
    "hand-over",
    "assistant-files",
    "assistant-file-detach",
    "assistant-restore",
    "assistant-undo",
    "assistant-undelete",
    "assistant-store-forget",
    "file-create",
    "file-delete",
    "vector-store-create",
    "vector-store-edit",
    "vector-store-delete",
    "vector-store-add",
    "vector-store-take-out",
    "vector-store-batch-cancel",
    "change-undo",
    "attachment-job-finish",
    "attachment-job-remove",
    "upload-cancel",
    "upload-progress",
]
AUDIT = [
    "audit-list",
    "audit-detail",
    "audit-unknown",
    "audit-export",
    "audit-exporting",
    "audit-verifier",
    "audit-verify",
]
ADMINISTER = [
    "team",
    "team-invite",
    "team-member",
    "team-link",
    "team-deactivate",
    "team-reactivate",
    "team-style",
    "team-keys",
    "team-key-create",
    "team-key-revoke",
]
ADMINISTER += ["team-keys", "team-key-create", "team-key-revoke", "import", "import-job"]
SIGNED_IN = ["account", "account-password", "account-begun", "account-preferences", "account-sessions"]
PUBLIC = ["login", "logout", "join", "single-sign-on", "single-sign-on-callback", "healthz", "readyz"]

ASKED: dict[str, Right | Open] = {
    **dict.fromkeys(READ, Right.READ),
    **dict.fromkeys(CHANGE, Right.CHANGE),
    **dict.fromkeys(AUDIT, Right.AUDIT),
    **dict.fromkeys(ADMINISTER, Right.ADMINISTER),
    **dict.fromkeys(SIGNED_IN, Right.SIGNED_IN),
    **dict.fromkeys(PUBLIC, Open.TO_EVERYONE),
}
SAMPLES = {
    "workspace": "main",
    "member_id": "999999999",
    "key_id": "999999999",
    "seq": "999999999",
    "question": "999999999",
    "run": "999999999",
    "view_id": "999999999",
    "revision": "999999999",
}


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, address)
        else:
            yield address, pattern


def sample(address: str) -> str:
    """An address that this pattern matches, with ids that nothing has."""
    address = re.sub(r"\(\?P<(\w+)>(?:\[\^/\]\+|\.\+\?)\)", r"<\1>", address)
    address = address.replace(r"\A", "").replace(r"/?\Z", "").replace(r"(?:/.*)?\Z", "/nothing")
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: SAMPLES.get(found[1], f"{found[1][:-3]}_none"), address)


ROUTES = list(routes(get_resolver()))
NAMED = {str(pattern.name): sample(address) for address, pattern in ROUTES if pattern.name}
API = ("v1", "openai")
KEYED = sorted(sample(address) for address, pattern in ROUTES if address.startswith("v1"))
CLOSED = sorted(name for name, asked in ASKED.items() if isinstance(asked, Right) and name in NAMED)
METHODS = ["get", "post"]


def call(browser: Client, method: str, address: str) -> int:
    return browser.generic(method.upper(), address).status_code


def test_the_table_names_every_route_and_no_other() -> None:
    assert set(NAMED) == set(ASKED)


def test_every_page_has_a_name() -> None:
    assert [address for address, pattern in ROUTES if not pattern.name and not address.startswith(API)] == []


def test_what_azure_calls_the_api_is_the_same_api() -> None:
    served = {str(pattern.pattern): pattern.callback for address, pattern in ROUTES if address.startswith("v1")}
    for prefix in ("openai/v1", "openai"):
        same = [pattern for address, pattern in ROUTES if address.startswith(f"{prefix}\\A")]
        assert {str(pattern.pattern): pattern.callback for pattern in same} == served


@pytest.mark.parametrize("name", CLOSED)
def test_the_view_asks_for_the_right_in_the_table(name: str) -> None:
    patterns = [pattern for _, pattern in ROUTES if pattern.name == name]

    assert {getattr(pattern.callback, "required_right", None) for pattern in patterns} == {ASKED[name]}
    assert all(getattr(pattern.callback, "login_required", True) for pattern in patterns)


@pytest.fixture
def cast(alice: Person, bob: Person, carol: Person, dora: Person, mallory: Person) -> dict[Person, set[Right]]:
    """Everyone and what the table of roles lets them do."""
    return {
        alice: {Right.SIGNED_IN, *RIGHTS[Role.EDITORS]},
        bob: {Right.SIGNED_IN, *RIGHTS[Role.VIEWERS]},
        carol: {Right.SIGNED_IN, *RIGHTS[Role.AUDITORS]},
        dora: {Right.SIGNED_IN, *RIGHTS[Role.ADMINISTRATORS], *RIGHTS[Role.EDITORS]},
        mallory: {Right.SIGNED_IN},
    }


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", CLOSED)
def test_only_who_holds_the_right_gets_past_the_door(cast: dict[Person, set[Right]], name: str, method: str) -> None:
    refused = {person.user.username: call(person, method, NAMED[name]) == 403 for person in cast}

    assert refused == {person.user.username: ASKED[name] not in rights for person, rights in cast.items()}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", CLOSED)
def test_a_stranger_is_led_to_the_sign_in_page(db: None, stranger: Client, name: str, method: str) -> None:
    response = stranger.generic(method.upper(), NAMED[name])

    assert response.status_code == 302
    assert response["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", CLOSED)
def test_htmx_is_told_to_go_there_with_the_whole_window(db: None, stranger: Client, name: str, method: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/account/?from=here"}

    response = stranger.generic(method.upper(), NAMED[name], headers=headers)

    assert response.status_code == 204
    assert response["HX-Redirect"] == "/login/?next=%2Faccount%2F%3Ffrom%3Dhere"
    assert response.content == b""


@pytest.mark.parametrize("method", ["get", "post", "delete", "put"])
@pytest.mark.parametrize("address", KEYED)
def test_the_embedded_server_answers_nobody_without_a_key(
    db: None, dora: Person, stranger: Client, address: str, method: str
) -> None:
    for browser in (stranger, dora):
        response = browser.generic(method.upper(), address)

        assert response.status_code == 401
        assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("role", Role)
def test_the_roles_hold_what_was_promised(role: Role) -> None:
    promised = {
        Role.VIEWERS: {Right.READ},
        Role.EDITORS: {Right.READ, Right.CHANGE},
        Role.AUDITORS: {Right.READ, Right.AUDIT},
        Role.ADMINISTRATORS: {Right.READ, Right.AUDIT, Right.ADMINISTER},
    }

    assert RIGHTS[role] == promised[role]


@pytest.mark.parametrize("current", ["https://evil.example/", "javascript:alert(1)", "//evil.example", "", "/nowhere"])
def test_htmx_never_leads_elsewhere(db: None, stranger: Client, current: str) -> None:
    response = stranger.get("/team/", headers={"HX-Request": "true", "HX-Current-URL": current})

    assert response["HX-Redirect"] == "/login/?next=%2F"


def test_an_attempt_to_change_without_the_right_is_recorded(bob: Person) -> None:
    bob.get("/team/")
    bob.post("/team/invite/", {"name": "X"})

    event = Record.objects.get()
    assert (event.action, event.outcome) == ("security.permission_denied", "refused")


def test_a_refused_attempt_is_told_by_what_was_tried(bob: Person, carol: Person) -> None:
    bob.post("/w/main/assistants/asst_1/delete/")
    bob.post("/w/main/assistants/asst_1/edit/", {"name": "X"})

    told = html(carol.get("/audit/?target=asst_1"))
    assert "tried to delete the assistant (POST /w/main/assistants/asst_1/delete/), but it was refused" in told
    assert "tried to change something at /w/main/assistants/asst_1/edit/ (POST), but it was refused" in told
    assert "tried to" not in html(carol.get("/audit/?target=asst_2"))


def test_nobody_fills_the_record_with_attempts(alice: Person, bob: Person) -> None:
    for number in range(25):
        assert bob.post("/team/invite/", {"name": f"X{number}"}).status_code == 403
    alice.post("/team/invite/", {"name": "X"})

    told = Record.objects.filter(action="security.permission_denied")
    assert told.filter(actor=f"person:{bob.user.pk}").count() == 20
    assert told.filter(actor=f"person:{alice.user.pk}").count() == 1


def test_nobody_fills_the_record_with_forged_forms(alice: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = alice.cookies

    for _ in range(25):
        assert strict.post("/account/", {"name": "X"}).status_code == 403

    assert Record.objects.filter(action="security.csrf_refused").count() == 20
