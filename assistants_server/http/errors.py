"""What an answer that is not a success looks like, and the one way to ask for one."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.http import HttpResponse


class Refusal(Exception):  # noqa: N818  # a refusal is an answer of the API, not a fault of the program
    """Raised anywhere below a view; becomes the error envelope with all four keys present.

    ``param`` is dotted and indexed as in ``tools[0].function.name``. The wording follows the
    hosted API where it is known, because clients match on it.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        kind: str = "invalid_request_error",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        self.code = code
        self.kind = kind
        self.headers = dict(headers or {})


def invalid(message: str, *, param: str | None, code: str | None) -> Refusal:
    """400: the request says something the API does not take."""
    return Refusal(400, message, param=param, code=code)


def not_found(message: str, *, param: str | None = None, code: str | None = None) -> Refusal:
    return Refusal(404, message, param=param, code=code)


def envelope(refusal: Refusal) -> HttpResponse:
    body = {"error": {"message": refusal.message, "type": refusal.kind, "param": refusal.param, "code": refusal.code}}
    return HttpResponse(
        json.dumps(body), status=refusal.status, content_type="application/json", headers=refusal.headers
    )


OVERLOADED = Refusal(
    503,
    "The server is overloaded or not ready yet. Please try again.",
    kind="server_error",
    headers={"Retry-After": "1"},
)
CHANGES_PAUSED = Refusal(
    503,
    "Changes are paused, because the activity record cannot be written. Nothing was changed.",
    kind="server_error",
)
NO_ROOM = Refusal(
    507, "There is not enough room on the server's disk for this. Nothing was stored.", kind="server_error"
)
SERVER_FAULT = Refusal(
    500, "The server had an error while processing your request. Sorry about that!", kind="server_error"
)
