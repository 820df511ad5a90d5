"""What the pages of the record show beside rows about assistants, files and vector stores."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy

from dashboard.audit.registry import LogRow, Related, Subject
from dashboard.lib.texts import with_markup

ASSISTANT = Subject(
    type="assistant",
    label=gettext_lazy("Assistant"),
    id_key="assistant_id",
    name_key="assistant_name",
    part_types=frozenset({"vector_store_file", "assistant_file"}),
    means_types=frozenset({"file", "assistant_file", "vector_store", "vector_store_file", "vector_store_file_batch"}),
    unchanged=lambda name: with_markup(
        gettext("What %(name)s is told stayed as it was; only what it can look up changed."),
        name=format_html('<bdi class="strong">{}</bdi>', name),
    ),
)
FILE_TYPES = ("file", "vector_store_file", "assistant_file")


def address_of(page: str, *arguments: object) -> str:
    """The address of a page; empty for a workspace that is no longer configured."""
    try:
        return reverse(page, args=arguments)
    except NoReverseMatch:
        return ""


def related(row: LogRow) -> Iterator[Related]:
    """Links to the things that a row is about, and what it was done for."""
    if row.target_type == "assistant" and row.target_id and row.workspace:
        yield Related(links=_links(*_pages_of_assistant(row)))
    assistant_id = str(row.context.get("assistant_id", ""))
    if assistant_id and assistant_id != row.target_id:
        page = address_of("assistant-detail", row.workspace, assistant_id)
        name = str(row.context.get("assistant_name") or getattr(row, "subject_name", ""))
        yield Related(
            term=gettext("For"), text=name, id=assistant_id, links=_links((gettext("Open the assistant"), page))
        )
    store_id = row.target_id if row.target_type == "vector_store" else str(row.context.get("vector_store", ""))
    if store_id:
        page = address_of("vector-store-detail", row.workspace, store_id)
        yield Related(term=gettext("Vector store"), id=store_id, links=_links((gettext("Open the vector store"), page)))
    if row.target_type in FILE_TYPES and row.target_id and row.action != "file.delete":
        links = _links((gettext("Open the file"), address_of("file-detail", row.workspace, row.target_id)))
        if links:
            yield Related(term=gettext("File"), links=links)
    if file := row.context.get("attached") or row.context.get("detached"):
        yield Related(term=gettext("For the sake of"), text=str(file))


def _pages_of_assistant(row: LogRow) -> Iterator[tuple[str, str]]:
    yield gettext("Open the assistant"), address_of("assistant-detail", row.workspace, row.target_id)
    yield gettext("History"), address_of("assistant-history", row.workspace, row.target_id)
    if row.outcome == "succeeded":
        yield gettext("This version"), address_of("assistant-revision", row.workspace, row.target_id, row.seq)


def _links(*pages: tuple[str, str]) -> list[tuple[str, str]]:
    return [(text, address) for text, address in pages if address]
