"""The models that the server offers."""

from __future__ import annotations

from collections.abc import Sequence

import assistants_client as wire
from assistants_client import calls
from assistants_ui.service.gateway import Gateway

# A form opens without the list too, so nobody waits long for it.
PATIENCE_SECONDS = 2.0


class ModelService:
    """The models that the server offers."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def list(self) -> Sequence[wire.Model]:
        """Every model; empty when the server has no such list, since any name may be typed instead."""
        try:
            return self._gateway.read(calls.models.list(timeout=PATIENCE_SECONDS)).data
        except wire.APIError:
            return []
