"""Transports over sockets that keep to a deadline.

httpx and httpcore limit each single read and write; a server that drips a byte now and then is never cut
off. Here every read, write and connect gets what is left of the time of the whole call.
"""

from __future__ import annotations

import functools
import ssl
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from queue import Empty, LifoQueue
from typing import Any

import httpcore
import httpx

from .lookups import addresses

MAX_CONNECTIONS = 8
KEEPALIVE_SECONDS = 20.0
CONNECT_SECONDS = 3.0
POOL_SECONDS = 2.0
# httpcore asks for 64 KiB at a time; taking more at once saves work on long lists.
READ_BYTES = 512 * 1024
# Long downloads and uploads have much time in all, but not to stand still.
IDLE_SECONDS = 120.0

# A name may have many addresses, all too slow to be tried in that time.
MOST_ADDRESSES = 3

# Each httpcore error has its namesake in httpx, which is what callers of a transport expect.
_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.PoolTimeout: httpx.PoolTimeout,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.ProxyError: httpx.ProxyError,
    httpcore.UnsupportedProtocol: httpx.UnsupportedProtocol,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}


@functools.cache
def ssl_context() -> ssl.SSLContext:
    """One for the whole process, since loading the certificates costs more than many calls.

    It trusts the public authorities and those of this machine, which a private one can be added to with
    `SSL_CERT_FILE`.
    """
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


class SocketTransport(httpx.BaseTransport):
    """At most 8 connections to one server, each call kept to `request.extensions["deadline"]` (monotonic).

    Every connection is a pool of its own and belongs to one thread from the request to the end of its
    answer: httpcore's pool, shared by threads, may close a connection that another has just taken.
    """

    def __init__(self, *, proxy: str | None = None, secure: bool = True) -> None:
        backend = _Backend()
        self._connections = [
            httpcore.ConnectionPool(
                ssl_context=ssl_context() if secure else None,
                proxy=None if proxy is None else _proxy(proxy),
                max_connections=1,
                keepalive_expiry=KEEPALIVE_SECONDS,
                network_backend=backend,
            )
            for _ in range(MAX_CONNECTIONS)
        ]
        # The one given back last is taken first, so that calls in a row use one connection.
        self._free: LifoQueue[httpcore.ConnectionPool] = LifoQueue()
        for connection in self._connections:
            self._free.put(connection)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            connection = self._free.get(timeout=_left(_deadline(request), POOL_SECONDS))
        except Empty:
            raise httpx.PoolTimeout("all connections are in use", request=request) from None
        with ExitStack() as held:
            held.callback(self._free.put, connection)
            with _httpx_errors():
                answer = connection.handle_request(_core_request(request))
            held.callback(answer.close)
            return httpx.Response(
                answer.status,
                headers=answer.headers,
                stream=_Stream(answer, held.pop_all()),
                extensions=answer.extensions,
            )

    def close(self) -> None:
        for connection in self._connections:
            connection.close()


class AsyncSocketTransport(httpx.AsyncBaseTransport):
    """The same for asyncio, where one thread has the pool to itself."""

    def __init__(self, *, proxy: str | None = None, secure: bool = True) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context() if secure else None,
            proxy=None if proxy is None else _proxy(proxy),
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=_AsyncBackend(),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        with _httpx_errors():
            answer = await self._pool.handle_async_request(_core_request(request))
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_AsyncStream(answer), extensions=answer.extensions
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


def _core_request(request: httpx.Request) -> httpcore.Request:
    deadline = _deadline(request)
    # The backends below read these as points in time, except for the wait for a free connection.
    timeouts = {"connect": deadline, "read": deadline, "write": deadline, "pool": _left(deadline, POOL_SECONDS)}
    url = httpcore.URL(
        scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
    )
    return httpcore.Request(
        method=request.method,
        url=url,
        headers=request.headers.raw,
        content=request.stream,
        extensions={**request.extensions, "timeout": timeouts},
    )


def _deadline(request: httpx.Request) -> float:
    deadline: float = request.extensions.get("deadline", time.monotonic() + 60)
    return deadline


def _proxy(address: str) -> httpcore.Proxy:
    url = httpx.URL(address)
    auth = (url.username, url.password) if url.username else None
    return httpcore.Proxy(str(url.copy_with(userinfo=b"")), auth=auth)


def _left(deadline: float | None, at_most: float | None = None) -> float:
    """Seconds until `deadline`; never 0, which sockets take for "do not wait" and fail in another way."""
    left = max(0.001, (deadline or 0.0) - time.monotonic())
    return left if at_most is None else min(left, at_most)


@contextmanager
def _httpx_errors() -> Iterator[None]:
    try:
        yield
    except tuple(_ERRORS) as error:
        raise _ERRORS[type(error)](str(error)) from error


class _Stream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response, held: ExitStack) -> None:
        self._answer = answer
        self._held = held

    def __iter__(self) -> Iterator[bytes]:
        with _httpx_errors():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        with _httpx_errors():
            self._held.close()


class _AsyncStream(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _httpx_errors():
            async for chunk in self._answer.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        with _httpx_errors():
            await self._answer.aclose()


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        _refuse_late(timeout, httpcore.ReadTimeout)
        return self._inner.read(max(max_bytes, READ_BYTES), timeout=_left(timeout, IDLE_SECONDS))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        _refuse_late(timeout, httpcore.WriteTimeout)
        self._inner.write(buffer, timeout=_left(timeout, IDLE_SECONDS))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _DeadlineStream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout, CONNECT_SECONDS)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        until = time.monotonic() + _left(timeout, CONNECT_SECONDS)
        try:
            numbers = addresses(host, seconds=_left(until))[:MOST_ADDRESSES]
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        for tries, number in zip(range(len(numbers), 0, -1), numbers, strict=True):
            # Of the time that is left, each address gets its share, so that one that is silent leaves some to the next.
            wait = _left(until) / tries
            try:
                return _DeadlineStream(self._inner.connect_tcp(number, port, wait, local_address, socket_options))
            except (httpcore.ConnectTimeout, httpcore.ConnectError):
                if tries == 1:
                    raise
        raise httpcore.ConnectError(f"{host} has no address")


class _AsyncDeadlineStream(httpcore.AsyncNetworkStream):
    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        _refuse_late(timeout, httpcore.ReadTimeout)
        return await self._inner.read(max(max_bytes, READ_BYTES), timeout=_left(timeout, IDLE_SECONDS))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        _refuse_late(timeout, httpcore.WriteTimeout)
        await self._inner.write(buffer, timeout=_left(timeout, IDLE_SECONDS))

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        wait = _left(timeout, CONNECT_SECONDS)
        return _AsyncDeadlineStream(await self._inner.start_tls(ssl_context, server_hostname, wait))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    def __init__(self) -> None:
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        wait = _left(timeout, CONNECT_SECONDS)
        return _AsyncDeadlineStream(await self._inner.connect_tcp(host, port, wait, local_address, socket_options))


def _refuse_late(deadline: float | None, error: type[Exception]) -> None:
    if deadline is not None and time.monotonic() >= deadline:
        raise error("the time for this call is over")
