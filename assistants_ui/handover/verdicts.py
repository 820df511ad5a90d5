"""Verdicts that several targets share."""

from __future__ import annotations

from assistants_ui.handover.losses import Case, FieldVerdict, Rule, changed, decide, kept, lost
from assistants_ui.handover.model_facts import drops_sampling, effort_to_send, end_of
from assistants_ui.handover.shapes import model_of
from assistants_ui.handover.texts import VARIABLE

SAME = kept()
ORIGIN: dict[str, Rule] = {
    "object": kept("Says only that this is an assistant."),
    "created_at": lost("The day it was created stays here."),
    "filled_in": kept("What the server fills in by itself, so nothing is written."),
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
STORE_TASK = "Create a vector store from the attached files and put its id into the configuration"


def strict_written(case: Case) -> FieldVerdict:
    return kept("Written out, because absent means true there." if not case.field.value else "The same.")


def same_model(case: Case) -> FieldVerdict:
    """For targets that take OpenAI's models by their names."""
    model = case.source.model
    mapped = case.options.models.get(model)
    name = mapped or model
    day = end_of(name)
    ending = f" OpenAI ends {name} on {day}." if day else ""
    if mapped and mapped != model:
        return changed(f"{model} becomes {mapped}, as you chose.{ending}", _model_task(name) if day else "")
    if day:
        return kept(f"The same.{ending}") if mapped else decide(f"The same for now.{ending}", _model_task(name))
    return kept()


def _model_task(model: str) -> str:
    return f"Choose a model in place of {model} (it ends on {end_of(model)})"


def other_model(vendor: str, thing: str = "model") -> Rule:
    """For targets with models of their own: never translated silently."""

    def rule(case: Case) -> FieldVerdict:
        model = case.source.model
        mapped = case.options.models.get(model)
        if mapped:
            return changed(f"{model} becomes {mapped}, as you chose.") if mapped != model else kept()
        return decide(
            f"{vendor} has its own {thing} names. The files still say {model}.",
            f"Choose a {vendor} {thing} for {model}",
        )

    return rule


def openai_sampling(case: Case) -> FieldVerdict:
    model = model_of(case.source, case.options)
    if not drops_sampling(model, case.source.effort):
        return kept("The same; 1 is the default." if case.field.value == 1 else "The same.")
    if case.field.value == 1:
        return kept(f"1 is the default. {model} refuses the setting, so it is not written.")
    return lost(f"{model} refuses this setting, so it is not written.")


def openai_effort(case: Case) -> FieldVerdict:
    model = model_of(case.source, case.options)
    if effort_to_send(model, case.source.effort) is None:
        return lost(f"{model} refuses the effort “{case.source.effort}”, so it is not written.")
    return kept()


def ranker(case: Case) -> FieldVerdict:
    return kept() if case.field.value == "auto" else changed("Becomes default-2024-11-15; the old name is not taken.")


def searching(case: Case) -> FieldVerdict:
    """The file search tool of OpenAI's own targets."""
    search = case.source.file_search
    if search and not search.store_ids and search.loose_files:
        count = len(search.loose_files)
        return decide(
            f"Needs a vector store from the {count} attached file{'s' if count > 1 else ''}: create_vector_store.py "
            "makes it. Until then the tool is left out.",
            STORE_TASK,
        )
    if search and not search.store_ids:
        return lost(
            "It has no vector store to look in, so the tool is left out.", "Choose a vector store for file search"
        )
    if search and search.max_num_results is None:
        return changed("The number of results that assistants took by default is written out.")
    return kept()


def search_option(case: Case) -> FieldVerdict:
    return _if_store(case, kept())


def _if_store(case: Case, verdict: FieldVerdict) -> FieldVerdict:
    search = case.source.file_search
    return verdict if search and search.store_ids else lost("The file search tool is left out, and this with it.")


def ranker_if_store(case: Case) -> FieldVerdict:
    return _if_store(case, ranker(case))


def attached_files(case: Case) -> FieldVerdict:
    """Version 1's files, which belong to every tool."""
    search = case.source.file_search
    if search and search.loose_files:
        return decide("They go into a vector store first: create_vector_store.py makes it.", STORE_TASK)
    if case.source.code_interpreter:
        return changed("They become the files of the code interpreter.")
    return kept("Their vector store holds them.")


def upload_again(what: str, where: str) -> Rule:
    """Ids that mean nothing in another account."""
    return changed(
        f"The ids are those of this server. Upload the {what} to {where} and replace them.",
        f"Upload the {what} to {where}",
    )


def same_account(what: str) -> Rule:
    return kept(f"The same ids. They hold in the OpenAI project that has these {what}; elsewhere upload them again.")


def metadata_as_text(case: Case) -> FieldVerdict:
    if isinstance(case.field.value, dict) and not all(isinstance(item, str) for item in case.field.value.values()):
        return changed("Values that are no text became text.")
    return kept()


def plain_instructions(case: Case) -> FieldVerdict:
    return kept("The same, byte for byte.")


def literal_braces(product: str) -> Rule:
    """For targets that can only take ``{{…}}`` as it is, and read it as a variable."""

    def rule(case: Case) -> FieldVerdict:
        if not VARIABLE.search(case.source.instructions):
            return plain_instructions(case)
        if case.options.variables is None:
            return decide(
                f"The text holds {{{{…}}}}, which {product} reads as a variable. It is handed over as it is.",
                "Decide whether {{…}} in the instructions is a variable or plain text",
            )
        return kept("The same, byte for byte. {{…}} stays as it is.")

    return rule


OPENAI: dict[str, Rule] = ORIGIN | {
    "model": same_model,
    "instructions": plain_instructions,
    "temperature": openai_sampling,
    "top_p": openai_sampling,
    "reasoning_effort": openai_effort,
    "schema.strict": kept("Written out."),
    "function.strict": strict_written,
    "file_search": searching,
    "max_num_results": search_option,
    "ranker": ranker_if_store,
    "score_threshold": search_option,
    "stores": same_account("vector stores"),
    "file_ids": attached_files,
    "code_interpreter": kept("The same; it runs in a container that is made for it."),
    "code_files": same_account("files"),
}
