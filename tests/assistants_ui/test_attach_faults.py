"""Every step of attaching goes wrong in every way, and is then done again: one file, one store, one attachment."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from assistants_client import Assistant, Client
from assistants_ui.assistants.editor.reconcile import reconcile_operation
from assistants_ui.files.attachments import run as carrying_out
from assistants_ui.files.knowledge import half_finished
from assistants_ui.management.commands.settle_operations import service_of
from assistants_ui.models import AttachmentJob, Lock
from dashboard.audit import api as audit
from tests.assistants_ui.attaching import page_of, sent, upload
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)

UPLOAD, STORE, PUT_IN, TELL = r"/v1/files", r"/v1/vector_stores", r"/v1/vector_stores/[^/]+/files", r"/v1/assistants/.+"
STEPS = {"upload": UPLOAD, "store": STORE, "put in": PUT_IN, "tell": TELL}
WAYS = ["refused", "not sent", "lost", "never answered", "killed before", "killed after"]


class Killed(BaseException):
    """The process ends here."""


def go_wrong(tap: Tap, *, step: str, way: str) -> None:
    """The first request of this step goes wrong in this way; everything else goes well."""
    broken: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response | None:
        if broken or request.method != "POST" or not re.fullmatch(STEPS[step], request.url.path):
            return None
        broken.append(request)
        if way in ("lost", "killed after"):
            tap.server.handle_request(request).read()
        match way:
            case "refused":
                return httpx.Response(400, json={"error": {"message": "Not this one."}})
            case "not sent":
                # The client tries once more what never left; so the second time fails as well.
                broken.clear()
                raise httpx.ConnectError("refused", request=request)
            case "lost" | "never answered":
                raise httpx.ReadError("reset", request=request)
            case _:
                raise Killed

    tap.answer = answer


def attach(person: Person, assistant: Assistant, *, use: str) -> int:
    """The status of the answer; 0 when the process was killed."""
    try:
        return person.post(page_of(assistant, "files"), sent(upload(), use=use)).status_code
    except Killed:
        # What a killed process held is free again after a while.
        AttachmentJob.objects.update(busy_until=timezone.now() - timedelta(seconds=1))
        Lock.objects.all().delete()
        return 0


def assert_all_is_there_once(server: Client, assistant: Assistant, *, use: str) -> None:
    now = server.assistants.retrieve(assistant.id)
    [file] = server.files.list().data
    assert now.tools == [{"type": use}]
    if use == "code_interpreter":
        assert now.code_interpreter_file_ids == [file.id]
        return
    [store] = server.vector_stores.list().data
    assert now.vector_store_ids == [store.id]
    assert [entry.id for entry in server.vector_stores.files.list(store.id)] == [file.id]


CASES = [
    *[("file_search", step, way) for step in STEPS for way in WAYS],
    *[("code_interpreter", step, way) for step in ("upload", "tell") for way in WAYS],
]


@pytest.mark.parametrize(("use", "step", "way"), CASES)
def test_the_same_click_again_carries_on(
    alice: Person, server: Client, tap: Tap, assistant: Assistant, use: str, step: str, way: str
) -> None:
    go_wrong(tap, step=step, way=way)
    first = attach(alice, assistant, use=use)
    assert first in ({0, 302, 422} if way == "lost" else {0, 422})

    tap.answer = lambda request: None
    assert attach(alice, assistant, use=use) == 302

    assert_all_is_there_once(server, assistant, use=use)
    assert audit.open_operations(older_than=timedelta(0)) == []
    assert [job.state for job in AttachmentJob.objects.all()] == ["attached"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("step", ["store", "put in", "tell"])
def test_somebody_else_finishes_it_later(
    alice: Person, dora: Person, server: Client, tap: Tap, assistant: Assistant, step: str, way: str
) -> None:
    go_wrong(tap, step=step, way=way)
    attach(alice, assistant, use="file_search")
    tap.answer = lambda request: None
    page = read(dora.get(page_of(assistant))).text
    [job] = AttachmentJob.objects.all()
    if job.state != "attached":
        assert "The file is uploaded, but it isn't attached yet." in page
        assert "· Alice" in page

    dora.post(f"/w/main/attachments/{job.id}/finish/")

    assert "isn't attached yet" not in read(dora.get(page_of(assistant))).text
    assert_all_is_there_once(server, assistant, use="file_search")
    assert audit.open_operations(older_than=timedelta(0)) == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("step", ["store", "put in", "tell"])
def test_it_can_be_undone_without_a_trace(
    alice: Person, dora: Person, server: Client, tap: Tap, assistant: Assistant, step: str, way: str
) -> None:
    go_wrong(tap, step=step, way=way)
    if attach(alice, assistant, use="file_search") == 302:
        return
    tap.answer = lambda request: None
    [job] = AttachmentJob.objects.all()

    dora.post(f"/w/main/attachments/{job.id}/remove/")

    now = server.assistants.retrieve(assistant.id)
    if step == "tell" and way == "killed after":
        # It had been attached by then, so it is in use and stays.
        assert len(now.vector_store_ids) == 1
        assert len(server.files.list().data) == 1
        return
    assert (server.files.list().data, server.vector_stores.list().data, now.vector_store_ids) == ([], [], [])


def test_an_upload_that_never_arrived_is_given_up_in_the_end(
    alice: Person, server: Client, tap: Tap, assistant: Assistant
) -> None:
    go_wrong(tap, step="upload", way="never answered")
    attach(alice, assistant, use="file_search")
    tap.answer = lambda request: None
    [job] = AttachmentJob.objects.all()
    finish = f"/w/main/attachments/{job.id}/finish/"

    assert "it is not there yet" in read(alice.post(finish, follow=True)).text
    AttachmentJob.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert "It never arrived on the server." in read(alice.post(finish, follow=True)).text

    assert server.files.list().data == []
    assert audit.open_operations(older_than=timedelta(0)) == []


@pytest.mark.parametrize("step", STEPS)
def test_the_command_settles_what_was_done_and_never_heard(
    alice: Person, server: Client, tap: Tap, assistant: Assistant, step: str
) -> None:
    go_wrong(tap, step=step, way="killed after")
    attach(alice, assistant, use="file_search")
    tap.answer = lambda request: None

    for act in audit.open_operations(older_than=timedelta(0)):
        assert reconcile_operation(service_of("main"), act, is_late=False) is audit.OperationOutcome.SUCCEEDED

    assert audit.open_operations(older_than=timedelta(0)) == []
    assert half_finished("main") == list(AttachmentJob.objects.all())


def test_a_server_that_needs_a_moment_to_know_its_new_file_is_given_it(
    alice: Person, server: Client, tap: Tap, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying_out, "PAUSES", (0, 0))
    asked: list[str] = []

    def not_yet(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST" or not re.fullmatch(PUT_IN, request.url.path) or len(asked) == 2:
            return None
        asked.append(request.url.path)
        return httpx.Response(404, json={"error": {"message": "No such File object."}})

    tap.answer = not_yet
    assert attach(alice, assistant, use="file_search") == 302
    assert len(asked) == 2
    assert_all_is_there_once(server, assistant, use="file_search")


def test_a_job_for_an_assistant_that_is_gone_is_finished_with_on_the_files_page(
    alice: Person, server: Client, tap: Tap, assistant: Assistant
) -> None:
    go_wrong(tap, step="tell", way="refused")
    attach(alice, assistant, use="code_interpreter")
    tap.answer = lambda request: None
    server.assistants.delete(assistant.id)
    [job] = AttachmentJob.objects.all()
    here = {"Referer": "http://testserver/w/main/files/"}

    again = alice.post(f"/w/main/attachments/{job.id}/finish/", headers=here)
    assert again["Location"] == "/w/main/files/"
    page = read(alice.get(again["Location"])).text
    assert "This no longer exists on the assistant service" in page
    assert "The file is uploaded, but it isn't attached yet." in page

    alice.post(f"/w/main/attachments/{job.id}/remove/", headers=here)
    assert server.files.list().data == []


def test_a_file_that_vanished_before_it_was_attached_is_to_be_chosen_again(
    alice: Person, server: Client, tap: Tap, assistant: Assistant
) -> None:
    go_wrong(tap, step="tell", way="refused")
    attach(alice, assistant, use="code_interpreter")
    tap.answer = lambda request: None
    [file] = server.files.list().data
    server.files.delete(file.id)
    [job] = AttachmentJob.objects.all()

    page = read(alice.post(f"/w/main/attachments/{job.id}/finish/", follow=True)).text

    assert "The file is no longer on the server. Choose it again." in page
    assert "isn't attached yet" not in page


@pytest.mark.parametrize(
    "missing",
    [
        httpx.Response(404, html="<html><title>404 Not Found</title></html>"),
        httpx.Response(404, json={"error": {"message": "Invalid URL (GET /v1/files/x)"}}),
        httpx.Response(404, json={"detail": "Not Found"}),
    ],
    ids=["a page", "OpenAI's", "FastAPI's"],
)
@pytest.mark.parametrize("what", ["finish", "remove"])
def test_a_file_is_not_called_gone_where_only_its_route_is_missing(
    alice: Person, server: Client, tap: Tap, assistant: Assistant, what: str, missing: httpx.Response
) -> None:
    go_wrong(tap, step="tell", way="refused")
    attach(alice, assistant, use="code_interpreter")
    [job] = AttachmentJob.objects.all()
    tap.answer = lambda request: missing if request.url.path.startswith("/v1/files/") else None

    page = read(alice.post(f"/w/main/attachments/{job.id}/{what}/", headers={"HX-Request": "true"})).text

    assert "no longer on the server" not in page
    assert half_finished("main") == [job]
    assert len(server.files.list().data) == 1

    tap.answer = lambda request: None
    alice.post(f"/w/main/attachments/{job.id}/remove/")
    assert server.files.list().data == []


def test_a_file_that_the_server_does_not_let_go_of_is_not_called_removed(
    alice: Person, server: Client, tap: Tap, assistant: Assistant
) -> None:
    go_wrong(tap, step="tell", way="refused")
    attach(alice, assistant, use="code_interpreter")
    [job] = AttachmentJob.objects.all()
    tap.answer = lambda request: (
        httpx.Response(404, json={"detail": "Not Found"}) if request.method == "DELETE" else None
    )

    page = read(alice.post(f"/w/main/attachments/{job.id}/remove/", headers={"HX-Request": "true"})).text

    assert "The assistant service does not offer this" in page
    assert half_finished("main") == [job]
    assert len(server.files.list().data) == 1


def test_one_that_somebody_else_is_just_finishing_is_left_to_them(
    alice: Person, server: Client, tap: Tap, assistant: Assistant
) -> None:
    go_wrong(tap, step="tell", way="refused")
    attach(alice, assistant, use="code_interpreter")
    AttachmentJob.objects.update(busy_until=timezone.now() + timedelta(minutes=1), problem="")
    [job] = AttachmentJob.objects.all()
    tap.clear()

    page = read(alice.post(f"/w/main/attachments/{job.id}/finish/", follow=True)).text

    assert "“prices.txt” is on its way just now." in page
    assert not [request for request in tap.sent if request.startswith("POST")]


def test_when_the_server_is_down_it_is_told_and_stays_to_be_finished(
    alice: Person, server: Client, tap: Tap, assistant: Assistant
) -> None:
    go_wrong(tap, step="tell", way="refused")
    attach(alice, assistant, use="code_interpreter")
    [job] = AttachmentJob.objects.all()
    tap.answer = lambda request: httpx.Response(500) if request.url.path.startswith("/v1/files/") else None

    page = read(alice.post(f"/w/main/attachments/{job.id}/finish/", headers={"HX-Request": "true"})).text

    assert "The assistant service has a problem of its own" in page
    assert half_finished("main") == [job]


def test_a_file_of_somebody_else_is_never_taken_for_ours(
    alice: Person, server: Client, tap: Tap, assistant: Assistant
) -> None:
    go_wrong(tap, step="upload", way="never answered")
    attach(alice, assistant, use="file_search")
    tap.answer = lambda request: None
    server.files.create(file=("prices.txt", b"A screw costs 13 euros!"), purpose="vision")

    attach(alice, assistant, use="file_search")

    assert sorted(file.purpose for file in server.files.list()) == ["assistants", "vision"]


def test_removing_keeps_what_this_job_did_not_upload(alice: Person, server: Client, assistant: Assistant) -> None:
    file = server.files.create(file=("prices.txt", b"12 cents"), purpose="assistants")
    job = AttachmentJob.objects.create(
        workspace="main",
        token="click-0002",
        name="prices.txt",
        sha256="0",
        file_id=file.id,
        assistant_id=assistant.id,
        state="uploaded",
    )

    alice.post(f"/w/main/attachments/{job.id}/remove/")

    assert [kept.id for kept in server.files.list()] == [file.id]


def test_without_a_record_nothing_is_sent_and_it_can_be_done_again(
    alice: Person, server: Client, tap: Tap, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise audit.AuditUnavailable("The activity record cannot be written.")

    tap.clear()
    with monkeypatch.context() as patched:
        patched.setattr(audit, "operation", refuse)
        assert attach(alice, assistant, use="file_search") == 503
    assert not [request for request in tap.sent if request.startswith("POST")]

    assert attach(alice, assistant, use="file_search") == 302
    assert_all_is_there_once(server, assistant, use="file_search")
