"""The embedded server's tables."""

from __future__ import annotations

from assistants_server.models.assistants import Assistant, AssistantFile
from assistants_server.models.base import Stored, Tombstone
from assistants_server.models.files import File
from assistants_server.models.idempotency import GivenAnswer
from assistants_server.models.imports import ImportJob, ImportRow
from assistants_server.models.keys import APIKey
from assistants_server.models.runs import Run, RunEvents, RunStep
from assistants_server.models.threads import Message, Thread
from assistants_server.models.uploads import Upload, UploadPart
from assistants_server.models.vector_stores import Chunk, FileBatch, Posting, StoreFile, VectorStore

__all__ = [
    "APIKey",
    "Assistant",
    "AssistantFile",
    "Chunk",
    "File",
    "FileBatch",
    "GivenAnswer",
    "ImportJob",
    "ImportRow",
    "Message",
    "Posting",
    "Run",
    "RunEvents",
    "RunStep",
    "StoreFile",
    "Stored",
    "Thread",
    "Tombstone",
    "Upload",
    "UploadPart",
    "VectorStore",
]
