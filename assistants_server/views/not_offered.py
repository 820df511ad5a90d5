"""/threads: not part of this server yet."""

from __future__ import annotations

from django.http import HttpResponse

from assistants_server.errors import Refusal
from assistants_server.routing import Call


def not_implemented(call: Call, **ids: str) -> HttpResponse:
    raise Refusal(
        501,
        "This server keeps assistants, files and vector stores. It does not run assistants yet, so threads, "
        "messages and runs are not available.",
        code="not_implemented",
        # Official clients repeat a request that met a fault of the server; this one will not go away.
        headers={"x-should-retry": "false"},
    )
