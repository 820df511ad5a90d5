"""Read and check the environment variables that configure the site.

Each reader returns a checked value or raises ``ImproperlyConfigured`` with one sentence
that names the variable, because the person who reads it is about to edit that variable.
"""

from __future__ import annotations

from dashboard.environment.addresses import host, in_address, local_address, proxy_address, site_address, web_address
from dashboard.environment.certificates import certificate_file
from dashboard.environment.folder import data_directory, former_keys, private_folder, secret_key
from dashboard.environment.reading import all_or_none, choice, integer, names, secret, switch, text
from dashboard.environment.stores import cache, database
from dashboard.environment.workspaces import EMBEDDED, WorkspaceSettings, workspace, workspaces

__all__ = [
    "EMBEDDED",
    "WorkspaceSettings",
    "all_or_none",
    "cache",
    "certificate_file",
    "choice",
    "data_directory",
    "database",
    "former_keys",
    "host",
    "in_address",
    "integer",
    "local_address",
    "names",
    "private_folder",
    "proxy_address",
    "secret",
    "secret_key",
    "site_address",
    "switch",
    "text",
    "web_address",
    "workspace",
    "workspaces",
]
