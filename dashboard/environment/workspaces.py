"""The workspaces: which servers the site works with, and by which keys."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from django.core.exceptions import ImproperlyConfigured

from dashboard.environment.addresses import proxy_address, web_address
from dashboard.environment.models import MODEL_SETTINGS, ModelServer, model_server
from dashboard.environment.reading import choice, integer, secret, text

EMBEDDED = "embedded"
SETTINGS = (
    "BASE_URL",
    "API_KEY",
    "API_KEY_FILE",
    "LABEL",
    "API_VERSION",
    "QUERY",
    "HEADERS",
    "PROXY",
    "PROXY_FILE",
    "REQUIRE_QUESTIONS",
    *MODEL_SETTINGS,
)
# What HTTP lets a header be called and hold; beyond ASCII every server reads something else.
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
HEADER_VALUE = re.compile(r"[\x20-\x7e]*")
# The client counts these for each request.
FRAMING_HEADERS = {"content-length", "transfer-encoding"}
WORKSPACE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True)
class WorkspaceSettings:
    """One server plus one key, as the deployer described it.

    ``base_url`` is ``"embedded"`` or an absolute URL. The key and the fixed headers are secrets
    and the proxy may hold a password, so they stay out of the repr.
    """

    name: str
    label: str
    base_url: str = EMBEDDED
    api_key: str = field(default="", repr=False)
    api_version: str = "v2"
    query: dict[str, str] = field(default_factory=dict, repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    proxy: str = field(default="", repr=False)
    model: ModelServer = field(default_factory=ModelServer)
    requires_questions: bool = False

    @property
    def is_embedded(self) -> bool:
        return self.base_url == EMBEDDED


def workspaces() -> dict[str, WorkspaceSettings]:
    """Every workspace named in ``WORKSPACES``, in that order."""
    names = [name.strip() for name in text("WORKSPACES", "main").split(",") if name.strip()]
    if not names:
        raise ImproperlyConfigured("WORKSPACES must name at least one workspace.")
    for name in names:
        if not WORKSPACE_NAME.fullmatch(name):
            raise ImproperlyConfigured(f"WORKSPACES holds {name!r}; a name has lower-case letters, digits and hyphens.")
    if len(set(names)) != len(names):
        raise ImproperlyConfigured("WORKSPACES names the same workspace twice.")
    refuse_mistyped(names)
    return {name: workspace(name) for name in names}


def refuse_mistyped(names: list[str]) -> None:
    """Refuse a ``WORKSPACE_<X>_…`` that nothing reads: its workspace would quietly be the embedded one."""
    prefixes = tuple(prefix_of(name) for name in names)
    known = {prefix + setting for prefix in prefixes for setting in SETTINGS}
    for variable in sorted(os.environ):
        if variable in known or not re.fullmatch(r"WORKSPACE_[A-Z0-9]\w*_\w+", variable, re.IGNORECASE):
            continue
        if variable.startswith(prefixes):
            raise ImproperlyConfigured(f"{variable} is no setting of a workspace; those are {', '.join(SETTINGS)}.")
        raise ImproperlyConfigured(
            f"{variable} belongs to none of the workspaces that WORKSPACES names ({', '.join(names)})."
        )


def prefix_of(name: str) -> str:
    """How the variables of a workspace begin; a hyphen becomes ``_``."""
    return f"WORKSPACE_{name.upper().replace('-', '_')}_"


def workspace(name: str) -> WorkspaceSettings:
    """One workspace from its ``WORKSPACE_<NAME>_…`` variables."""
    prefix = prefix_of(name)
    base_url = text(f"{prefix}BASE_URL", EMBEDDED)
    if base_url != EMBEDDED:
        base_url = web_address(f"{prefix}BASE_URL", base_url)
    api_key = secret(f"{prefix}API_KEY")
    if not HEADER_VALUE.fullmatch(api_key):
        raise ImproperlyConfigured(f"{prefix}API_KEY holds characters that cannot be sent: only plain ASCII can.")
    return WorkspaceSettings(
        name=name,
        label=text(f"{prefix}LABEL", name.replace("-", " ").capitalize()),
        base_url=base_url,
        api_key=api_key,
        api_version=choice(f"{prefix}API_VERSION", "v2", ("v1", "v2")),
        query=query_map(f"{prefix}QUERY", text(f"{prefix}QUERY")),
        headers=header_map(f"{prefix}HEADERS", text(f"{prefix}HEADERS", "{}")),
        proxy=proxy_address(f"{prefix}PROXY", secret(f"{prefix}PROXY")),
        model=model_server(prefix),
        requires_questions=bool(integer(f"{prefix}REQUIRE_QUESTIONS", 0, minimum=0, maximum=1)),
    )


def query_map(name: str, value: str) -> dict[str, str]:
    try:
        # As it is copied from an address, the ? included.
        value = value.removeprefix("?")
        return dict(parse_qsl(value, keep_blank_values=True, strict_parsing=True)) if value else {}
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must look like api-version=v1&region=eu.") from error


def header_map(name: str, value: str) -> dict[str, str]:
    """The fixed headers; what is wrong with them is told without their values, which are secrets."""
    try:
        headers = json.loads(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a JSON object.") from error
    if not isinstance(headers, dict) or not all(isinstance(item, str) for item in headers.values()):
        raise ImproperlyConfigured(f"{name} must be a JSON object whose values are strings.")
    for header, content in headers.items():
        if not HEADER_NAME.fullmatch(header) or header.lower() in FRAMING_HEADERS:
            raise ImproperlyConfigured(f"{name} holds {header!r}, which cannot be the name of a fixed header.")
        if not HEADER_VALUE.fullmatch(content):
            raise ImproperlyConfigured(f"{name} holds a value of {header!r} that cannot be sent: only plain ASCII can.")
    return headers
