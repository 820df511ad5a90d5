"""The resources of a client, with the names and methods of the official SDK."""

from __future__ import annotations

from . import calls
from .binding import (
    AsyncRaw,
    AsyncStreaming,
    ContentMethod,
    ListMethod,
    Method,
    Raw,
    Resource,
    Streaming,
    Variant,
    WayT,
)


class Assistants(Resource[WayT]):
    create = Method(calls.assistants.create)
    retrieve = Method(calls.assistants.retrieve)
    update = Method(calls.assistants.update)
    list = ListMethod(calls.assistants.list)
    delete = Method(calls.assistants.delete)

    with_raw_response: Variant[Assistants[Raw], Assistants[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[Assistants[Streaming], Assistants[AsyncStreaming]] = Variant(
        Streaming, AsyncStreaming
    )

    @property
    def files(self) -> AssistantFiles[WayT]:
        """Version 1 only."""
        return AssistantFiles(self.way)


class AssistantFiles(Resource[WayT]):
    create = Method(calls.assistants.files.create)
    retrieve = Method(calls.assistants.files.retrieve)
    list = ListMethod(calls.assistants.files.list)
    delete = Method(calls.assistants.files.delete)

    with_raw_response: Variant[AssistantFiles[Raw], AssistantFiles[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[AssistantFiles[Streaming], AssistantFiles[AsyncStreaming]] = Variant(
        Streaming, AsyncStreaming
    )


class Files(Resource[WayT]):
    create = Method(calls.files.create)
    retrieve = Method(calls.files.retrieve)
    list = ListMethod(calls.files.list)
    delete = Method(calls.files.delete)
    content = ContentMethod(calls.files.content)

    with_raw_response: Variant[Files[Raw], Files[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[Files[Streaming], Files[AsyncStreaming]] = Variant(Streaming, AsyncStreaming)


class Models(Resource[WayT]):
    list = ListMethod(calls.models.list)
    retrieve = Method(calls.models.retrieve)

    with_raw_response: Variant[Models[Raw], Models[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[Models[Streaming], Models[AsyncStreaming]] = Variant(Streaming, AsyncStreaming)


class VectorStores(Resource[WayT]):
    """Version 2 only."""

    create = Method(calls.vector_stores.create)
    retrieve = Method(calls.vector_stores.retrieve)
    update = Method(calls.vector_stores.update)
    list = ListMethod(calls.vector_stores.list)
    delete = Method(calls.vector_stores.delete)
    search = Method(calls.vector_stores.search)

    with_raw_response: Variant[VectorStores[Raw], VectorStores[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[VectorStores[Streaming], VectorStores[AsyncStreaming]] = Variant(
        Streaming, AsyncStreaming
    )

    @property
    def files(self) -> VectorStoreFiles[WayT]:
        return VectorStoreFiles(self.way)

    @property
    def file_batches(self) -> VectorStoreFileBatches[WayT]:
        return VectorStoreFileBatches(self.way)


class VectorStoreFiles(Resource[WayT]):
    create = Method(calls.vector_stores.files.create)
    retrieve = Method(calls.vector_stores.files.retrieve)
    update = Method(calls.vector_stores.files.update)
    list = ListMethod(calls.vector_stores.files.list)
    delete = Method(calls.vector_stores.files.delete)
    content = Method(calls.vector_stores.files.content)

    with_raw_response: Variant[VectorStoreFiles[Raw], VectorStoreFiles[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[VectorStoreFiles[Streaming], VectorStoreFiles[AsyncStreaming]] = Variant(
        Streaming, AsyncStreaming
    )


class VectorStoreFileBatches(Resource[WayT]):
    create = Method(calls.vector_stores.file_batches.create)
    retrieve = Method(calls.vector_stores.file_batches.retrieve)
    cancel = Method(calls.vector_stores.file_batches.cancel)
    list_files = ListMethod(calls.vector_stores.file_batches.list_files)

    with_raw_response: Variant[VectorStoreFileBatches[Raw], VectorStoreFileBatches[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[VectorStoreFileBatches[Streaming], VectorStoreFileBatches[AsyncStreaming]] = (
        Variant(Streaming, AsyncStreaming)
    )
