"""Every call of the API, described once: `calls.assistants.list(limit=20)` is a `Call`, sent by a client.

The functions have the names and parameters of the official SDK's methods, and are nested like them:
`calls.vector_stores.files.list(vector_store_id)`.
"""

from __future__ import annotations

from . import assistants, files, models, threads, uploads, vector_stores

__all__ = ["assistants", "files", "models", "threads", "uploads", "vector_stores"]
