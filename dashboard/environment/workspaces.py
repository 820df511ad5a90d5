"""The workspaces: which servers the site works with, and by which keys."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import ImproperlyConfigured

from dashboard.environment.addresses import web_address
from dashboard.environment.reading import secret, text

EMBEDDED = "embedded"
WORKSPACE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True)
class WorkspaceSettings:
    """One server plus one key, as the deployer described it.

    ``base_url`` is ``"embedded"`` or an absolute URL. The key and the fixed headers are
    secrets, so they stay out of the repr.
    """

    name: str
    label: str
    base_url: str = EMBEDDED
    api_key: str = field(default="", repr=False)
    api_version: str = "v2"
    query: dict[str, str] = field(default_factory=dict, repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)

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
    return {name: workspace(name) for name in names}


def workspace(name: str) -> WorkspaceSettings:
    """One workspace from its ``WORKSPACE_<NAME>_…`` variables; a hyphen becomes ``_``."""
    prefix = f"WORKSPACE_{name.upper().replace('-', '_')}_"
    base_url = text(f"{prefix}BASE_URL", EMBEDDED)
    if base_url != EMBEDDED:
        base_url = web_address(f"{prefix}BASE_URL", base_url)
    api_version = text(f"{prefix}API_VERSION", "v2")
    if api_version not in {"v1", "v2"}:
        raise ImproperlyConfigured(f"{prefix}API_VERSION must be v1 or v2, not {api_version!r}.")
    raw_headers = text(f"{prefix}HEADERS", "{}")
    try:
        headers = string_map(f"{prefix}HEADERS", json.loads(raw_headers))
    except ValueError as error:
        raise ImproperlyConfigured(f"{prefix}HEADERS must be a JSON object.") from error
    return WorkspaceSettings(
        name=name,
        label=text(f"{prefix}LABEL", name.replace("-", " ").capitalize()),
        base_url=base_url,
        api_key=secret(f"{prefix}API_KEY"),
        api_version=api_version,
        query=dict(parse_qsl(text(f"{prefix}QUERY"), keep_blank_values=True)),
        headers=headers,
    )


def string_map(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise ImproperlyConfigured(f"{name} must be a JSON object whose values are strings.")
    return {str(key): str(item) for key, item in value.items()}
