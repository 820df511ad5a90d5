"""Readings of an answer: each refuses what cannot be an answer to the question, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from .errors import APIResponseValidationError, Reason
from .types import CursorPage, Deleted, WireObject
from .types.base import id_text

ObjectT = TypeVar("ObjectT", bound=WireObject)

# Kinds that some server calls something of its own are let through; these would be another thing.
KINDS = frozenset(
    {
        "assistant",
        "assistant.file",
        "assistant.deleted",
        "assistant.file.deleted",
        "file",
        "list",
        "model",
        "vector_store",
        "vector_store.deleted",
        "vector_store.file",
        "vector_store.file.deleted",
        "vector_store.files_batch",
        "vector_store.file_batch",
        "vector_store.search_results.page",
        "thread",
        "thread.deleted",
        "thread.message",
        "thread.message.deleted",
        "thread.run",
        "thread.run.step",
        "upload",
        "upload.part",
        "error",
    }
)


def one(view: type[ObjectT], *kinds: str, asked: str | None = None) -> Callable[[Any], ObjectT]:
    """Reads one object that calls itself one of `kinds` (or nothing known) and, if `asked`, has that id."""

    def read(raw: Any) -> ObjectT:
        members = _object(raw)
        identity = id_text(members.get("id"))
        if not identity or not (view.is_id(identity) or identity == asked):
            raise _not_an_answer("the object in it has no id")
        if asked is not None and identity != asked:
            raise _not_an_answer("it is about another object than the one asked for", Reason.WRONG_ID)
        _refuse_kind(members, kinds)
        return view(members)

    return read


def page(item: type[ObjectT]) -> Callable[[Any], CursorPage[ObjectT]]:
    """Reads a list. Only `data` must be there; the rest of the envelope is often missing or wrong.

    A bare list counts as its own `data`, and null as an empty one; so does the one list of objects under another name.
    """

    def read(raw: Any) -> CursorPage[ObjectT]:
        members = {"object": "list", "data": raw, "has_more": False} if _is_bare_list(raw) else _object(raw)
        if (
            "data" not in members
            and len(lists := [value for value in members.values() if _is_list_of(item, value)]) == 1
        ):
            members = members | {"data": lists[0]}
        data = members.get("data", ...)
        if data is not None and not isinstance(data, list):
            raise _not_an_answer("it holds no list of objects")
        return CursorPage(members, item=item)

    return read


def _is_list_of(view: type[WireObject], value: Any) -> bool:
    """Whether these are objects with ids, and nothing else."""
    is_list = isinstance(value, list) and bool(value)
    return is_list and all(isinstance(entry, dict) and view.is_id(id_text(entry.get("id"))) for entry in value)


def _is_bare_list(raw: Any) -> bool:
    """Whether this is a list of objects without the envelope around it; of nothing else it is an answer."""
    return isinstance(raw, list) and (not raw or any(isinstance(entry, dict) for entry in raw))


def anonymous(view: type[ObjectT]) -> Callable[[Any], ObjectT]:
    """Reads an answer that has `data` and no id, such as what a search found."""

    def read(raw: Any) -> ObjectT:
        members = _object(raw)
        if not isinstance(members.get("data"), list):
            raise _not_an_answer("it holds no results")
        return view(members)

    return read


def deletion(asked: str) -> Callable[[Any], Deleted]:
    """Reads the answer to a delete, None standing for an empty one: the status has said that it is done."""

    def read(raw: Any) -> Deleted:
        members = {} if raw is None else _object(raw)
        if members.get("deleted") is False:
            raise _not_an_answer("it says that nothing was deleted")
        if isinstance(members.get("id"), str) and members["id"] != asked:
            raise _not_an_answer("it is about another object than the one asked for", Reason.WRONG_ID)
        if "error" in members and "id" not in members:
            raise _not_an_answer("it holds an error")
        return Deleted({"id": asked, "deleted": True} | members)

    return read


def binary(raw: Any) -> bytes:
    """The bytes of a file's content, which are not JSON."""
    if not isinstance(raw, bytes):
        raise _not_an_answer("it is not a file")
    return raw


def _object(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise _not_an_answer("it is not a JSON object")
    return raw


def _refuse_kind(members: dict[str, Any], kinds: tuple[str, ...]) -> None:
    kind = members.get("object")
    if isinstance(kind, str) and kind in KINDS and kind not in kinds:
        raise _not_an_answer(f"it is of the kind {kind}")


def _not_an_answer(what: str, reason: Reason = Reason.SHAPE) -> APIResponseValidationError:
    return APIResponseValidationError(
        f"The server sent an answer that does not fit the question: {what}.", reason=reason
    )
