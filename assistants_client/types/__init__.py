"""Typed views over the objects of the API."""

from __future__ import annotations

from .assistants import Assistant, AssistantFile
from .base import Deleted, WireObject
from .files import File
from .models import Model
from .pages import CursorPage
from .threads import Delta, Message, Run, RunStep, Thread
from .uploads import Upload, UploadPart
from .vector_stores import (
    FileContentPage,
    FileCounts,
    SearchPage,
    SearchResult,
    VectorStore,
    VectorStoreFile,
    VectorStoreFileBatch,
)

__all__ = [
    "Assistant",
    "AssistantFile",
    "CursorPage",
    "Deleted",
    "Delta",
    "File",
    "FileContentPage",
    "FileCounts",
    "Message",
    "Model",
    "Run",
    "RunStep",
    "SearchPage",
    "SearchResult",
    "Thread",
    "Upload",
    "UploadPart",
    "VectorStore",
    "VectorStoreFile",
    "VectorStoreFileBatch",
    "WireObject",
]
