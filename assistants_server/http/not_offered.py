"""/uploads: not part of this server."""

from __future__ import annotations

from django.http import HttpResponse

from assistants_server.http.errors import Refusal
from assistants_server.http.routing import ApiRequest


def uploads(call: ApiRequest, **ids: str) -> HttpResponse:
    raise not_implemented("This server takes a file whole, by POST /v1/files. Uploads in parts are not available.")


def not_implemented(message: str) -> Refusal:
    # Official clients repeat a request that met a fault of the server; this one will not go away.
    return Refusal(501, message, code="not_implemented", headers={"x-should-retry": "false"})
