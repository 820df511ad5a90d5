"""The asynchronous client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from .bodies import BodyReader, async_chunks
from .call import Call, QueryValue
from .decoding import ERROR_BYTES, ReceivedResponse, status_error
from .errors import APIError
from .resources import Resources
from .responses import APIResponse, AsyncStreamedResponse
from .retries import RetryLoop, RetryPolicy
from .senders import Async
from .server import Server, connection_error
from .sockets import AsyncSocketTransport

T = TypeVar("T")


class AsyncClient(Resources[Async]):
    """`Client` with the same calls to be awaited; see there for the parameters."""

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str | None = None,
        api_version: str = "v2",
        query: Mapping[str, QueryValue] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        proxy: str | None = None,
        retry_policy: RetryPolicy | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self.server = Server(
            base_url=base_url, api_key=api_key, api_version=api_version, query=query, headers=headers, timeout=timeout
        )
        self._transport = transport or AsyncSocketTransport(proxy=proxy, secure=self.server.is_secure)
        self._retry_policy = retry_policy or RetryPolicy()
        self.sleep = sleep or _sleep
        super().__init__(Async(self))

    @property
    def clock(self) -> Callable[[], float]:
        """What tells the time, in seconds from some moment."""
        return self._retry_policy.clock

    async def send(self, call: Call[T]) -> T:
        """The result of a call. Raises APIError."""
        return (await self.respond(call)).parse()

    async def respond(self, call: Call[T]) -> APIResponse[T]:
        """The result of a call together with status and headers. Raises APIError."""
        retries = self._retry_loop(call)
        while True:
            pause = retries.record(await self._attempt(call, retries))
            if pause is None:
                return APIResponse(retries.answer, retries.result, retries_taken=retries.taken)
            await self.sleep(pause)

    async def open(self, call: Call[T]) -> AsyncStreamedResponse[T]:
        """The answer to a call, its body still unread; to be closed. Raises APIError when it is no success."""
        retries = self._retry_loop(call)
        while True:
            request = self.server.request(call, seconds=retries.seconds_left)
            try:
                response = await self._transport.handle_async_request(request)
                if 200 <= response.status_code < 300:
                    return AsyncStreamedResponse(
                        call,
                        request,
                        response,
                        deadline=retries.deadline,
                        clock=self._retry_policy.clock,
                        secrets=self.server.secrets,
                    )
                answer = await self._read(response, retries, max_bytes=ERROR_BYTES)
                failure: APIError = status_error(answer, secrets=self.server.secrets)
            except httpx.TransportError as error:
                failure = connection_error(error, request)
            except APIError as error:
                failure = error
            await self.sleep(retries.pause_after(failure))

    def _retry_loop(self, call: Call[T]) -> RetryLoop[T]:
        return RetryLoop(
            call, policy=self._retry_policy, timeout=self.server.timeout_for(call), secrets=self.server.secrets
        )

    async def _attempt(self, call: Call[Any], retries: RetryLoop[Any]) -> ReceivedResponse | APIError:
        request = self.server.request(call, seconds=retries.seconds_left)
        try:
            response = await self._transport.handle_async_request(request)
            limit = call.max_bytes if response.is_success else ERROR_BYTES
            return await self._read(response, retries, max_bytes=limit)
        except httpx.TransportError as error:
            return connection_error(error, request)
        except APIError as error:
            return error

    async def _read(self, response: httpx.Response, retries: RetryLoop[Any], *, max_bytes: int) -> ReceivedResponse:
        body = BodyReader(response.headers.get("content-encoding", ""), max_bytes=max_bytes)
        try:
            async for chunk in async_chunks(response):
                retries.raise_if_expired()
                body.feed(chunk)
            content = body.finish()
        except (httpx.TransportError, APIError):
            # A status that is no success says enough by itself, whatever becomes of its explanation.
            if response.is_success:
                raise
            content = body.so_far
        finally:
            await response.aclose()
        return ReceivedResponse(response.status_code, response.headers, content)

    async def close(self) -> None:
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"AsyncClient({self.server!r})"


async def _sleep(seconds: float) -> None:
    # Imported here because the event loop's modules would slow down every program that only reads synchronously.
    from anyio import sleep

    await sleep(seconds)
