"""Who uses a file or a store among ten thousand assistants, asked before it is deleted."""

from __future__ import annotations

import pytest

from assistants_client import Client, File, VectorStore
from assistants_ui.models import CatalogEntry, CatalogState, CatalogTag
from tests.assistants_ui.catalog.many import fill, use
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import Page, read
from tests.conftest import Person

MANY = 10_000


@pytest.fixture
def store(server: Client) -> VectorStore:
    return server.vector_stores.create(name="Prices")


@pytest.fixture
def file(server: Client) -> File:
    return server.files.create(file=("prices.txt", b"One: 1"), purpose="assistants")


def users(page: Page) -> list[str]:
    """The assistants that a page names, in its order."""
    return [name for name, href in page.links.items() if "/assistants/asst_" in href]


def test_deleting_a_store_names_the_oldest_of_ten_thousand_first(alice: Person, store: VectorStore, tap: Tap) -> None:
    fill(MANY)
    use(CatalogTag.Kind.STORE, store.id, every=5000)
    tap.clear()
    page = read(alice.get(f"/w/main/vector-stores/{store.id}/delete/"))
    assert users(page) == ["Assistant 0", "Assistant 5000"]
    assert "2 assistants search in it" in page.text
    assert "We could not read every assistant" not in page.text
    # However many assistants there are, only the store itself is asked about.
    assert tap.sent == [f"GET /v1/vector_stores/{store.id}"]


def test_deleting_a_file_names_the_oldest_of_ten_thousand_first(alice: Person, file: File) -> None:
    fill(MANY)
    use(CatalogTag.Kind.FILE, file.id, every=100)
    page = read(alice.get("/w/main/files/delete/", {"id": file.id}))
    assert users(page) == [f"Assistant {number}" for number in range(0, 5000, 100)]
    assert "and 50 more assistants" in page.text
    assert "We could not look everywhere" not in page.text


def test_a_file_in_a_store_is_used_by_all_who_search_the_store(
    alice: Person, server: Client, store: VectorStore, file: File
) -> None:
    server.vector_stores.files.create(store.id, file_id=file.id)
    fill(20)
    use(CatalogTag.Kind.STORE, store.id, every=7)
    page = read(alice.get("/w/main/files/delete/", {"id": file.id}))
    assert users(page) == ["Assistant 0", "Assistant 7", "Assistant 14"]


@pytest.mark.parametrize("state", [{"is_complete": False, "problem": "repeated"}, {"is_complete": False}])
def test_deleting_rules_nobody_out_while_the_catalog_is_incomplete(
    alice: Person, store: VectorStore, file: File, state: dict[str, object]
) -> None:
    fill(20)
    CatalogState.objects.update(**state)
    assert "We could not read every assistant" in read(alice.get(f"/w/main/vector-stores/{store.id}/delete/")).text
    page = read(alice.get("/w/main/files/delete/", {"id": file.id}))
    assert "We could not look everywhere" in page.text
    assert "No assistant and no vector store uses it" not in page.text


def test_who_was_deleted_or_is_of_another_workspace_is_no_user(alice: Person, store: VectorStore) -> None:
    fill(20)
    use(CatalogTag.Kind.STORE, store.id, every=5)
    CatalogEntry.objects.filter(place=0).update(is_deleted=True)
    other = CatalogEntry.objects.filter(place=5)
    CatalogTag.objects.filter(entry__in=other).update(workspace="other")
    other.update(workspace="other")
    assert users(read(alice.get(f"/w/main/vector-stores/{store.id}/delete/"))) == ["Assistant 10", "Assistant 15"]
