"""Verdicts that several targets share."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext, gettext_lazy, ngettext

from assistants_ui.domain.model_rules import Retirement, end_of
from assistants_ui.handover.losses import THE_SAME, Case, FieldVerdict, Rule, changed, decide, kept, lost
from assistants_ui.handover.model_facts import drops_sampling, effort_to_send
from assistants_ui.handover.shapes import model_of
from assistants_ui.handover.source import Source
from assistants_ui.handover.texts import VARIABLE
from dashboard.lib.relative_time import whole_day
from dashboard.lib.texts import StrOrPromise, sentences

SAME = kept()
ORIGIN: dict[str, Rule] = {
    "object": kept(gettext_lazy("Says only that this is an assistant.")),
    "created_at": lost(gettext_lazy("The day it was created stays here.")),
    "filled_in": kept(gettext_lazy("What the server fills in by itself, so nothing is written.")),
    "schema.name": SAME,
    "schema.description": SAME,
    "schema.schema": SAME,
    "format": SAME,
    "function": SAME,
    "function.name": SAME,
    "function.description": SAME,
    "function.parameters": SAME,
    "temperature": SAME,
    "top_p": SAME,
    "reasoning_effort": SAME,
}
STORE_TASK = gettext_lazy("Create a vector store from the attached files and put its id into the configuration")


def strict_written(case: Case) -> FieldVerdict:
    return kept() if case.field.value else kept(gettext("Written out, because absent means true there."))


def same_model(case: Case) -> FieldVerdict:
    """For targets that take OpenAI's models by their names."""
    model = case.source.model
    mapped = case.options.models.get(model)
    name = mapped or model
    end = end_of(name)
    ending = ending_of(name, end) if end else ""
    task = model_task(name, end) if end else ("", "")
    if mapped and mapped != model:
        words = gettext("%(model)s becomes %(mapped)s, as you chose.") % {"model": model, "mapped": mapped}
        return changed(sentences(words, ending), *task)
    if mapped:
        return kept(sentences(THE_SAME, ending), *task)
    if end:
        same = gettext("Written as it is.") if end.has_come else gettext("The same for now.")
        return decide(sentences(same, ending), *task)
    return kept()


def ending_of(model: str, end: Retirement) -> str:
    """When OpenAI ends or ended a model."""
    parts = {"model": model, "day": whole_day(end.day)}
    if end.has_come:
        return gettext("OpenAI ended %(model)s on %(day)s.") % parts
    return gettext("OpenAI ends %(model)s on %(day)s.") % parts


def model_task(model: str, end: Retirement) -> tuple[str, str]:
    """What to do about a model that ends, and which that is."""
    parts = {"model": model, "day": whole_day(end.day)}
    if end.has_come:
        about = gettext("%(model)s, which ended on %(day)s") % parts
    else:
        about = gettext("%(model)s, which ends on %(day)s") % parts
    if end.replacement:
        instead = gettext("OpenAI names %(model)s in its place") % {"model": end.replacement}
        about = f"{about} ({instead})"
    return gettext("Choose another model"), about


MODEL_NAMES = (
    gettext_lazy("%(vendor)s has its own model names. The files still say %(model)s."),
    gettext_lazy("Choose a %(vendor)s model"),
)
DEPLOYMENT_NAMES = (
    gettext_lazy("%(vendor)s has its own deployment names. The files still say %(model)s."),
    gettext_lazy("Choose a %(vendor)s deployment"),
)


def other_model(vendor: str, words: tuple[StrOrPromise, StrOrPromise] = MODEL_NAMES) -> Rule:
    """For targets with models of their own: never translated silently."""

    def rule(case: Case) -> FieldVerdict:
        model = case.source.model
        mapped = case.options.models.get(model)
        if mapped == model:
            return kept()
        if mapped:
            return changed(gettext("%(model)s becomes %(mapped)s, as you chose.") % {"model": model, "mapped": mapped})
        sentence, task = (str(text % {"vendor": vendor, "model": model}) for text in words)
        return decide(sentence, task, model)

    return rule


def openai_sampling(case: Case) -> FieldVerdict:
    model = model_of(case.source, case.options)
    if not drops_sampling(model, case.source.effort):
        return kept(gettext("The same; 1 is the default.") if case.field.value == 1 else THE_SAME)
    if case.field.value == 1:
        return kept(
            gettext("1 is the default. %(model)s refuses the setting, so it is not written.") % {"model": model}
        )
    return lost(gettext("%(model)s refuses this setting, so it is not written.") % {"model": model})


def openai_effort(case: Case) -> FieldVerdict:
    model = model_of(case.source, case.options)
    if effort_to_send(model, case.source.effort) is None:
        return lost(
            gettext("%(model)s refuses the effort “%(effort)s”, so it is not written.")
            % {"model": model, "effort": case.source.effort}
        )
    return kept()


def ranker(case: Case) -> FieldVerdict:
    return (
        kept()
        if case.field.value == "auto"
        else changed(gettext("Becomes default-2024-11-15; the old name is not taken."))
    )


def searching(case: Case) -> FieldVerdict:
    """The file search tool of OpenAI's own targets."""
    search = case.source.file_search
    if search and not search.store_ids and search.loose_files:
        count = len(search.loose_files)
        return decide(
            ngettext(
                "Needs a vector store from the %(count)d attached file: create_vector_store.py makes it. "
                "Until then the tool is left out.",
                "Needs a vector store from the %(count)d attached files: create_vector_store.py makes it. "
                "Until then the tool is left out.",
                count,
            )
            % {"count": count},
            STORE_TASK,
        )
    if search and not search.store_ids:
        return lost(
            gettext("It has no vector store to look in, so the tool is left out."),
            gettext("Choose a vector store for file search"),
        )
    if search and search.max_num_results is None:
        return changed(gettext("The number of results that assistants took by default is written out."))
    return kept()


def search_option(case: Case) -> FieldVerdict:
    return _if_store(case, kept())


def _if_store(case: Case, verdict: FieldVerdict) -> FieldVerdict:
    search = case.source.file_search
    return (
        verdict if search and search.store_ids else lost(gettext("The file search tool is left out, and this with it."))
    )


def ranker_if_store(case: Case) -> FieldVerdict:
    return _if_store(case, ranker(case))


def attached_files(case: Case) -> FieldVerdict:
    """Version 1's files, which belong to every tool."""
    search = case.source.file_search
    if search and search.loose_files:
        return decide(gettext("They go into a vector store first: create_vector_store.py makes it."), STORE_TASK)
    if case.source.code_interpreter:
        return changed(gettext("They become the files of the code interpreter."))
    return kept(gettext("Their vector store holds them."))


def in_metadata(metadata: Callable[[Source], dict[str, str]], key: str, sentence: StrOrPromise) -> Rule:
    """For what has no place of its own and stands in the metadata, where there is room."""

    def rule(case: Case) -> FieldVerdict:
        if metadata(case.source).get(key) == case.field.value:
            return changed(sentence)
        return lost(gettext("There is no place for it, and no room for it in the metadata."))

    return rule


def to_each(task: StrOrPromise) -> Rule:
    """For the names of functions: each is the same, and gives somebody the task."""

    def rule(case: Case) -> FieldVerdict:
        return kept(task=task, about=case.field.value)

    return rule


def described(case: Case) -> FieldVerdict:
    """For targets that take no function without a description."""
    tool = case.source.raw["tools"][int(case.field.path.removeprefix("tools[").partition("]")[0])]
    if tool["function"].get("description"):
        return kept()
    return changed(gettext("Descriptions are required; the function's name stands in its place."))


def metadata_as_text(case: Case) -> FieldVerdict:
    if isinstance(case.field.value, dict) and not all(isinstance(item, str) for item in case.field.value.values()):
        return changed(gettext("Values that were not text became text."))
    return kept()


def plain_instructions(case: Case) -> FieldVerdict:
    return kept(gettext("The same, byte for byte."))


def literal_braces(product: str) -> Rule:
    """For targets that can only take ``{{…}}`` as it is, and read it as a variable."""

    def rule(case: Case) -> FieldVerdict:
        if not VARIABLE.search(case.source.instructions):
            return plain_instructions(case)
        if case.options.variables is None:
            return decide(
                gettext("The text holds {{…}}, which %(product)s reads as a variable. It is handed over as it is.")
                % {"product": product},
                gettext("Decide whether {{…}} in the instructions is a variable or plain text"),
            )
        return kept(gettext("The same, byte for byte. {{…}} stays as it is."))

    return rule


OPENAI: dict[str, Rule] = ORIGIN | {
    "model": same_model,
    "instructions": plain_instructions,
    "temperature": openai_sampling,
    "top_p": openai_sampling,
    "reasoning_effort": openai_effort,
    "schema.strict": kept(gettext_lazy("Written out.")),
    "function.strict": strict_written,
    "file_search": searching,
    "max_num_results": search_option,
    "ranker": ranker_if_store,
    "score_threshold": search_option,
    "stores": kept(
        gettext_lazy(
            "The same ids. They hold in the OpenAI project that has these vector stores; elsewhere upload them again."
        )
    ),
    "file_ids": attached_files,
    "code_interpreter": kept(gettext_lazy("The same; it runs in a container that is made for it.")),
    "code_files": kept(
        gettext_lazy("The same ids. They hold in the OpenAI project that has these files; elsewhere upload them again.")
    ),
}
AGENT_ID = gettext_lazy("The agent gets an id of its own. This one stays in the metadata, as assistant_id.")
# For those that become code, and for agents that are kept elsewhere.
CODE: dict[str, Rule] = OPENAI | {"function.name": to_each(gettext_lazy("Write the function"))}
ANSWERED = to_each(gettext_lazy("Let the program that runs the agent answer the function"))
HOSTED: dict[str, Rule] = ORIGIN | {"function.name": ANSWERED}
