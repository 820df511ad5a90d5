"""Assistants, as version 1 and version 2 of the protocol render them."""

from __future__ import annotations

from .base import Field, WireObject, dicts, ids, mapping, number, optional_text, seconds, text, text_or_object


class Assistant(WireObject):
    """An assistant. `tools` holds every kind of tool, known or not, as the server's own objects."""

    __slots__ = ()

    created_at = Field(seconds)
    """Unix time in seconds; 0 when the server gives none."""
    name = Field(optional_text)
    description = Field(optional_text)
    model = Field(text)
    instructions = Field(optional_text)
    tools = Field(dicts)
    tool_resources = Field(mapping)
    metadata = Field(mapping)
    """Usually strings; lenient servers keep other JSON values too."""
    temperature = Field(number)
    top_p = Field(number)
    response_format = Field(text_or_object)
    reasoning_effort = Field(optional_text)

    file_ids = Field(ids)
    """Version 1: the files attached to the assistant itself."""
    code_interpreter_file_ids = Field(ids, "tool_resources", "code_interpreter", "file_ids")
    """Version 2: the files that the code interpreter may read."""
    vector_store_ids = Field(ids, "tool_resources", "file_search", "vector_store_ids")
    """Version 2: the vector stores that file search looks in."""

    @property
    def is_version_1(self) -> bool:
        """Whether the server rendered it in version 1: `file_ids` and no `tool_resources`."""
        return "file_ids" in self.raw and "tool_resources" not in self.raw


class AssistantFile(WireObject):
    """Version 1: the link between an assistant and a file. Its id is the file's id."""

    __slots__ = ()

    created_at = Field(seconds)
    assistant_id = Field(text)
