"""What a file's page shows of its content, and what it never does with it."""

from __future__ import annotations

import pytest

from assistants_client import Client
from assistants_server.vector_stores import indexing
from tests.assistants_ui.attaching import upload
from tests.assistants_ui.pages import read
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def page_of(server: Client, name: str, content: bytes, *, purpose: str = "vision") -> str:
    """The address of the page of a new file."""
    return f"/w/main/files/{server.files.create(file=(name, content), purpose=purpose).id}/"


def test_text_is_shown(bob: Person, server: Client) -> None:
    response = bob.get(page_of(server, "notes.txt", "Grüße <script>alert(1)</script>".encode()))
    assert "Grüße <script>alert(1)</script>" in read(response).text or b"&lt;script&gt;" in response.content
    assert b"<script>alert" not in response.content
    assert "Download" in read(response).links


def test_markdown_is_read_and_never_trusted(bob: Person, server: Client) -> None:
    text = (
        "# Returns\n\n**Thirty** days, *unopened*, see `terms`.\n\n- one\n  - two\n\n> quoted\n\n"
        "[good](https://example.com) [bad](javascript:alert(1)) ![pixel](https://evil.example/x.png)\n\n"
        "<img src=x onerror=alert(1)>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n"
    )
    html = bob.get(page_of(server, "returns.md", text.encode())).content.decode()

    assert "<h3>Returns</h3>" in html
    assert "<strong>Thirty</strong>" in html
    assert '<p class="item" data-depth="2">two</p>' in html
    assert '<a href="https://example.com" rel="noopener noreferrer nofollow">good</a>' in html
    assert "<pre>code\n</pre>" in html
    for harm in ("javascript:", "evil.example", "<img src=x"):
        assert harm not in html.replace("&lt;img src=x", "").replace("(javascript:alert(1))", "")


def test_a_piece_that_is_made_to_be_hard_to_read_is_shown_as_it_is(bob: Person, server: Client) -> None:
    text = f"**before**, see [terms]\n\n{'![' * 100_000}\n\n**after**\n\n[terms]: https://example.com\n"
    html = bob.get(page_of(server, "hard.md", text.encode())).content.decode()

    assert "<strong>before</strong>" in html
    assert '<a href="https://example.com" rel="noopener noreferrer nofollow">terms</a>' in html
    assert "![" * 100_000 in html
    assert "<strong>after</strong>" in html


def test_an_image_is_shown_by_its_bytes_and_not_by_its_name(bob: Person, server: Client) -> None:
    page = page_of(server, "holiday.txt", PNG)
    assert f'src="{page}image/"' in bob.get(page).content.decode()
    response = bob.get(f"{page}image/")
    assert response["Content-Type"] == "image/png"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert b"".join(response) == PNG


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"<html>", b"%PDF-1.7\x00\xff", b"text"])
def test_nothing_else_is_served_as_an_image(bob: Person, server: Client, content: bytes) -> None:
    assert bob.get(f"{page_of(server, 'picture.png', content)}image/").status_code == 404


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("plan.html", 'attachment; filename="plan.html"'),
        ("é文.pdf", "attachment; filename*=utf-8''%C3%A9%E6%96%87.pdf"),
        ('a";x="b.txt', 'attachment; filename="a%22;x=%22b.txt"'),
    ],
)
def test_a_download_is_only_ever_a_download(bob: Person, server: Client, name: str, header: str) -> None:
    response = bob.get(f"{page_of(server, name, b'<script>alert(1)</script>')}content/")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == header
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response) == b"<script>alert(1)</script>"


def test_a_server_that_keeps_the_content_is_not_offered_for_download(bob: Person, server: Client) -> None:
    page = page_of(server, "prices.txt", b"12 cents", purpose="assistants")
    response = bob.get(page)
    assert "keeps the content of files with the purpose assistants to itself" in read(response).text
    assert "Download" not in read(response).links
    assert bob.get(f"{page}content/").status_code == 422


def test_what_a_store_has_read_is_shown_instead(bob: Person, server: Client) -> None:
    file = server.files.create(file=("prices.txt", b"A screw costs 12 cents."), purpose="assistants")
    server.vector_stores.create(name="Prices", file_ids=[file.id])
    indexing.wait()
    page = read(bob.get(f"/w/main/files/{file.id}/")).text
    assert "What was read from it" in page
    assert "A screw costs 12 cents." in page


def test_files_can_be_uploaded_for_later(alice: Person, server: Client) -> None:
    response = alice.post("/w/main/files/new/", {"files": [upload()], "upload_token": "click-0001"}, follow=True)
    page = read(response)
    assert "“prices.txt” was uploaded." in page.text
    assert "prices.txt" in page.links
    assert [file.filename for file in server.files.list()] == ["prices.txt"]
