"""A model behind a server that has one of the two APIs, or both."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistants_client.errors import APIError, APIResponseValidationError, APIStatusError
from assistants_client.model_server import MODEL_PATHS, ModelClient, ModelStream
from assistants_server.runs.model import ModelError, Piece, Turn, chat, responses
from assistants_server.runs.model.errors import TOO_LONG, model_error

logger = logging.getLogger(__name__)
# What a server may not take, and a run can do without, by the key of the request that carries it.
OPTIONAL = ("temperature", "top_p", "reasoning_effort", "reasoning", "parallel_tool_calls", "stream_options", "include")
LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
# How a server answers that does not have an API at all, or only in name.
HAS_NOT = (400, 404, 405, 415, 422, 501)


@dataclass(frozen=True)
class ModelApi:
    """One of the two ways to ask a model."""

    name: str
    body_of: Callable[[Turn, set[str]], dict[str, Any]]
    pieces: Callable[[Iterable[dict[str, Any]]], Iterator[Piece]]

    @property
    def path(self) -> str:
        return MODEL_PATHS[self.name]


RESPONSES = ModelApi("responses", responses.body_of, responses.pieces)
CHAT = ModelApi("chat", chat.body_of, chat.pieces)


class ServedModel:
    """The models of one server, over the API that is set, or over the better one that it turns out to have.

    One for the whole process, because it keeps the connections, and knows what the server refused once.
    """

    def __init__(self, base_url: str, api_key: str, api: str) -> None:
        self.client = ModelClient(base_url, api_key)
        self._apis = {"responses": (RESPONSES,), "chat": (CHAT,)}.get(api, (RESPONSES, CHAT))
        self._refused: dict[tuple[str, str], set[str]] = {}
        self._lacking: set[tuple[str, str]] = set()

    def stream(self, turn: Turn, *, seconds: float) -> ModelAnswer:
        return ModelAnswer(self, turn, seconds)

    def apis(self, turn: Turn) -> tuple[ModelApi, ...]:
        """Those to be tried, in order."""
        *others, last = self._apis
        return (*(api for api in others if (turn.model, api.name) not in self._lacking), last)

    def lacks(self, turn: Turn, api: ModelApi) -> None:
        """This model is not to be had over this one.

        Nobody asks there twice: a proxy takes that for a fault of what is behind it, and closes the other one too.
        """
        self._lacking.add((turn.model, api.name))

    def doubt(self, turn: Turn) -> None:
        """It is not to be had over any, so what was found out says nothing: it may be there later."""
        self._lacking = {found for found in self._lacking if found[0] != turn.model}

    def has(self, api: ModelApi) -> None:
        """It answered over this one, which is used from now on."""
        if self._apis != (api,):
            logger.info("The model server answers over %s", api.path)
            self._apis = (api,)

    def refused(self, turn: Turn, api: ModelApi) -> set[str]:
        return self._refused.setdefault((turn.model, api.name), set())


class ModelAnswer:
    """The pieces of one answer."""

    def __init__(self, model: ServedModel, turn: Turn, seconds: float) -> None:
        self._model, self._turn = model, turn
        self._deadline = time.monotonic() + seconds
        self._stream: ModelStream | None = None
        self._is_closed = self._has_begun = False

    def __iter__(self) -> Iterator[Piece]:
        *others, last = self._model.apis(self._turn)
        for api in others:
            try:
                yield from self._ask(api)
                return
            except APIError as error:
                if self._has_begun or not lacks_api(error):
                    raise model_error(error) from error
                logger.info("No answer over %s (%s), so over %s", api.path, error.status_code, last.path)
                self._model.lacks(self._turn, api)
        try:
            yield from self._ask(last)
        except (APIError, ModelError) as error:
            failure = model_error(error) if isinstance(error, APIError) else error
            if not failure.is_passing:
                self._model.doubt(self._turn)
            raise failure from error

    def _ask(self, api: ModelApi) -> Iterator[Piece]:
        """The answer over one API, asked again without what the server refuses. Raises :class:`APIError`."""
        refused = self._model.refused(self._turn, api)
        for _ in range(len(OPTIONAL) + 2):
            body = api.body_of(self._turn, refused)
            stream = self._model.client.stream(api.path, body, seconds=self._deadline - time.monotonic())
            self._stream = stream
            if self._is_closed:
                stream.close()
            try:
                for piece in api.pieces(stream):
                    self._has_begun = True
                    self._model.has(api)
                    yield piece
                return
            except APIStatusError as error:
                found = refused_key(error, body)
                if found is None:
                    raise
                refused.add(found)

    def close(self) -> None:
        self._is_closed = True
        if self._stream is not None:
            self._stream.close()


def lacks_api(error: APIError) -> bool:
    """Whether the server may not have the API that it answered so over."""
    if isinstance(error, APIStatusError):
        return error.status_code in HAS_NOT and not TOO_LONG.search(error.message)
    # A site that answers every address with its front page.
    return isinstance(error, APIResponseValidationError)


def refused_key(error: APIStatusError, body: dict[str, Any]) -> str | None:
    """The key of the request that the server refused and that can be left out, or go by another name."""
    if error.status_code not in (400, 422) or TOO_LONG.search(error.message):
        return None
    names = [name for name in (*OPTIONAL, *LIMITS) if name in body]
    param = (error.param or "").partition(".")[0].partition("[")[0]
    if param in names:
        return param
    return next((name for name in names if name in error.message), None)


@cache
def model_of_server(base_url: str, api_key: str, api: str) -> ServedModel:
    """The one for this server, key and API in this process."""
    return ServedModel(base_url, api_key, api)
