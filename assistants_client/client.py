"""The synchronous client."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from .bodies import BodyReader, sync_chunks
from .call import Call, QueryValue
from .decoding import ERROR_BYTES, ReceivedResponse, status_error
from .errors import APIError
from .resources import Resources
from .responses import APIResponse, StreamedResponse
from .retries import RetryLoop, RetryPolicy
from .senders import Sync
from .server import Server, connection_error
from .sockets import SocketTransport

T = TypeVar("T")


class Client(Resources[Sync]):
    """A client of one server that speaks the Assistants protocol.

    `api_version` is `v2` or `v1`; `query` and `headers` go with every call (some servers want
    `api-version=…` or a header of their own for the key); `timeout` is the whole time a call may take,
    in seconds, where the default depends on the kind of call. `transport` replaces the socket, `proxy`
    is an address; the environment's proxies are not used. Redirects are never followed.

    One client keeps its connections and may be used by many threads. `close()` ends them.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str | None = None,
        api_version: str = "v2",
        query: Mapping[str, QueryValue] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        transport: httpx.BaseTransport | None = None,
        proxy: str | None = None,
        retry_policy: RetryPolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.server = Server(
            base_url=base_url, api_key=api_key, api_version=api_version, query=query, headers=headers, timeout=timeout
        )
        self._transport = transport or SocketTransport(proxy=proxy, secure=self.server.is_secure)
        self._retry_policy = retry_policy or RetryPolicy()
        self.sleep = sleep
        super().__init__(Sync(self))

    @property
    def clock(self) -> Callable[[], float]:
        """What tells the time, in seconds from some moment."""
        return self._retry_policy.clock

    def send(self, call: Call[T]) -> T:
        """The result of a call. Raises APIError."""
        return self.respond(call).parse()

    def respond(self, call: Call[T]) -> APIResponse[T]:
        """The result of a call together with status and headers. Raises APIError."""
        retries = self._retry_loop(call)
        while True:
            pause = retries.record(self._attempt(call, retries))
            if pause is None:
                return APIResponse(retries.answer, retries.result, retries_taken=retries.taken)
            self.sleep(pause)

    def open(self, call: Call[T]) -> StreamedResponse[T]:
        """The answer to a call, its body still unread; to be closed. Raises APIError when it is no success."""
        retries = self._retry_loop(call)
        while True:
            request = self.server.request(call, seconds=retries.seconds_left)
            try:
                response = self._transport.handle_request(request)
                if 200 <= response.status_code < 300:
                    return StreamedResponse(
                        call,
                        request,
                        response,
                        deadline=retries.deadline,
                        clock=self._retry_policy.clock,
                        secrets=self.server.secrets,
                    )
                failure: APIError = status_error(
                    self._read(response, retries, max_bytes=ERROR_BYTES), secrets=self.server.secrets
                )
            except httpx.TransportError as error:
                failure = connection_error(error, request)
            except APIError as error:
                failure = error
            self.sleep(retries.pause_after(failure))

    def _retry_loop(self, call: Call[T]) -> RetryLoop[T]:
        return RetryLoop(
            call, policy=self._retry_policy, timeout=self.server.timeout_for(call), secrets=self.server.secrets
        )

    def _attempt(self, call: Call[Any], retries: RetryLoop[Any]) -> ReceivedResponse | APIError:
        request = self.server.request(call, seconds=retries.seconds_left)
        try:
            response = self._transport.handle_request(request)
            limit = call.max_bytes if response.is_success else ERROR_BYTES
            return self._read(response, retries, max_bytes=limit)
        except httpx.TransportError as error:
            return connection_error(error, request)
        except APIError as error:
            return error

    def _read(self, response: httpx.Response, retries: RetryLoop[Any], *, max_bytes: int) -> ReceivedResponse:
        body = BodyReader(response.headers.get("content-encoding", ""), max_bytes=max_bytes)
        try:
            for chunk in sync_chunks(response):
                retries.raise_if_expired()
                body.feed(chunk)
            content = body.finish()
        except (httpx.TransportError, APIError):
            # A status that is no success says enough by itself, whatever becomes of its explanation.
            if response.is_success:
                raise
            content = body.so_far
        finally:
            response.close()
        return ReceivedResponse(response.status_code, response.headers, content)

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self.server!r})"
