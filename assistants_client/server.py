"""Where calls go and what goes with each of them: what both clients know about their server."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from .bodies import ACCEPTED_ENCODINGS
from .call import Call, QueryValue
from .errors import APIConnectionError, APITimeoutError, Outcome, Reason
from .multipart import MultipartStream
from .sockets import CONNECT_SECONDS, POOL_SECONDS

USER_AGENT = "assistants-dashboard"

# Shorter values are not secrets but words, and would be blotted out of every message.
SHORTEST_SECRET = 8


class Server:
    """A base URL, and the headers and query that every call to it carries."""

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str | None,
        api_version: str,
        query: Mapping[str, QueryValue] | None,
        headers: Mapping[str, str] | None,
        timeout: float | None,
    ) -> None:
        url = httpx.URL(base_url)
        if url.scheme not in ("http", "https") or not url.host or url.userinfo:
            raise ValueError("base_url must be http:// or https://, a host and a path, without a user or password")
        if api_version not in ("v1", "v2"):
            raise ValueError(f"api_version must be v1 or v2, not {api_version!r}")
        self.is_secure = url.scheme == "https"
        self.api_version = api_version
        self.timeout = timeout
        self._base = str(url.copy_with(query=None, fragment=None)).rstrip("/")
        self._query: dict[str, QueryValue] = {**url.params, **(query or {})}
        self._headers = {
            "Host": url.netloc.decode("ascii"),
            "Accept": "application/json",
            "Accept-Encoding": ACCEPTED_ENCODINGS,
            "User-Agent": USER_AGENT,
        }
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._headers |= headers or {}
        in_query = (str(value) for name, value in self._query.items() if name != "api-version")
        held = [api_key or "", *(headers or {}).values(), *in_query]
        # Of a header such as "Bearer …", a server may repeat the last word alone.
        words = [word for value in held for word in (value, value.rpartition(" ")[2])]
        self.secrets = tuple(word for word in dict.fromkeys(words) if len(word) >= SHORTEST_SECRET)

    def __repr__(self) -> str:
        return self._base

    def timeout_for(self, call: Call[Any]) -> float:
        """Seconds: the call's own when it was given one, else the client's, else what fits the kind of call."""
        return self.timeout if self.timeout is not None and call.timeout_is_default else call.timeout

    def request(self, call: Call[Any], *, seconds: float) -> httpx.Request:
        """The request that a transport sends, with `seconds` left for it and its answer."""
        headers = httpx.Headers(self._headers)
        if call.beta:
            headers["OpenAI-Beta"] = f"assistants={self.api_version}"
        stream: MultipartStream | None = None
        content: bytes | None = None
        if call.upload is not None:
            stream = MultipartStream(call.upload)
            headers["Content-Type"] = stream.content_type
            if stream.content_length is None:
                headers["Transfer-Encoding"] = "chunked"
            else:
                headers["Content-Length"] = str(stream.content_length)
        elif call.body is not None:
            content = _json(call.body)
            headers["Content-Type"] = "application/json"
        headers.update(call.headers)
        return httpx.Request(
            call.method,
            self._base + call.path + _query_string(self._query | dict(call.query)),
            headers=headers,
            content=content,
            stream=stream,
            extensions={
                "deadline": time.monotonic() + seconds,
                "timeout": {
                    "connect": min(CONNECT_SECONDS, seconds),
                    "read": seconds,
                    "write": seconds,
                    "pool": min(POOL_SECONDS, seconds),
                },
            },
        )


def _json(body: Mapping[str, Any]) -> bytes:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        # A lone surrogate cannot be UTF-8; as an escape it is sent as it is.
        return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()


def _query_string(query: Mapping[str, QueryValue]) -> str:
    if not query:
        return ""
    words = {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()}
    return "?" + urlencode(words, doseq=True, quote_via=quote)


def connection_error(error: httpx.TransportError, request: httpx.Request) -> APIConnectionError:
    """Ours for what a transport raises, saying whether anything can have reached the server."""
    translated = _translated(error, request)
    translated.__cause__ = error
    return translated


def _translated(error: httpx.TransportError, request: httpx.Request) -> APIConnectionError:
    stream = request.stream
    body_left = isinstance(stream, MultipartStream) and stream.started
    match error:
        case httpx.ConnectTimeout():
            return APITimeoutError(
                "The server could not be reached in time.", reason=Reason.CONNECT_TIMEOUT, outcome=Outcome.NOT_SENT
            )
        case httpx.PoolTimeout():
            return APITimeoutError(
                "All connections to the server are busy.", reason=Reason.POOL, outcome=Outcome.NOT_SENT
            )
        case httpx.ConnectError():
            return unreachable(error)
        case httpx.ProxyError():
            return APIConnectionError(
                "The proxy did not let us through to the server.", reason=Reason.CONNECT, outcome=Outcome.NOT_SENT
            )
        case httpx.UnsupportedProtocol() | httpx.LocalProtocolError() if not body_left:
            return APIConnectionError(
                f"The request could not be made: {error}", reason=Reason.REQUEST, outcome=Outcome.NOT_SENT
            )
        case httpx.TimeoutException():
            return APITimeoutError("The server did not answer in time.", reason=Reason.TIMEOUT)
        case _:
            return APIConnectionError("The connection broke before the answer was complete.", reason=Reason.RESET)


def unreachable(error: httpx.ConnectError) -> APIConnectionError:
    """Why no connection came about: the name, the identity of the server, or the way to it."""
    match _first_cause(error):
        case ssl.SSLError() as cause:
            message, reason = f"The server's identity could not be confirmed: {cause}", Reason.TLS
        case socket.gaierror():
            message, reason = "There is no server of that name.", Reason.DNS
        case cause:
            message, reason = f"The server could not be reached: {str(cause) or 'no connection'}", Reason.CONNECT
    return APIConnectionError(message, reason=reason, outcome=Outcome.NOT_SENT)


def _first_cause(error: BaseException) -> BaseException:
    # httpcore raises some errors "from None", which leaves only the context to tell where they come from.
    while (earlier := error.__cause__ or error.__context__) is not None:
        error = earlier
    return error
