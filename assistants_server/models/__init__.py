"""The embedded server's tables."""

from __future__ import annotations

from assistants_server.models.assistants import Assistant, AssistantFile
from assistants_server.models.base import Stored, Tombstone
from assistants_server.models.files import File
from assistants_server.models.idempotency import GivenAnswer
from assistants_server.models.keys import APIKey
from assistants_server.models.vector_stores import Chunk, FileBatch, Posting, StoreFile, VectorStore

__all__ = [
    "APIKey",
    "Assistant",
    "AssistantFile",
    "Chunk",
    "File",
    "FileBatch",
    "GivenAnswer",
    "Posting",
    "StoreFile",
    "Stored",
    "Tombstone",
    "VectorStore",
]
