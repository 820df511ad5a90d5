"""Every address below /v1."""

from __future__ import annotations

from assistants_server.routing import Version, everything_else, route
from assistants_server.views import assistants, files, models

BOTH: tuple[Version, ...] = ("v2", "v1")

urlpatterns = [
    route("/assistants", versions=BOTH, GET=assistants.listing, POST=assistants.create),
    route(
        "/assistants/{assistant_id}",
        versions=BOTH,
        GET=assistants.retrieve,
        POST=assistants.update,
        DELETE=assistants.delete,
    ),
    route("/files", GET=files.listing, POST=files.create),
    route("/files/{file_id}", GET=files.retrieve, DELETE=files.delete),
    route("/files/{file_id}/content", GET=files.content),
    route("/models", GET=models.listing),
    route("/models/{model...}", GET=models.retrieve),
    everything_else(),
]
