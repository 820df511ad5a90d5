"""A model behind a scripted server, and how it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from assistants_server.runs.model import Piece, Text, Turn
from assistants_server.runs.model.server import ServedModel
from tests.assistants_server.model_server import ScriptedServer
from tests.assistants_server.model_server import serving as serving_model

USER = [{"role": "user", "content": "Hello?"}]
WEATHER = {"type": "function", "function": {"name": "weather", "description": "Tells it."}}
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "sealed"}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving_model() as server:
        yield server


@pytest.fixture
def model(server: ScriptedServer, api: str) -> Iterator[ServedModel]:
    model = ServedModel(server.base_url, "key", api)
    yield model
    model.client.close()


@pytest.fixture(params=["chat", "responses"])
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


auto = pytest.mark.parametrize("api", ["auto"])
over_responses = pytest.mark.parametrize("api", ["responses"])


def ask(model: ServedModel, name: str = "local", **fields: Any) -> list[Piece]:
    fields = {"messages": USER, **fields}
    return list(model.stream(Turn(model=name, **fields), seconds=20))


def text_of(pieces: list[Piece]) -> str:
    return "".join(piece.value for piece in pieces if isinstance(piece, Text))
