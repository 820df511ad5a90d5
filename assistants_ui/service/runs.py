"""Threads and the runs on them, which belong to nobody for longer than somebody tries an assistant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import assistants_client as wire
from assistants_client import EventStream, calls
from assistants_ui.domain.actions import Action
from assistants_ui.service.gateway import Gateway
from assistants_ui.service.pages import whole_list
from dashboard.audit import api as audit

PASSAGES = "step_details.tool_calls[*].file_search.results[*].content"
PAUSE_SECONDS = 1.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 5.0
NOT_OFFERED = re.compile(r'(\w{1,40}); add="([\w .-]{1,80})"', re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Look:
    """A run as it is now; ``pause`` is how many seconds to wait before the next look.

    ``model`` is the name that the model has at the server that answers, and ``not_offered`` the tool that the
    model was not told of with the command that adds it, where our own server tells it.
    """

    run: wire.Run
    pause: float = SHORTEST_PAUSE
    model: str = ""
    not_offered: tuple[str, str] | None = None


class RunService:
    """The runs of the workspace. Nothing of them is cached."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._client = gateway.client

    def record_try(self, assistant: wire.Assistant, *, changed: Sequence[str], detail: Mapping[str, Any]) -> None:
        """Record that somebody tries the assistant, before anything is sent; neither the question nor the answer.

        Raises :class:`dashboard.audit.api.AuditUnavailable`.
        """
        audit.record(
            action=Action.ASSISTANT_TRY,
            actor=self._gateway.actor,
            workspace=self._gateway.workspace,
            target=audit.Target(type="assistant", id=assistant.id, label=assistant.name),
            detail={"changed": list(changed), **detail},
            request_id=self._gateway.request_id,
        )

    def make_thread(self, *, key: str) -> wire.Thread:
        """An empty thread; the same one again for the same key, where the server knows such keys."""
        return self._client.send(calls.threads.create().with_options(headers={"Idempotency-Key": key}))

    def has_threads(self) -> bool | None:
        """Whether the server has threads, by asking for one that cannot be there; None when that does not tell."""
        try:
            self._client.send(calls.threads.retrieve("thread_000000000000000000000000"))
        except (wire.NotFoundError, wire.BadRequestError) as error:
            return True if "thread" in error.message.lower() else None
        except wire.APIStatusError as error:
            return False if error.status_code in (405, 501) else None
        except wire.APIResponseValidationError:
            return None
        return True

    def ask(self, thread_id: str, text: str) -> wire.Message:
        return self._client.send(calls.threads.messages.create(thread_id, role="user", content=text))

    def create(self, thread_id: str, assistant_id: str, overrides: Mapping[str, Any]) -> wire.Run:
        return self._client.send(calls.threads.runs.create(thread_id, assistant_id=assistant_id, **overrides))

    def stream(self, thread_id: str, assistant_id: str, overrides: Mapping[str, Any]) -> EventStream:
        """The events of a new run. Closing the stream does not stop the run."""
        return self._client.threads.runs.stream(thread_id, assistant_id=assistant_id, **overrides)

    def submit(self, run_id: str, thread_id: str, outputs: Iterable[Mapping[str, str]]) -> wire.Run:
        call = calls.threads.runs.submit_tool_outputs(run_id, thread_id=thread_id, tool_outputs=outputs)
        return self._client.send(call)

    def submit_stream(self, run_id: str, thread_id: str, outputs: Iterable[Mapping[str, str]]) -> EventStream:
        return self._client.threads.runs.submit_tool_outputs_stream(
            run_id, thread_id=thread_id, tool_outputs=[*outputs]
        )

    def look(self, run_id: str, thread_id: str) -> Look:
        answer = self._client.respond(calls.threads.runs.retrieve(run_id, thread_id=thread_id))
        text = answer.headers.get("openai-poll-after-ms", "")
        pause = int(text) / 1000 if text.isascii() and text.isdigit() and len(text) < 9 else PAUSE_SECONDS
        model = answer.headers.get("openai-model", "")
        missing = NOT_OFFERED.fullmatch(answer.headers.get("dashboard-tools-not-offered", ""))
        return Look(
            run=answer.parse(),
            pause=min(LONGEST_PAUSE, max(SHORTEST_PAUSE, pause)),
            model=model,
            not_offered=(missing[1], missing[2]) if missing else None,
        )

    def wait(self, seconds: float) -> None:
        self._client.sleep(seconds)

    def newest(self, thread_id: str) -> wire.Run | None:
        """The run that was made last on the thread; None when there is none."""
        page = self._client.send(calls.threads.runs.list(thread_id, limit=1, order="desc"))
        return page.data[0] if page.data else None

    def cancel(self, run_id: str, thread_id: str) -> None:
        """Ask the run to stop; nothing happens to one that has ended already."""
        with suppress(wire.BadRequestError, wire.NotFoundError):
            self._client.send(calls.threads.runs.cancel(run_id, thread_id=thread_id))

    def messages(self, thread_id: str) -> list[wire.Message]:
        """Every message of the thread, the oldest first."""
        return whole_list(self._gateway, calls.threads.messages.list(thread_id, limit=100, order="asc"), fresh=True)

    def steps(self, run_id: str, thread_id: str) -> list[wire.RunStep]:
        """What the run did, in order, with the passages that it found where the server gives them."""
        listing = calls.threads.runs.steps.list
        try:
            call = listing(run_id, thread_id=thread_id, limit=100, order="asc", include=[PASSAGES])
            return whole_list(self._gateway, call, fresh=True)
        except (wire.BadRequestError, wire.UnprocessableEntityError):
            call = listing(run_id, thread_id=thread_id, limit=100, order="asc")
            return whole_list(self._gateway, call, fresh=True)

    def runs(self, thread_id: str) -> list[wire.Run]:
        return whole_list(self._gateway, calls.threads.runs.list(thread_id, limit=100), fresh=True)

    def delete_thread(self, thread_id: str) -> None:
        """Delete the thread with its messages and runs; one that is gone already is as good."""
        with suppress(wire.NotFoundError):
            self._client.send(calls.threads.delete(thread_id))

    def delete_output(self, file_id: str) -> None:
        """Delete a file that a run made; any other file stays."""
        with suppress(wire.NotFoundError):
            file = self._client.send(calls.files.retrieve(file_id))
            if file.purpose == "assistants_output":
                self._client.send(calls.files.delete(file_id))
