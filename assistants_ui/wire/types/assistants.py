"""Assistants, as version 1 and version 2 of the protocol render them."""

from __future__ import annotations

from typing import Any

from .base import WireObject, dicts, ids, mapping, nested, number, optional_text, seconds, text


class Assistant(WireObject):
    """An assistant. `tools` holds every kind of tool, known or not, as the server's own objects."""

    __slots__ = ()

    @property
    def created_at(self) -> int:
        """Unix time in seconds; 0 when the server gives none."""
        return seconds(self.raw.get("created_at"))

    @property
    def name(self) -> str | None:
        return optional_text(self.raw.get("name"))

    @property
    def description(self) -> str | None:
        return optional_text(self.raw.get("description"))

    @property
    def model(self) -> str:
        return text(self.raw.get("model"))

    @property
    def instructions(self) -> str | None:
        return optional_text(self.raw.get("instructions"))

    @property
    def tools(self) -> list[dict[str, Any]]:
        return dicts(self.raw.get("tools"))

    @property
    def tool_resources(self) -> dict[str, Any]:
        return mapping(self.raw.get("tool_resources"))

    @property
    def metadata(self) -> dict[str, Any]:
        """Usually strings; lenient servers keep other JSON values too."""
        return mapping(self.raw.get("metadata"))

    @property
    def temperature(self) -> float | None:
        return number(self.raw.get("temperature"))

    @property
    def top_p(self) -> float | None:
        return number(self.raw.get("top_p"))

    @property
    def response_format(self) -> str | dict[str, Any] | None:
        value = self.raw.get("response_format")
        return value if isinstance(value, str | dict) else None

    @property
    def reasoning_effort(self) -> str | None:
        return optional_text(self.raw.get("reasoning_effort"))

    @property
    def file_ids(self) -> list[str]:
        """Version 1: the files attached to the assistant itself."""
        return ids(self.raw.get("file_ids"))

    @property
    def code_interpreter_file_ids(self) -> list[str]:
        """Version 2: the files that the code interpreter may read."""
        return ids(nested(self.raw, "tool_resources", "code_interpreter", "file_ids"))

    @property
    def vector_store_ids(self) -> list[str]:
        """Version 2: the vector stores that file search looks in."""
        return ids(nested(self.raw, "tool_resources", "file_search", "vector_store_ids"))

    @property
    def is_version_1(self) -> bool:
        """Whether the server rendered it in version 1: `file_ids` and no `tool_resources`."""
        return "file_ids" in self.raw and "tool_resources" not in self.raw


class AssistantFile(WireObject):
    """Version 1: the link between an assistant and a file. Its id is the file's id."""

    __slots__ = ()

    @property
    def created_at(self) -> int:
        return seconds(self.raw.get("created_at"))

    @property
    def assistant_id(self) -> str:
        return text(self.raw.get("assistant_id"))
