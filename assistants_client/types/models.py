"""The models a server offers."""

from __future__ import annotations

from typing import Any

from .base import Field, WireObject, optional_text, seconds, text


class Model(WireObject):
    """A model. Being listed does not mean that it works with assistants."""

    __slots__ = ()

    created = Field(seconds)
    owned_by = Field(text)
    shutdown_date = Field(optional_text)
    """`YYYY-MM-DD`, where the server announces the model's end."""

    @staticmethod
    def is_id(value: Any) -> bool:
        """Models have names that may hold a slash, such as `meta-llama/Llama-3`."""
        return isinstance(value, str) and value != ""
