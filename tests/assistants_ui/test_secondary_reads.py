"""A page stands whatever becomes of the reads that only decorate it, and says nothing that is not so."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from html import unescape
from io import StringIO
from pathlib import Path

import httpx
import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from assistants_client import Client
from assistants_ui.workspaces.circuit_breaker import BreakerClient, CircuitBreaker
from assistants_ui.workspaces.connections import EMBEDDED_BASE_URL, connected
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person

pytestmark = pytest.mark.services_do_not_matter

Answer = Callable[[httpx.Request], httpx.Response]


def refusal(status: int) -> Answer:
    error = {"message": "Not available with this key.", "type": "invalid_request_error", "param": None, "code": None}
    return lambda request: httpx.Response(status, json={"error": error})


def hang(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("timed out", request=request)


FAULTS: dict[str, Answer] = {
    **{str(status): refusal(status) for status in (401, 403, 404, 405, 500, 501)},
    "hang": hang,
    "HTML": lambda request: httpx.Response(200, html="<h1>Sign in</h1>"),
    "error in a 200": lambda request: httpx.Response(200, json={"error": {"message": "No upstream is set up."}}),
    "redirect": lambda request: httpx.Response(302, headers={"Location": "https://login.example.com/"}),
}
ROUTES = {
    "names of files": r"/files",
    "one file": r"/files/[^/]+",
    "list of stores": r"/vector_stores",
    "one store": r"/vector_stores/[^/]+",
    "files of a store": r"/vector_stores/[^/]+/files",
    "all of stores": r"/vector_stores.*",
    "models": r"/models",
}
PAGES = ("", "edit/", "files/", "history/", "duplicate/", "hand-over/", "delete/", "try/", "questions/")
UNTRUE = ("no longer exists", "is gone", "Missing file", "has expired", "No files are attached", "Remove them")


class Server:
    """An assistant with a file to search and one for its code, on a server of which one route fails."""

    def __init__(self, tap: Tap, server: Client) -> None:
        self.tap = tap
        self.file = server.files.create(file=("prices.txt", b"A screw costs 12 cents."), purpose="assistants").id
        self.store = server.vector_stores.create(name="Prices", file_ids=[self.file]).id
        resources = {
            "file_search": {"vector_store_ids": [self.store]},
            "code_interpreter": {"file_ids": [self.file]},
        }
        tools = [{"type": "file_search"}, {"type": "code_interpreter"}]
        made = server.assistants.create(model="gpt-4.1", name="Desk", tools=tools, tool_resources=resources)
        self.page = f"/w/main/assistants/{made.id}/"

    def fails(self, route: str, answer: Answer) -> None:
        cache.clear()
        pattern = re.compile(rf"/v1{ROUTES[route]}")
        self.tap.answer = lambda request: answer(request) if pattern.fullmatch(request.url.path) else None


@pytest.fixture
def far_end(tap: Tap, server: Client) -> Iterator[Server]:
    guard = CircuitBreaker(max_concurrency=4, name="main")
    client = BreakerClient(guard=guard, base_url=EMBEDDED_BASE_URL, api_key="", transport=tap)
    client.sleep = lambda seconds: None
    with connected("main", client):
        yield Server(tap, server)


def lines_of(html: str) -> list[str]:
    """The texts of a page, one for each element that has any of its own."""
    body = re.sub(r"(?s)<(script|style|svg|template|head)\b.*?</\1>", "", html)
    texts = re.split(r"</?(?:p|div|li|span|section|h\d|dt|dd|td|button|label|option)\b[^>]*>", body)
    return [" ".join(unescape(re.sub("<[^>]*>", " ", text)).split()) for text in texts]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_page_of_an_assistant_falls_or_says_what_is_not_so(far_end: Server, alice: Person, fault: str) -> None:
    for number, route in enumerate(ROUTES):
        far_end.fails(route, FAULTS[fault])
        # Each page meets each fault and each route; every pair of the two is in the table below.
        for page in PAGES[(number + len(fault)) % 3 :: 3]:
            answer = alice.get(far_end.page + page)
            assert answer.status_code == 200, (route, page)
            said = read(answer).text
            assert "Desk" in said or page == "history/", (route, page)
            assert not [words for words in UNTRUE if words in said], (route, page)


@pytest.mark.skipif("SECONDARY_READS_TABLE" not in os.environ, reason="writes a table for people to read")
def test_what_every_page_says_of_every_fault(far_end: Server, alice: Person) -> None:
    places = [f"{far_end.page}{page}" for page in PAGES]
    places += ["/w/main/assistants/", f"/w/main/hand-over/?id={far_end.page.split('/')[-2]}"]
    places += ["/w/main/files/", f"/w/main/files/{far_end.file}/", f"/w/main/files/delete/?id={far_end.file}"]
    places += ["/w/main/vector-stores/", f"/w/main/vector-stores/{far_end.store}/"]
    places += [f"/w/main/vector-stores/{far_end.store}/{page}/" for page in ("edit", "delete", "add", "files")]
    far_end.tap.answer = lambda request: None
    usual = {place: lines_of(alice.get(place).text) for place in places}
    with Path(os.environ["SECONDARY_READS_TABLE"]).open("w") as rows:
        for place in places:
            for route in ROUTES:
                for fault, fails in FAULTS.items():
                    far_end.fails(route, fails)
                    answer = alice.get(place)
                    told = lines_of(answer.text)
                    more = " ¦ ".join(line for line in told if line and line not in usual[place])
                    less = " ¦ ".join(line for line in usual[place] if line and line not in told)
                    rows.write(f"{place}\t{route}\t{fault}\t{answer.status_code}\t+ {more}\t- {less}\n")


@pytest.mark.parametrize(
    ("route", "fault", "said"),
    [
        (
            "names of files",
            "401",
            "The names of files cannot be read: this workspace's key may not read them (401). Their ids are shown",
        ),
        (
            "files of a store",
            "404",
            "The files of a vector store cannot be read: the assistant service does not offer them (404).",
        ),
        ("all of stores", "501", "the assistant service does not offer them (501)"),
        ("all of stores", "hang", "the assistant service did not answer"),
        ("files of a store", "500", "the assistant service has a problem of its own (500)"),
        ("names of files", "HTML", "the assistant service sent an answer that we can't read"),
    ],
)
def test_the_page_says_what_could_not_be_read(
    far_end: Server, alice: Person, route: str, fault: str, said: str
) -> None:
    far_end.fails(route, FAULTS[fault])
    assert said in read(alice.get(far_end.page)).text


def test_a_store_that_the_list_no_longer_names_is_gone(far_end: Server, server: Client, alice: Person) -> None:
    server.vector_stores.delete(far_end.store)
    assert "A vector store of this assistant is gone." in read(alice.get(far_end.page)).text
    # Without the list nobody can tell.
    far_end.fails("list of stores", FAULTS["403"])
    page = read(alice.get(far_end.page)).text
    assert "is gone" not in page
    assert "cannot be read" in page


@pytest.mark.parametrize("fault", ["401", "404", "hang"])
def test_files_and_stores_are_listed_without_what_uses_them(far_end: Server, alice: Person, fault: str) -> None:
    far_end.fails("all of stores", FAULTS[fault])
    listed = read(alice.get("/w/main/files/")).text
    assert "prices.txt" in listed
    assert "Where files are used could not be read in full" in listed
    one = read(alice.get(f"/w/main/files/{far_end.file}/"))
    assert "prices.txt" in one.text
    assert "No assistant and no vector store uses this file" not in one.text
    far_end.fails("names of files", FAULTS[fault])
    store = read(alice.get(f"/w/main/vector-stores/{far_end.store}/")).text
    assert far_end.file in store
    assert "Missing file" not in store


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_missing_list_is_no_missing_object(far_end: Server, alice: Person, status: int) -> None:
    far_end.fails("list of stores", refusal(status))
    page = alice.get("/w/main/vector-stores/")
    assert page.status_code == 502
    assert "The assistant service does not offer this" in read(page).text
    assert "no longer exists" not in read(page).text


@pytest.mark.parametrize("fault", FAULTS)
def test_the_command_says_by_its_exit_code_that_an_editor_lacks_something(far_end: Server, fault: str) -> None:
    parts = {
        "names of files": "files",
        "one file": "one file",
        "list of stores": "vector stores",
        "one store": "one vector store",
        "files of a store": "files of a vector store",
        "all of stores": "vector stores",
    }
    for route, part in parts.items():
        far_end.fails(route, FAULTS[fault])
        with pytest.raises(CommandError, match=f"but not with {part}") as refused:
            call_command("check_workspace", "main", stdout=StringIO())
        assert refused.value.returncode == 2, route
    # Whoever has no list of models types the name.
    far_end.fails("models", FAULTS[fault])
    call_command("check_workspace", "main", stdout=StringIO())


@pytest.mark.parametrize("status", [404, 405, 501])
@pytest.mark.parametrize(
    ("route", "noun"), [("one store", "stores"), ("all of stores", "stores"), ("one file", "files")]
)
def test_an_object_whose_route_is_missing_is_not_told_as_gone(
    far_end: Server, alice: Person, route: str, noun: str, status: int
) -> None:
    far_end.fails(route, refusal(status))
    address = f"vector-stores/{far_end.store}" if noun == "stores" else f"files/{far_end.file}"
    for page in ("", "edit/", "delete/") if noun == "stores" else ("",):
        answer = alice.get(f"/w/main/{address}/{page}")
        assert answer.status_code == 502
        assert "The assistant service does not offer this" in read(answer).text
        assert "no longer exists" not in read(answer).text


def test_an_object_that_is_gone_is_told_as_gone(far_end: Server, server: Client, alice: Person) -> None:
    server.vector_stores.delete(far_end.store)
    answer = alice.get(f"/w/main/vector-stores/{far_end.store}/")
    assert (answer.status_code, "no longer exists" in read(answer).text) == (404, True)


def test_a_file_is_not_said_to_be_deleted_when_the_route_is_missing(
    far_end: Server, server: Client, alice: Person
) -> None:
    def answer(request: httpx.Request) -> httpx.Response | None:
        return refusal(404)(request) if request.method == "DELETE" else None

    far_end.tap.answer = answer
    done = alice.post("/w/main/files/delete/", {"id": far_end.file})
    said = read(alice.get(done["Location"])).text
    assert "The assistant service does not offer this" in said
    assert server.files.retrieve(far_end.file).filename == "prices.txt"


def test_files_whose_stores_cannot_be_looked_into_say_why(far_end: Server, alice: Person) -> None:
    far_end.fails("files of a store", refusal(403))
    said = "could not be read in full: this workspace's key may not read them (403)."
    assert said in read(alice.get("/w/main/files/")).text
    assert "It cannot be read: this workspace's key may not" in read(alice.get(f"/w/main/files/{far_end.file}/")).text


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("error in a 200", "the assistant service said: No upstream is set up."),
        ("redirect", "the assistant service sends us to another address, https://login.example.com/."),
    ],
)
def test_the_words_of_an_odd_answer_are_told(far_end: Server, alice: Person, fault: str, said: str) -> None:
    far_end.fails("names of files", FAULTS[fault])
    assert f"The names of files cannot be read: {said}" in read(alice.get(far_end.page)).text


@pytest.mark.parametrize("body", [b"<html><title>404 Not Found</title><hr>nginx</html>", b"404 page not found\n"])
def test_a_page_in_the_place_of_an_answer_says_nothing_of_the_assistant(
    far_end: Server, alice: Person, body: bytes
) -> None:
    alice.get("/w/main/assistants/")
    far_end.tap.answer = lambda request: httpx.Response(404, content=body)
    cache.clear()
    answer = alice.get(far_end.page)
    assert answer.status_code == 502
    assert "The assistant service does not offer this" in read(answer).text
    far_end.tap.answer = lambda request: None
    cache.clear()
    assert "Desk" in read(alice.get("/w/main/assistants/?q=desk")).text
