"""Which model answers the runs of a workspace."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings

from assistants_server.runs.chat import ChatModel
from assistants_server.runs.model import Model, ModelError

NO_MODEL = (
    "No model is connected to this server. Set MODEL_BASE_URL to the address of an OpenAI-compatible server, "
    "and MODEL_API_KEY if it needs a key."
)
# Families whose window is known to be large; of any other only a little is taken for granted.
LARGE = re.compile(r"(gpt-|chatgpt|o\d|claude|gemini)", re.IGNORECASE)
LARGE_WINDOW, SMALL_WINDOW = 120_000, 8_192


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A model as a run uses it; ``window`` is how many tokens it reads, ``reserved`` those kept for the answer."""

    model: Model
    model_name: str
    window: int

    @property
    def reserved(self) -> int:
        return min(4096, self.window // 4)


def model_of(workspace: str, wanted: str) -> Connection:
    """The model that stands for ``wanted``; raises :class:`ModelError` when none is connected."""
    server = settings.WORKSPACES[workspace].model
    if not server.base_url:
        raise ModelError(NO_MODEL)
    name = server.models.get(wanted) or server.models.get("*") or wanted
    window = server.context or (LARGE_WINDOW if LARGE.match(name) else SMALL_WINDOW)
    return Connection(model=open_model(workspace), model_name=name, window=window)


def open_model(workspace: str) -> Model:
    """The way to the model server of a workspace that has one."""
    server = settings.WORKSPACES[workspace].model
    return ChatModel(server.base_url, server.api_key)
