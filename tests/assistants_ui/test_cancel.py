"""Cancelling an upload leaves nothing behind, whenever it comes."""

from __future__ import annotations

import httpx
import pytest

from assistants_client import Assistant, Client
from assistants_ui.files.attachments import upload as attachment_upload
from assistants_ui.models import AttachmentJob
from dashboard.audit import api as audit
from tests.assistants_ui.attaching import page_of, sent, upload
from tests.assistants_ui.conftest import Tap
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)
CANCEL = "/w/main/uploads/click-0001/cancel/"


def nothing_is_there(server: Client, assistant: Assistant) -> bool:
    now = server.assistants.retrieve(assistant.id)
    return not (server.files.list().data or server.vector_stores.list().data or now.vector_store_ids)


def test_before_the_bytes_have_arrived(alice: Person, server: Client, tap: Tap, assistant: Assistant) -> None:
    alice.post(CANCEL, headers={"HX-Request": "true"})
    tap.clear()
    response = alice.post(page_of(assistant, "files"), sent(upload()), headers={"HX-Request": "true"})

    assert "Cancelled. Nothing was attached." in response.content.decode()
    assert not [request for request in tap.sent if request.startswith("POST")]
    assert nothing_is_there(server, assistant)


def test_while_it_is_handed_on_to_the_server(
    alice: Person, dora: Person, server: Client, tap: Tap, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachment_upload, "HEARTBEAT_SECONDS", 0)
    cancelled: list[int] = []

    def cancel_meanwhile(request: httpx.Request) -> None:
        if request.url.path == "/v1/files" and request.method == "POST":
            cancelled.append(dora.post(CANCEL).status_code)

    tap.answer = cancel_meanwhile
    response = alice.post(
        page_of(assistant, "files"), sent(upload(content=b"x" * 10**6)), headers={"HX-Request": "true"}
    )

    assert cancelled == [302]
    assert "Cancelled. Nothing was attached." in response.content.decode()
    assert nothing_is_there(server, assistant)
    assert audit.open_operations() == []
    assert [job.state for job in AttachmentJob.objects.all()] == ["cancelled"]


def test_just_when_it_has_been_sent(
    alice: Person, dora: Person, server: Client, tap: Tap, assistant: Assistant
) -> None:
    def cancel_at_the_end(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/v1/files" or request.method != "POST":
            return None
        response = tap.server.handle_request(request)
        dora.post(CANCEL)
        return response

    tap.answer = cancel_at_the_end
    alice.post(page_of(assistant, "files"), sent(upload()))

    assert nothing_is_there(server, assistant)
    assert [job.state for job in AttachmentJob.objects.all()] == ["removed"]


def test_after_it_was_attached_it_stays(alice: Person, server: Client, assistant: Assistant) -> None:
    alice.post(page_of(assistant, "files"), sent(upload()))
    response = alice.post(CANCEL, headers={"HX-Request": "true"})

    assert "“prices.txt” was attached.</p>" in response.content.decode()
    assert not nothing_is_there(server, assistant)


@pytest.mark.parametrize("token", ["short", "%00" * 10, "a" * 65, "..%2F..%2Fetc"])
def test_an_address_of_nothing_is_not_found(alice: Person, tap: Tap, token: str) -> None:
    assert alice.post(f"/w/main/uploads/{token}/cancel/").status_code == 404
    assert alice.get(f"/w/main/uploads/{token}/").status_code == 404
    assert alice.post(f"/w/main/attachments/{token}/finish/").status_code == 404
    assert not AttachmentJob.objects.exists()
