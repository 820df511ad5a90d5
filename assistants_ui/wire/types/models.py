"""The models a server offers."""

from __future__ import annotations

from .base import Field, WireObject, optional_text, seconds, text


class Model(WireObject):
    """A model. Being listed does not mean that it works with assistants."""

    __slots__ = ()

    created = Field(seconds)
    owned_by = Field(text)
    shutdown_date = Field(optional_text)
    """`YYYY-MM-DD`, where the server announces the model's end."""
