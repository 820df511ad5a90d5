"""A remote server whose list may be odd in every way that a list can be."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

Assistants = dict[str, dict[str, Any]]


def body(number: int, **fields: Any) -> dict[str, Any]:
    made = {"id": f"asst_{number:03}", "object": "assistant", "created_at": 1_700_000_000 + number // 3}
    return made | {"name": f"Assistant {number}", "model": "gpt-4.1-mini", "tools": [], "metadata": {}} | fields


class FarEnd(httpx.BaseTransport):
    """Lists, retrieves, updates and deletes assistants; ``between`` is called before each page is answered."""

    def __init__(self, count: int) -> None:
        self.assistants: Assistants = {item["id"]: item for item in map(body, range(count))}
        self.objects: dict[str, dict[str, Any]] = {}
        self.sent: list[str] = []
        self.between: Callable[[int], None] = lambda page: None
        self.page: Callable[[list[dict[str, Any]], httpx.QueryParams], httpx.Response | None] = lambda rows, query: None
        self.is_down = False

    @property
    def pages(self) -> int:
        return self.sent.count("GET /v1/assistants")

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            raise httpx.ConnectError("nobody listens", request=request)
        path, method = request.url.path, request.method
        self.sent.append(f"{method} {path}")
        if path == "/v1/assistants" and method == "GET":
            self.between(self.pages)
            return self.page(self.rows(request.url.params), request.url.params) or self.listing(request.url.params)
        kind = path.split("/")[2]
        if kind in self.objects:
            return httpx.Response(200, json=self.objects[kind])
        return self.one(method, path.rsplit("/", maxsplit=1)[-1], request)

    def rows(self, query: httpx.QueryParams) -> list[dict[str, Any]]:
        rows = sorted(self.assistants.values(), key=lambda item: (item["created_at"], item["id"]))
        return rows if query.get("order") == "asc" else rows[::-1]

    def listing(self, query: httpx.QueryParams) -> httpx.Response:
        rows, limit = self.rows(query), int(query.get("limit", 20))
        if after := query.get("after"):
            ids = [item["id"] for item in rows]
            if after not in ids:
                return httpx.Response(404, json={"error": {"message": f"No assistant {after}"}})
            rows = rows[ids.index(after) + 1 :]
        return answer(rows[:limit], has_more=len(rows) > limit)

    def one(self, method: str, name: str, request: httpx.Request) -> httpx.Response:
        if method == "POST" and name == "assistants":
            name = f"asst_new_{len(self.assistants)}"
            self.assistants[name] = body(900, id=name, created_at=1_800_000_000)
        if name not in self.assistants:
            return httpx.Response(404, json={"error": {"message": "No such assistant"}})
        if method == "DELETE":
            del self.assistants[name]
            return httpx.Response(200, json={"id": name, "object": "assistant.deleted", "deleted": True})
        if method == "POST":
            self.assistants[name] |= json.loads(request.content)
        return httpx.Response(200, json=self.assistants[name])


def answer(rows: list[Any], *, has_more: bool | None) -> httpx.Response:
    more = {} if has_more is None else {"has_more": has_more}
    return httpx.Response(200, json={"object": "list", "data": rows} | more)
