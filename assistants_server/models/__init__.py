"""The embedded server's tables."""

from __future__ import annotations

from assistants_server.models.assistants import Assistant, AssistantFile
from assistants_server.models.base import Tombstone
from assistants_server.models.files import File
from assistants_server.models.keys import APIKey

__all__ = ["APIKey", "Assistant", "AssistantFile", "File", "Tombstone"]
