"""The embedded server's /v1 against a bare Django JSON view behind the same middleware.

The floor answers ready values, looks at no key and asks no database; what is above it
is what /v1 does more.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from benchmarks.apart import Samples, answer, samples_of
from benchmarks.rounds import measured, ratios
from benchmarks.table import Row, row

if TYPE_CHECKING:
    from django.urls import URLPattern, URLResolver

INSTRUCTIONS = "Answer briefly, quote the section you used, and say so when you do not know. " * 26
ASSISTANT = {"model": "gpt-4.1-mini", "name": "Returns desk", "instructions": INSTRUCTIONS, "metadata": {"a": "b"}}
urlpatterns: list[URLPattern | URLResolver] = []


def rows(rounds: int) -> list[Row]:
    samples = samples_of("benchmarks.server", rounds=rounds, EMBEDDED_REQUESTS_PER_MINUTE="0", RUN_WORKERS="0")
    return [
        row("retrieve / bare view of one assistant", ratios(samples, "retrieve", "bare one")),
        row("list 100 / bare view of 100 assistants", ratios(samples, "list 100", "bare hundred")),
        row("create / bare view that reads JSON and commits a row", ratios(samples, "create", "bare create")),
        row("create a run with its thread / the same", ratios(samples, "create run", "bare create")),
        row("update with If-Match / the same", ratios(samples, "update", "bare create")),
        row("search 1,000 chunks / bare view of one assistant", ratios(samples, "search", "bare one")),
        *(row(f"{name}", [value * 1000 for value in samples[name]], unit="ms") for name in samples),
    ]


def measure(rounds: int) -> Samples:
    """Seconds per call of each variant; needs the environment that :func:`rows` makes."""
    import django
    from django.conf import settings

    settings.ROOT_URLCONF = __name__
    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    from assistants_server.assistants import operations as assistants
    from assistants_server.http.authentication import new_key
    from assistants_server.models import StoreFile
    from assistants_server.vector_stores import indexing
    from assistants_server.vector_stores import operations as vector_stores

    key = new_key(name="benchmark", workspace="main")[1]
    made = [assistants.create("main", dict(ASSISTANT)).wire_id for _ in range(100)]
    store = vector_stores.create("main", {})
    file = StoreFile(store=store, wire_id="file-x", created_at=1, chunk_size=100, chunk_overlap=0)
    file.taken_at = 1
    file.save()
    words = ["parcel", "damaged", "returned", "policy", "price", "opening", "invoice", "order", "late", "paid"]
    indexing.store_text(file, " ".join(f"{words[n % 10]} {words[n // 7 % 10]} n{n % 997}" for n in range(33_400)))
    application = get_wsgi_application()
    urlpatterns.extend(bare_views([row.body for row in assistants.of("main")]))

    def call(method: str, path: str, body: Any = None, **headers: str) -> bytes:
        sent = b"" if body is None else json.dumps(body).encode()
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(sent)),
            "HTTP_AUTHORIZATION": f"Bearer {key}",
            "wsgi.input": BytesIO(sent),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
        } | headers
        told: list[object] = []

        def start(status: str, headers: object, error: object = None) -> Callable[[bytes], object]:
            told.append(status)
            return told.append

        response = application(environ, start)
        content = b"".join(response)
        response.close()
        assert told == ["200 OK"], (path, told, content[:500])
        return content

    thread = {"messages": [{"role": "user", "content": "May I return a damaged parcel?"}]}
    run = {"assistant_id": made[0], "thread": thread}

    def update() -> bytes:
        return call("POST", f"/v1/assistants/{made[0]}", {"name": os.urandom(4).hex()}, HTTP_IF_MATCH="*")

    variants = {
        "bare one": lambda: call("GET", "/bare/one"),
        "retrieve": lambda: call("GET", f"/v1/assistants/{made[0]}"),
        "bare hundred": lambda: call("GET", "/bare/hundred"),
        "list 100": lambda: call("GET", "/v1/assistants?limit=100"),
        "bare create": lambda: call("POST", "/bare/create", ASSISTANT),
        "create": lambda: call("POST", "/v1/assistants", ASSISTANT),
        "create run": lambda: call("POST", "/v1/threads/runs", run),
        "update": update,
        "search": lambda: call("POST", f"/v1/vector_stores/{store.wire_id}/search", {"query": "damaged parcel n500"}),
    }
    return measured(variants, rounds=rounds, batch_seconds=0.1)


def bare_views(bodies: list[dict[str, Any]]) -> list[URLPattern | URLResolver]:
    from django.contrib.auth.decorators import login_not_required
    from django.http import HttpRequest, JsonResponse
    from django.urls import include, path
    from django.views.decorators.csrf import csrf_exempt

    from assistants_server.models import Tombstone

    @login_not_required
    def one(request: HttpRequest) -> JsonResponse:
        return JsonResponse(bodies[0])

    @login_not_required
    def hundred(request: HttpRequest) -> JsonResponse:
        return JsonResponse({"object": "list", "data": bodies, "has_more": False})

    @csrf_exempt
    @login_not_required
    def create(request: HttpRequest) -> JsonResponse:
        body = json.loads(request.body)
        Tombstone.objects.create(workspace="bare", kind="bare", wire_id=os.urandom(12).hex(), created_at=1, seq=1)
        return JsonResponse(body)

    return [
        path("bare/one", one),
        path("bare/hundred", hundred),
        path("bare/create", create),
        path("", include("dashboard.urls")),
    ]


if __name__ == "__main__":
    answer(measure)
