"""Every address below /v1, and below the two that Azure's clients ask for."""

from __future__ import annotations

from assistants_server.assistants import file_views as assistant_files
from assistants_server.assistants import views as assistants
from assistants_server.files import views as files
from assistants_server.http.routing import Version, everything_else, route
from assistants_server.models_api import views as models
from assistants_server.runs import views as runs
from assistants_server.threads import views as threads
from assistants_server.uploads import views as uploads
from assistants_server.vector_stores import batch_views as file_batches
from assistants_server.vector_stores import file_views as vector_store_files
from assistants_server.vector_stores import views as vector_stores

BOTH: tuple[Version, ...] = ("v2", "v1")
V1: tuple[Version, ...] = ("v1",)
V2: tuple[Version, ...] = ("v2",)
THREAD = "/threads/{thread_id}"
RUN = f"{THREAD}/runs/{{run_id}}"
MESSAGE = f"{THREAD}/messages/{{message_id}}"
STORE = "/vector_stores/{vector_store_id}"


urlpatterns = [
    route("/assistants", versions=BOTH, GET=assistants.listing, POST=assistants.create),
    route(
        "/assistants/{assistant_id}",
        versions=BOTH,
        GET=assistants.retrieve,
        POST=assistants.update,
        DELETE=assistants.delete,
    ),
    route("/assistants/{assistant_id}/files", versions=V1, GET=assistant_files.listing, POST=assistant_files.create),
    route(
        "/assistants/{assistant_id}/files/{file_id}",
        versions=V1,
        GET=assistant_files.retrieve,
        DELETE=assistant_files.delete,
    ),
    route("/files", GET=files.listing, POST=files.create),
    route("/files/{file_id}", GET=files.retrieve, DELETE=files.delete),
    route("/files/{file_id}/content", GET=files.content),
    route("/vector_stores", versions=V2, GET=vector_stores.listing, POST=vector_stores.create),
    route(STORE, versions=V2, GET=vector_stores.retrieve, POST=vector_stores.update, DELETE=vector_stores.delete),
    route(f"{STORE}/search", versions=V2, reads=True, POST=vector_stores.search),
    route(f"{STORE}/files", versions=V2, GET=vector_store_files.listing, POST=vector_store_files.create),
    route(
        f"{STORE}/files/{{file_id}}",
        versions=V2,
        GET=vector_store_files.retrieve,
        POST=vector_store_files.update,
        DELETE=vector_store_files.delete,
    ),
    route(f"{STORE}/files/{{file_id}}/content", versions=V2, GET=vector_store_files.content),
    route(f"{STORE}/file_batches", versions=V2, POST=file_batches.create),
    route(f"{STORE}/file_batches/{{batch_id}}", versions=V2, GET=file_batches.retrieve),
    route(f"{STORE}/file_batches/{{batch_id}}/cancel", versions=V2, POST=file_batches.cancel),
    route(f"{STORE}/file_batches/{{batch_id}}/files", versions=V2, GET=file_batches.files),
    route("/models", GET=models.listing),
    route("/models/{model...}", GET=models.retrieve, DELETE=models.delete),
    # Before the threads: "runs" is none of their ids.
    route("/threads/runs", versions=BOTH, POST=runs.create_with_thread),
    route("/threads", versions=BOTH, POST=threads.create),
    route(THREAD, versions=BOTH, GET=threads.retrieve, POST=threads.update, DELETE=threads.delete),
    route(f"{THREAD}/messages", versions=BOTH, GET=threads.message_listing, POST=runs.create_message),
    route(
        MESSAGE,
        versions=BOTH,
        GET=threads.retrieve_message,
        POST=threads.update_message,
        DELETE=threads.delete_message,
    ),
    route(f"{THREAD}/runs", versions=BOTH, GET=runs.listing, POST=runs.create),
    route(RUN, versions=BOTH, GET=runs.retrieve, POST=runs.update),
    route(f"{RUN}/cancel", versions=BOTH, POST=runs.cancel),
    route(f"{RUN}/submit_tool_outputs", versions=BOTH, POST=runs.submit_tool_outputs),
    route(f"{RUN}/steps", versions=BOTH, GET=runs.steps),
    route(f"{RUN}/steps/{{step_id}}", versions=BOTH, GET=runs.step),
    route(f"{MESSAGE}/files", versions=V1, GET=threads.message_files),
    route(f"{MESSAGE}/files/{{file_id}}", versions=V1, GET=threads.message_file),
    route("/uploads", POST=uploads.create),
    route("/uploads/{upload_id}/parts", POST=uploads.add_part),
    route("/uploads/{upload_id}/complete", POST=uploads.complete),
    route("/uploads/{upload_id}/cancel", POST=uploads.cancel),
    everything_else(),
]
