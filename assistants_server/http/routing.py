"""One route, its methods, and what holds for every call before a view is asked.

Checked in the hosted API's order: who calls, which version, whether the method exists, whether
the principal may write. Every answer, also one of an unforeseen fault, is JSON with a request id.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.urls import URLPattern, re_path
from django.views.decorators.csrf import csrf_exempt

from assistants_client import strict_json
from assistants_server.http import rate_limit
from assistants_server.http.authentication import Principal, authenticate
from assistants_server.http.errors import CHANGES_PAUSED, NO_ROOM, OVERLOADED, SERVER_FAULT, Refusal, envelope, invalid
from assistants_server.http.request_body import Body
from assistants_server.http.validation import kind_of
from dashboard.audit import api as audit
from dashboard.lib import disk, request_ids
from dashboard.lib.http import ApiHttpRequest

logger = logging.getLogger(__name__)

Version = Literal["v1", "v2"]
View = Callable[..., HttpResponseBase]
# 256,000 characters of instructions may be escaped to twelve bytes each, and the schemas of tools come on top.
MOST_BYTES = 12 * 2**20
# Programs that name no type at all send JSON too.
JSON_TYPES = {"application/json", "", None}


@dataclass(frozen=True)
class ApiRequest:
    """One request to /v1 whose principal is known."""

    request: HttpRequest
    request_id: str
    principal: Principal
    version: Version

    @property
    def workspace(self) -> str:
        return self.principal.workspace

    @cached_property
    def body(self) -> dict[str, Any]:
        """The JSON object that was sent; an empty body counts as an empty object, and so does null."""
        raw = Body(self.request).read_all(limit=MOST_BYTES)
        if not raw.strip():
            return {}
        if self.request.content_type not in JSON_TYPES:
            raise unsupported_type(self.request.content_type or "")
        try:
            value = strict_json.loads(raw)
        except strict_json.UnreadableJSONError as error:
            raise invalid(
                f"We could not parse the JSON body of your request: {error}.", param=None, code=None
            ) from error
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise invalid(
                f"Invalid type for the body: expected an object, but got {kind_of(value)} instead.",
                param=None,
                code="invalid_type",
            )
        return value


@dataclass(frozen=True)
class Endpoint:
    """What one address offers: its views by method, its versions, and whether it only reads."""

    views: dict[str, View]
    versions: tuple[Version, ...]
    reads: bool


def route(pattern: str, *, versions: tuple[Version, ...] = (), reads: bool = False, **views: View) -> URLPattern:
    """The address ``pattern``, such as ``/files/{file_id}``, with and without a trailing slash.

    A name with dots, as in ``/models/{model...}``, takes slashes too. ``views`` are named by their
    HTTP methods and called with a :class:`ApiRequest` and the ids in the pattern. ``versions`` are those
    of ``OpenAI-Beta`` under which the route exists; none means that the header is not looked at.
    ``reads``: also its POST changes nothing.
    """
    expression = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
    expression = re.sub(r"\{(\w+)\.\.\.\}", r"(?P<\1>.+?)", expression)
    return re_path(rf"\A{expression}/?\Z", _endpoint(Endpoint(views, versions, reads)))


def everything_else() -> URLPattern:
    """Answers what no route knows, for every method."""
    return re_path(r"\A(?:/.*)?\Z", _endpoint(Endpoint({}, (), reads=True)))


def _endpoint(address: Endpoint) -> View:
    @csrf_exempt
    @login_not_required
    def handle(request: HttpRequest, **ids: str) -> HttpResponseBase:
        began = time.perf_counter()
        request_id = f"req_{request_ids.request_id(request)}"
        noted = cast(ApiHttpRequest, request)
        # What Django's own handlers of unforeseen faults answer with, instead of a page.
        noted.api_fault = lambda: _signed(envelope(SERVER_FAULT), request_id)
        try:
            response = _answer(request, request_id, address, ids)
        except Refusal as refusal:
            # Django reports every answer of 500 and more as an error of the site, and this one is meant.
            noted.is_expected_refusal = True
            response = envelope(refusal)
        except (BadRequest, UnreadablePostError):
            response = envelope(invalid("The body of your request ended too early.", param=None, code=None))
        except OperationalError:
            logger.exception("The database did not answer request %s", request_id)
            response = envelope(OVERLOADED)
        except audit.AuditUnavailable:
            logger.exception("The change asked for by request %s cannot be recorded", request_id)
            response = envelope(CHANGES_PAUSED)
        except OSError as error:
            if not disk.is_full(error):
                raise
            logger.error("The disk is full: request %s was refused", request_id)
            response = envelope(NO_ROOM)
        response["openai-processing-ms"] = str(int((time.perf_counter() - began) * 1000))
        return _signed(response, request_id)

    return handle


def _signed(response: HttpResponseBase, request_id: str) -> HttpResponseBase:
    response["x-request-id"] = request_id
    response["openai-version"] = "2020-10-01"
    return response


def _answer(request: HttpRequest, request_id: str, address: Endpoint, ids: dict[str, str]) -> HttpResponseBase:
    principal = authenticate(request)
    if principal.key is not None:
        rate_limit.check(principal.key)
    version = version_of(request) if address.versions else "v2"
    if address.versions and version not in address.versions:
        raise _wrong_version(address.versions[0])
    method = request.method or "GET"
    if not address.views:
        raise Refusal(404, f"Invalid URL ({method} {request.path})")
    view = address.views.get("GET" if method == "HEAD" else method)
    if view is None:
        raise Refusal(
            405, f"Not allowed to {method} on {request.path}", headers={"Allow": ", ".join(sorted(address.views))}
        )
    if method not in ("GET", "HEAD") and not address.reads and not principal.may_write:
        raise Refusal(
            401,
            "You have insufficient permissions for this operation. Missing scopes: write. This API key is read-only.",
            code="missing_scope",
        )
    return view(ApiRequest(request, request_id, principal, version), **ids)


def version_of(request: HttpRequest) -> Version:
    """The version named by ``OpenAI-Beta``, which may be a list; v2 when it names none."""
    header = request.headers.get("OpenAI-Beta", "")
    named = [part.strip() for part in header.split(",") if part.strip().startswith("assistants=")]
    if not named or "assistants=v2" in named:
        return "v2"
    if "assistants=v1" in named:
        return "v1"
    raise _wrong_version("v2")


def unsupported_type(content_type: str) -> Refusal:
    """The hosted API's words for a body that is no JSON by its own account."""
    return invalid(
        f"Unsupported content type: '{content_type}'. This API method only accepts 'application/json' requests, but "
        f"you specified the header 'Content-Type: {content_type}'. Please try again with a supported content type.",
        param=None,
        code="unsupported_content_type",
    )


def _wrong_version(right: Version) -> Refusal:
    return invalid(
        f"You must provide the 'OpenAI-Beta' header to access this part of the Assistants API. "
        f"Please try again by setting the header 'OpenAI-Beta: assistants={right}'.",
        param=None,
        code="invalid_beta",
    )


def answer(body: str | dict[str, Any], *, etag: str | None = None) -> HttpResponse:
    """200 with JSON; ``body`` is the value or already its text."""
    text = body if isinstance(body, str) else strict_json.dumps(body)
    response = HttpResponse(text, content_type="application/json")
    if etag is not None:
        response["ETag"] = etag
    return response
