"""The models a server offers: `/models`."""

from __future__ import annotations

from typing import Unpack

from .. import readers
from ..call import Call, RequestOptions, listing, path, reading
from ..types import CursorPage, Model


def list(**options: Unpack[RequestOptions]) -> Call[CursorPage[Model]]:  # noqa: A001 - the SDK's verb
    """All models; this list has no pages."""
    return listing(path("models"), readers.page(Model), beta=False, paged=False, options=options)


def retrieve(model: str, **options: Unpack[RequestOptions]) -> Call[Model]:
    # Servers answer an alias with the id of the model behind it, so the id is not compared.
    return reading(path("models", model), readers.one(Model, "model"), beta=False, options=options)
