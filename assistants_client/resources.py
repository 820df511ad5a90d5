"""The resources of a client, with the names and methods of the official SDK."""

from __future__ import annotations

from typing import Any, Generic

from . import calls, polling
from .binding import (
    ContentMethod,
    EventsMethod,
    ListMethod,
    Method,
    PartsMethod,
    PollMethod,
    Resource,
    SenderT,
    Variant,
)
from .senders import Async, AsyncRaw, AsyncStreaming, Raw, Streaming


class Assistants(Resource[SenderT]):
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
    def files(self) -> AssistantFiles[SenderT]:
        """Version 1 only."""
        return AssistantFiles(self.sender)


class AssistantFiles(Resource[SenderT]):
    create = Method(calls.assistants.files.create)
    retrieve = Method(calls.assistants.files.retrieve)
    list = ListMethod(calls.assistants.files.list)
    delete = Method(calls.assistants.files.delete)

    with_raw_response: Variant[AssistantFiles[Raw], AssistantFiles[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[AssistantFiles[Streaming], AssistantFiles[AsyncStreaming]] = Variant(
        Streaming, AsyncStreaming
    )


class Files(Resource[SenderT]):
    create = Method(calls.files.create)
    retrieve = Method(calls.files.retrieve)
    list = ListMethod(calls.files.list)
    delete = Method(calls.files.delete)
    content = ContentMethod(calls.files.content)

    with_raw_response: Variant[Files[Raw], Files[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[Files[Streaming], Files[AsyncStreaming]] = Variant(Streaming, AsyncStreaming)


class Models(Resource[SenderT]):
    list = ListMethod(calls.models.list)
    retrieve = Method(calls.models.retrieve)

    with_raw_response: Variant[Models[Raw], Models[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[Models[Streaming], Models[AsyncStreaming]] = Variant(Streaming, AsyncStreaming)


class VectorStores(Resource[SenderT]):
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
    def files(self) -> VectorStoreFiles[SenderT]:
        return VectorStoreFiles(self.sender)

    @property
    def file_batches(self) -> VectorStoreFileBatches[SenderT]:
        return VectorStoreFileBatches(self.sender)


class VectorStoreFiles(Resource[SenderT]):
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


class VectorStoreFileBatches(Resource[SenderT]):
    create = Method(calls.vector_stores.file_batches.create)
    retrieve = Method(calls.vector_stores.file_batches.retrieve)
    cancel = Method(calls.vector_stores.file_batches.cancel)
    list_files = ListMethod(calls.vector_stores.file_batches.list_files)

    with_raw_response: Variant[VectorStoreFileBatches[Raw], VectorStoreFileBatches[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[VectorStoreFileBatches[Streaming], VectorStoreFileBatches[AsyncStreaming]] = (
        Variant(Streaming, AsyncStreaming)
    )


class Threads(Resource[SenderT]):
    create = Method(calls.threads.create)
    retrieve = Method(calls.threads.retrieve)
    update = Method(calls.threads.update)
    delete = Method(calls.threads.delete)
    create_and_run = Method(calls.threads.create_and_run)
    create_and_run_poll = PollMethod(calls.threads.create_and_run)
    create_and_run_stream = EventsMethod(calls.threads.create_and_stream)

    with_raw_response: Variant[Threads[Raw], Threads[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[Threads[Streaming], Threads[AsyncStreaming]] = Variant(Streaming, AsyncStreaming)

    @property
    def messages(self) -> Messages[SenderT]:
        return Messages(self.sender)

    @property
    def runs(self) -> Runs[SenderT]:
        return Runs(self.sender)


class Messages(Resource[SenderT]):
    create = Method(calls.threads.messages.create)
    retrieve = Method(calls.threads.messages.retrieve)
    update = Method(calls.threads.messages.update)
    list = ListMethod(calls.threads.messages.list)
    delete = Method(calls.threads.messages.delete)

    with_raw_response: Variant[Messages[Raw], Messages[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[Messages[Streaming], Messages[AsyncStreaming]] = Variant(Streaming, AsyncStreaming)


class Runs(Resource[SenderT]):
    create = Method(calls.threads.runs.create)
    retrieve = Method(calls.threads.runs.retrieve)
    update = Method(calls.threads.runs.update)
    list = ListMethod(calls.threads.runs.list)
    cancel = Method(calls.threads.runs.cancel)
    submit_tool_outputs = Method(calls.threads.runs.submit_tool_outputs)
    create_and_poll = PollMethod(calls.threads.runs.create)
    submit_tool_outputs_and_poll = PollMethod(calls.threads.runs.submit_tool_outputs)
    stream = EventsMethod(calls.threads.runs.stream)
    submit_tool_outputs_stream = EventsMethod(calls.threads.runs.submit_tool_outputs_stream)

    with_raw_response: Variant[Runs[Raw], Runs[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[Runs[Streaming], Runs[AsyncStreaming]] = Variant(Streaming, AsyncStreaming)

    def poll(self, run_id: str, *, thread_id: str, poll_interval_ms: float | None = None) -> Any:
        """The run once it has ended or waits for outputs; to be awaited with the async client."""
        ask = polling.poll_async if isinstance(self.sender, Async) else polling.poll
        return ask(self.sender.client, run_id, thread_id=thread_id, poll_interval_ms=poll_interval_ms)

    @property
    def steps(self) -> RunSteps[SenderT]:
        return RunSteps(self.sender)


class RunSteps(Resource[SenderT]):
    retrieve = Method(calls.threads.runs.steps.retrieve)
    list = ListMethod(calls.threads.runs.steps.list)

    with_raw_response: Variant[RunSteps[Raw], RunSteps[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[RunSteps[Streaming], RunSteps[AsyncStreaming]] = Variant(Streaming, AsyncStreaming)


class Uploads(Resource[SenderT]):
    """Files that are sent in parts."""

    create = Method(calls.uploads.create)
    complete = Method(calls.uploads.complete)
    cancel = Method(calls.uploads.cancel)
    upload_file_chunked = PartsMethod()

    with_raw_response: Variant[Uploads[Raw], Uploads[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[Uploads[Streaming], Uploads[AsyncStreaming]] = Variant(Streaming, AsyncStreaming)

    @property
    def parts(self) -> UploadParts[SenderT]:
        return UploadParts(self.sender)


class UploadParts(Resource[SenderT]):
    create = Method(calls.uploads.parts.create)

    with_raw_response: Variant[UploadParts[Raw], UploadParts[AsyncRaw]] = Variant(Raw, AsyncRaw)
    with_streaming_response: Variant[UploadParts[Streaming], UploadParts[AsyncStreaming]] = Variant(
        Streaming, AsyncStreaming
    )


class Resources(Generic[SenderT]):
    """What every client has, whichever way it sends."""

    def __init__(self, sender: SenderT) -> None:
        self.assistants = Assistants(sender)
        self.files = Files(sender)
        self.vector_stores = VectorStores(sender)
        self.models = Models(sender)
        self.threads = Threads(sender)
        self.uploads = Uploads(sender)
