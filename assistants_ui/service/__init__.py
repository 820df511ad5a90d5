"""One workspace's Assistants API, used by one person: the only way from a view to the server."""

from __future__ import annotations

from assistants_client import Client
from assistants_ui.service.assistants import AssistantService
from assistants_ui.service.catalog import CatalogService
from assistants_ui.service.files import FileService
from assistants_ui.service.gateway import Gateway
from assistants_ui.service.models import ModelService
from assistants_ui.service.pages import Order, Page
from assistants_ui.service.runs import RunService
from assistants_ui.service.vector_stores import VectorStoreService
from dashboard.audit.api import Actor

__all__ = ["Order", "Page", "Service"]


class Service:
    """Binds the client of a workspace to the person who uses it for one request."""

    def __init__(
        self, *, client: Client, workspace: str, api_version: str, actor: Actor, request_id: str, at_once: int = 1
    ) -> None:
        """``at_once`` is how many questions may be asked of the server at the same time."""
        self.gateway = Gateway(
            client=client,
            workspace=workspace,
            api_version=api_version,
            actor=actor,
            request_id=request_id,
            at_once=at_once,
        )
        self.assistants = AssistantService(self.gateway)
        self.catalog = CatalogService(self.gateway)
        self.files = FileService(self.gateway)
        self.vector_stores = VectorStoreService(self.gateway)
        self.models = ModelService(self.gateway)
        self.runs = RunService(self.gateway)
