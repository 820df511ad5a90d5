"""The models a server offers."""

from __future__ import annotations

from .base import WireObject, optional_text, seconds, text


class Model(WireObject):
    """A model. Being listed does not mean that it works with assistants."""

    __slots__ = ()

    @property
    def created(self) -> int:
        return seconds(self.raw.get("created"))

    @property
    def owned_by(self) -> str:
        return text(self.raw.get("owned_by"))

    @property
    def shutdown_date(self) -> str | None:
        """`YYYY-MM-DD`, where the server announces the model's end."""
        return optional_text(self.raw.get("shutdown_date"))
