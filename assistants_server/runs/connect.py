"""Which model answers the runs of a workspace."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop

from assistants_client.model_table import family_of
from assistants_server.runs.builtin_model import process
from assistants_server.runs.model import LanguageModel, ModelError
from assistants_server.runs.model.server import model_of_server

NO_MODEL = gettext_noop(
    "No model is connected to this server. Set MODEL_BASE_URL to the address of an OpenAI-compatible server, "
    "and MODEL_API_KEY if it needs a key."
)
# Not in the table of models, but known to read much; of any other name only a little is taken for granted.
LARGE = re.compile(r"(.*/)?(claude|gemini)", re.IGNORECASE)
LARGE_WINDOW, SMALL_WINDOW = 120_000, 8_192
MOST_WINDOW = 272_000


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A model as a run uses it; ``window`` is how many tokens it reads, ``reserved`` those kept for the answer."""

    model: LanguageModel
    model_name: str
    window: int
    calls_tools: bool = True
    """Where it does not, files are searched for what the user wrote before it is asked."""

    @property
    def reserved(self) -> int:
        return min(4096, self.window // 4)


def model_of(workspace: str, wanted: str) -> Connection:
    """The model that stands for ``wanted``; raises :class:`ModelError` when none is connected."""
    server = settings.WORKSPACES[workspace].model
    if not server.base_url:
        raise ModelError(NO_MODEL)
    if server.is_builtin:
        window = min(server.context or process.WINDOW, process.WINDOW)
        return Connection(model=open_model(workspace), model_name=process.NAME, window=window, calls_tools=False)
    name = model_name(workspace, wanted)
    return Connection(model=open_model(workspace), model_name=name, window=server.context or _window(name))


def _window(name: str) -> int:
    if family := family_of(name):
        # The price of a token doubles in the last part of the largest windows, and no conversation needs it.
        return min(family.window, MOST_WINDOW)
    return LARGE_WINDOW if LARGE.match(name) else SMALL_WINDOW


def model_name(workspace: str, wanted: str) -> str:
    """What the model server of the workspace calls the model that stands for ``wanted``."""
    server = settings.WORKSPACES[workspace].model
    if server.is_builtin:
        return process.NAME
    models = server.models
    return models.get(wanted) or models.get("*") or wanted


def place_of(workspace: str) -> str:
    """Which model server answers the runs of a workspace, in words for the operator and without what is secret."""
    server = settings.WORKSPACES[workspace].model
    if not server.base_url:
        return "no model server"
    if server.is_builtin:
        return "the built-in model"
    parts = urlsplit(server.base_url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def start_builtin() -> None:
    """Start the built-in model where a workspace uses it, so that the first question does not wait for that."""
    if any(workspace.model.is_builtin for workspace in settings.WORKSPACES.values()):
        threading.Thread(target=process.builtin_model().start, name="builtin-model", daemon=True).start()


def open_model(workspace: str) -> LanguageModel:
    """The way to the model server of a workspace that has one."""
    server = settings.WORKSPACES[workspace].model
    if server.is_builtin:
        return process.builtin_model()
    return model_of_server(server.base_url, server.api_key, server.api)
