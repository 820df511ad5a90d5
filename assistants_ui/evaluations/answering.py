"""Ask one question of a run, once: whoever died in the middle is carried on from, and nothing is asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

import assistants_client as wire
from assistants_client.types.base import mapping
from assistants_ui.conversations import asking, borrowed, canned
from assistants_ui.conversations.exchange import Exchange
from assistants_ui.conversations.subject import ConversationSubject
from assistants_ui.conversations.tokens import AskToken
from assistants_ui.domain.outcomes import AnswerOutcome, of_error
from assistants_ui.evaluations import runs
from assistants_ui.models import QuestionAnswer, QuestionRun
from assistants_ui.question_results.checks import CheckedAnswer, CheckResult, Checks, summary
from assistants_ui.question_results.results import shape_of
from assistants_ui.service import Service
from dashboard.lib.stored_texts import english, register

LEASE = timedelta(seconds=60)
# A look in between, so that the lease is prolonged and a stop is heard.
LOOK_SECONDS = 10.0
MOST_FUNCTION_ROUNDS = 10
MOST_MISSES = 5
# More characters of an answer are not kept.
LONGEST_ANSWER = 100_000
PAUSE_SECONDS = 2.0
State = QuestionAnswer.State
# What rows say in English, and pages in the reader's language.
NO_ACCOUNT = gettext_noop("Whoever started this no longer has an account.")
NO_ANSWER_KEPT = gettext_noop("It calls %(function)s, of which no answer is kept: try it once, and keep one.")
NOT_TAKEN_OVER = gettext_noop("The server did not use the unsaved text.")
register(NO_ANSWER_KEPT)


def claim(pk: int) -> QuestionAnswer | None:
    """Take one answer to be asked, or to be carried on with; None when somebody else has it."""
    now = timezone.now()
    free = QuestionAnswer.objects.filter(pk=pk, state=State.WAITING) | QuestionAnswer.objects.filter(
        pk=pk, state=State.ASKING, lease_until__lt=now
    )
    if not free.update(state=State.ASKING, lease_until=now + LEASE):
        return None
    return QuestionAnswer.objects.select_related("run").get(pk=pk)


def answer(service: Service, row: QuestionAnswer) -> None:
    """See the answer through and keep it. Never raises what the server does: the row tells it."""
    token, found = _begun(service, row)
    if token is not None and found is None:
        found = _followed(service, row, token)
    assert found is not None  # noqa: S101  (without a token there is a failure)
    keep(row, found)
    if token is not None:
        borrowed.give_back(service, token.key)
    runs.end_if_done(row.run_id)


def _begun(service: Service, row: QuestionAnswer) -> tuple[AskToken | None, Exchange | None]:
    """The token of the running answer, or what there is to tell instead."""
    run, user_id = row.run, row.run.user_id
    if user_id is None:
        return None, Exchange(outcome=AnswerOutcome.NOT_ASKED, detail=NO_ACCOUNT)
    token = AskToken.read(row.token, workspace=run.workspace, user=user_id, assistant=run.assistant_id)
    is_resumed = token is not None
    try:
        asked = asking.Ask(service, _subject(service, row), row.text, user_id=user_id, is_recorded=True)
        if token is None:
            token = asked.begin()
            if token is None:
                return None, asked.failure
            _note(row, token)
        if token.run:
            return token, None
        # Whoever died may have begun the run without hearing of it.
        begun = service.runs.newest(token.thread) if is_resumed else None
        if begun is not None:
            token = replace(token, run=begun.id)
        elif (started := asked.start(token)) is not None:
            token = started[0]
        else:
            return None, asked.failure
    except wire.APIError as error:
        return token, Exchange(outcome=of_error(error), detail=error.message[:300])
    _note(row, token)
    return token, None


def _followed(service: Service, row: QuestionAnswer, token: AskToken) -> Exchange:
    """The answer at its end. Functions are answered by what is kept beside them."""
    kept = canned.answers_of(row.run.workspace, row.run.assistant_id)
    rounds = misses = 0
    while True:
        found = asking.look_on(service, token, seconds=LOOK_SECONDS)
        if QuestionRun.objects.filter(pk=row.run_id, is_cancelled=True).exists():
            asking.cancel(service, token)
            return replace(found, outcome=AnswerOutcome.STOPPED) if found.outcome.is_open else found
        if found.outcome is AnswerOutcome.WAITING:
            missing = [call.name for call in found.waiting if call.name not in kept]
            rounds += 1
            if missing or rounds > MOST_FUNCTION_ROUNDS:
                detail = NO_ANSWER_KEPT % {"function": missing[0]} if missing else ""
                return replace(found, detail=detail)
            lost = asking.submit_only(service, token, {call.id: kept[call.name] for call in found.waiting})
            if lost is not None:
                return lost
        elif found.outcome is AnswerOutcome.NO_ANSWER and misses < MOST_MISSES:
            # The answer goes on where it is written, whatever becomes of one look at it.
            misses += 1
            service.runs.wait(PAUSE_SECONDS)
        elif found.outcome is not AnswerOutcome.RUNNING or token.seconds > asking.LONGEST_SECONDS:
            return found
        _note(row, token)


def keep(row: QuestionAnswer, found: Exchange) -> None:
    """Write the answer down, with what its checks say of it."""
    checks = Checks.of(row.checks)
    schema = _schema(row.run.draft if row.is_draft else row.run.saved)
    # An answer that does not come from the text that was to be tested says nothing about it.
    is_whole = found.outcome.is_whole and not found.ignored
    answer = CheckedAnswer(
        text=found.text,
        is_whole=is_whole,
        sources=[name for source in found.sources for name in (source.file_name, source.file_id)],
        calls=[(call.name, call.arguments) for call in (*found.called, *found.waiting)],
        seconds=found.seconds,
        schema=schema,
    )
    with english():
        findings = checks.look_at(answer)
    found = replace(found, text=_storable(found.text), detail=_storable(found.detail))
    row.state = State.DONE
    row.lease_until = None
    row.token = ""
    row.outcome = found.outcome.value
    row.detail = found.detail or (NOT_TAKEN_OVER if found.ignored else "")
    row.answer = found.text[:LONGEST_ANSWER]
    row.sources = list(dict.fromkeys(_storable(source.file_name or source.file_id) for source in found.sources))
    row.calls = [[_storable(call.name), _storable(call.arguments)] for call in (*found.called, *found.waiting)]
    row.findings = [{"check": one.check, "result": one.result.value, "why": _storable(one.why)} for one in findings]
    row.shape = shape_of(row)
    row.result = (summary(findings) if findings else CheckResult.UNKNOWN).value
    row.model, row.tokens, row.seconds = found.model[:256], found.tokens, found.seconds
    row.save()


def _storable(text: str) -> str:
    """The text without the one character that PostgreSQL refuses."""
    return text.replace("\0", "\ufffd")


def _subject(service: Service, row: QuestionAnswer) -> ConversationSubject:
    """The state that is to answer, told apart from what the server holds just now."""
    assistant = service.assistants.retrieve(row.run.assistant_id, fresh=True)
    state = row.run.draft if row.is_draft else row.run.saved
    version = settings.WORKSPACES[row.run.workspace].api_version
    return ConversationSubject(assistant=assistant, state=state or {}, version=version)


def _schema(state: dict[str, Any] | None) -> dict[str, Any] | None:
    shape = mapping(mapping(mapping(state).get("response_format")).get("json_schema")).get("schema")
    return shape if isinstance(shape, dict) else None


def _note(row: QuestionAnswer, token: AskToken) -> None:
    """Keep the token, and say that somebody is at work."""
    row.token = token.sign()
    row.lease_until = timezone.now() + LEASE
    row.save(update_fields=["token", "lease_until"])
    borrowed.prolong(token.key, borrowed.PATIENCE)
