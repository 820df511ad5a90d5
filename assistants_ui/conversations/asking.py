"""Ask an assistant one question and see the answer through, leaving nothing behind on the server.

Nothing here raises what the server does: the exchange tells it, each way of failing in words of its own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import replace

import assistants_client as wire
from assistants_client import EventStream
from assistants_ui.conversations import borrowed, exchange, limits
from assistants_ui.conversations.exchange import Exchange
from assistants_ui.conversations.subject import ConversationSubject
from assistants_ui.conversations.tokens import AskToken
from assistants_ui.domain.outcomes import AnswerOutcome, of_error, outcome_of
from assistants_ui.service import Service
from assistants_ui.service.runs import Look

log = logging.getLogger(__name__)

# A page without JavaScript waits so long for an answer, and then shows what there is of it.
WAIT_SECONDS = 20.0
# A run ends by itself after ten minutes.
LONGEST_SECONDS = 660.0
# A run that was asked to stop may take a moment to do so.
STOP_SECONDS = 5.0


class Ask:
    """One question to one subject by one person; ``failure`` tells why it could not be asked."""

    def __init__(
        self,
        service: Service,
        subject: ConversationSubject,
        question: str,
        *,
        user_id: int,
        is_recorded: bool = False,
    ) -> None:
        """``is_recorded``: what this is asked for is in the record already."""
        self.service = service
        self.subject = subject
        self.question = question
        self.user_id = user_id
        self.is_recorded = is_recorded
        self.failure: Exchange | None = None

    def begin(self) -> AskToken | None:
        """A thread with the question on it; None when that failed.

        Raises :class:`dashboard.audit.api.AuditUnavailable`, and has asked nothing then.
        """
        if not limits.take(self.user_id):
            self.failure = self._failed(AnswerOutcome.DAY_LIMIT)
            return None
        if not self.is_recorded:
            changed = self.subject.changed
            self.service.runs.record_try(self.subject.assistant, changed=changed, detail={"model": self._model()})
        borrowed.sweep(self.service)
        try:
            row = borrowed.borrow(self.service)
        except wire.APIError as error:
            self.failure = self._failed(of_error(error), error.message)
            return None
        token = AskToken.of(
            row,
            user=self.user_id,
            assistant=self.subject.assistant.id,
            overrides=self.subject.overrides,
            inexpressible=self.subject.inexpressible,
        )
        try:
            self.service.runs.ask(row.thread_id, self.question)
        except wire.APIError as error:
            self.fail(token, error)
            return None
        return token.resumed()

    def start(self, token: AskToken) -> tuple[AskToken, wire.Run] | None:
        """The run that answers; None when that failed."""
        try:
            run = self.service.runs.create(token.thread, token.assistant, self.subject.overrides)
        except wire.APIError as error:
            self.fail(token, error)
            return None
        return replace(token, run=run.id), run

    def fail(self, token: AskToken, error: wire.APIError) -> None:
        self.failure = self._failed(of_error(error), error.message)
        borrowed.give_back(self.service, token.key)

    def whole(self) -> Exchange:
        """Ask, and wait for the answer as long as a page may."""
        token = self.begin()
        started = self.start(token) if token is not None else None
        if started is None:
            assert self.failure is not None  # noqa: S101  (both say why they gave nothing)
            return self.failure
        return follow(self.service, *started, seconds=WAIT_SECONDS)

    def streamed(self) -> tuple[AskToken, EventStream] | Exchange:
        """Ask, and give the events of the answer; or what there is to tell when it could not be asked."""
        token = self.begin()
        if token is not None:
            try:
                return token, self.service.runs.stream(token.thread, token.assistant, self.subject.overrides)
            except wire.APIError as error:
                self.fail(token, error)
        assert self.failure is not None  # noqa: S101  (set wherever nothing was begun)
        return self.failure

    def _failed(self, outcome: AnswerOutcome, detail: str = "") -> Exchange:
        sent = (
            exchange.sent_of(self.subject.state, question=self.question)
            if outcome is not AnswerOutcome.DAY_LIMIT
            else None
        )
        return Exchange(outcome=outcome, question=self.question, detail=detail[:300], sent=sent)

    def _model(self) -> str:
        return str(self.subject.state.get("model") or "")


def follow(service: Service, token: AskToken, run: wire.Run, *, seconds: float) -> Exchange:
    """The answer once it has ended or waits for somebody, or as far as it is after so many seconds."""
    late = time.monotonic() + seconds
    look = Look(run=run)
    try:
        while look.run.is_active and time.monotonic() < late:
            service.runs.wait(look.pause)
            look = service.runs.look(token.run, token.thread)
    except wire.APIError as error:
        return _lost(service, token, error)
    return finish(service, token, look)


def look_on(service: Service, token: AskToken, *, seconds: float) -> Exchange:
    """What there is of an answer after so many seconds at most. Its thread stays, also when it has ended."""
    late = time.monotonic() + seconds
    try:
        look = service.runs.look(token.run, token.thread)
        while look.run.is_active and time.monotonic() < late:
            service.runs.wait(look.pause)
            look = service.runs.look(token.run, token.thread)
    except wire.APIError as error:
        return _lost(service, token, error)
    return finish(service, token, look, is_kept=True)


def look_again(service: Service, token: AskToken) -> Exchange:
    """What there is of an answer by now."""
    try:
        look = service.runs.look(token.run, token.thread) if token.run else _newest(service, token)
    except wire.APIError as error:
        return _lost(service, token, error)
    return finish(service, replace(token, run=look.run.id), look)


def stop(service: Service, token: AskToken) -> Exchange:
    """Stop the answer, and show what there is of it."""
    try:
        look = service.runs.look(token.run, token.thread) if token.run else _newest(service, token)
        token = replace(token, run=look.run.id)
        service.runs.cancel(token.run, token.thread)
    except wire.APIError as error:
        return _lost(service, token, error)
    found = follow(service, token, look.run, seconds=STOP_SECONDS)
    if not found.outcome.is_open:
        return found
    # It will end by itself; the thread is deleted with whatever it still writes.
    borrowed.give_back(service, token.key)
    return replace(found, outcome=AnswerOutcome.STOPPED, token="", waiting=())


def cancel(service: Service, token: AskToken) -> None:
    """Ask the answer to stop; whoever reads it sees how it ends. Does nothing where it has ended already."""
    try:
        run_id = token.run or _newest(service, token).run.id
        service.runs.cancel(run_id, token.thread)
    except wire.APIError as error:
        log.info("A run of workspace %s could not be stopped: %s", token.workspace, error.message)


def submit(service: Service, token: AskToken, outputs: Mapping[str, str]) -> Exchange:
    """Answer in the place of the functions, and wait for what the model makes of it."""
    token = token.resumed()
    try:
        run = service.runs.submit(token.run, token.thread, outputs_for(outputs))
    except wire.APIError as error:
        return _lost(service, token, error)
    return follow(service, token, run, seconds=WAIT_SECONDS)


def submit_only(service: Service, token: AskToken, outputs: Mapping[str, str]) -> Exchange | None:
    """Answer in the place of the functions; what there is to tell when that failed."""
    try:
        service.runs.submit(token.run, token.thread, outputs_for(outputs))
    except wire.APIError as error:
        return _lost(service, token, error)
    return None


def submit_streamed(
    service: Service, token: AskToken, outputs: Mapping[str, str]
) -> tuple[AskToken, EventStream] | Exchange:
    """Answer in the place of the functions, and give the events that follow."""
    token = token.resumed()
    try:
        return token, service.runs.submit_stream(token.run, token.thread, outputs_for(outputs))
    except wire.APIError as error:
        return _lost(service, token, error)


def outputs_for(outputs: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"tool_call_id": call_id, "output": output} for call_id, output in outputs.items()]


def finish(service: Service, token: AskToken, look: Look, *, is_kept: bool = False) -> Exchange:
    """The exchange of a run as it is; of one that has ended nothing stays on the server unless it ``is_kept``."""
    run = look.run
    try:
        messages = service.runs.messages(token.thread)
        steps = service.runs.steps(run.id, token.thread) if run.tools else []
    except wire.APIError as error:
        return _lost(service, token, error)
    own = [message for message in messages if message.role == "assistant"]
    outcome = outcome_of(run, own)
    found = exchange.of_run(run, messages, steps, outcome=outcome)
    found = replace(
        found,
        seconds=token.seconds,
        key=token.key,
        model=look.model or found.model,
        not_offered=look.not_offered,
        asked_model=run.model if look.model and look.model != run.model else "",
        ignored=(*token.inexpressible, *exchange.ignored_by(run, token.wanted)),
    )
    if outcome.is_open:
        borrowed.prolong(token.key, borrowed.PATIENCE)
        waiting = token.paused() if outcome is AnswerOutcome.WAITING else token
        return replace(found, token=waiting.sign())
    limits.note_tokens(token.user, found.tokens or 0)
    if not is_kept:
        borrowed.give_back(service, token.key, outputs=borrowed.outputs_of(messages, steps))
    return found


def _newest(service: Service, token: AskToken) -> Look:
    """The run of a stream that broke off before it told which one it is. Raises :class:`wire.NotFoundError`."""
    run = service.runs.newest(token.thread)
    if run is None:
        raise wire.APIConnectionError("The server has begun no answer.", outcome=wire.Outcome.UNKNOWN)
    return Look(run=run)


def _lost(service: Service, token: AskToken, error: wire.APIError) -> Exchange:
    """What to tell of an answer that could not be read: it is gone, or may still be there."""
    if isinstance(error, wire.NotFoundError):
        borrowed.give_back(service, token.key)
        return Exchange(outcome=AnswerOutcome.GONE, key=token.key)
    borrowed.prolong(token.key, borrowed.PATIENCE)
    return Exchange(outcome=AnswerOutcome.NO_ANSWER, detail=error.message[:300], token=token.sign(), key=token.key)
