"""The settings of `make dev`: debug pages, static files as they are, templates read anew. Never for a site in use."""

from __future__ import annotations

from typing import Any

from dashboard.settings import *  # noqa: F403
from dashboard.settings import STORAGES, TEMPLATES

DEBUG = True
# Served from static/ by their own names, so that a change shows at the next reload.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
_engine: dict[str, Any] = {**TEMPLATES[0], "APP_DIRS": True}
_engine["OPTIONS"] = {name: value for name, value in _engine["OPTIONS"].items() if name != "loaders"}
TEMPLATES = [_engine]
