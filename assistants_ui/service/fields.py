"""The fields of an assistant that people and programs set; all others are the server's own."""

from __future__ import annotations

# What a server takes when an assistant is made; it refuses its own facts (the id, the time) sent back.
CREATE_FIELDS = {
    "v1": ("model", "name", "description", "instructions", "tools", "file_ids", "metadata"),
    "v2": (
        "model",
        "name",
        "description",
        "instructions",
        "tools",
        "tool_resources",
        "metadata",
        "temperature",
        "top_p",
        "response_format",
        "reasoning_effort",
    ),
}
