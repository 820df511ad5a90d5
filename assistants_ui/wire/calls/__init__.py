"""Every call of the API, described once: `calls.assistants.list(limit=20)` is a `Call`, sent by a client.

The functions have the names and parameters of the official SDK's methods.
"""

from __future__ import annotations

from . import (
    assistant_files,
    assistants,
    files,
    models,
    vector_store_file_batches,
    vector_store_files,
    vector_stores,
)

__all__ = [
    "assistant_files",
    "assistants",
    "files",
    "models",
    "vector_store_file_batches",
    "vector_store_files",
    "vector_stores",
]
