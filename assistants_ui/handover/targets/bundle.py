"""The bundle for people: plain words, the text, the assistant as JSON and its files. It imports here again."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext, gettext_lazy, gettext_noop, ngettext

from assistants_ui.domain.model_rules import end_of
from assistants_ui.handover.conversations import SCRIPT
from assistants_ui.handover.losses import Case, FieldVerdict, Rule, kept, lost
from assistants_ui.handover.options import HandedFile, HandoverOptions
from assistants_ui.handover.source import KINDS, Source
from assistants_ui.handover.target import Content, Files, HandoverTarget, with_instructions
from assistants_ui.handover.texts import line, pretty, slug, unique
from assistants_ui.handover.verdicts import ending_of, model_task
from dashboard.lib.stored_texts import reword
from dashboard.lib.texts import sentences

WHOLE = kept(gettext_lazy("In assistant.json."))
WHOLE_README = "This folder holds one AI assistant, whole. Nothing else is needed to read it."
GAPS_README = (
    "This folder holds one AI assistant, but not all of its files: `losses.md` says why some did not come along."
)
NO_SUCH_FILE = gettext_noop("the server has no such file")


def _files(case: Case) -> FieldVerdict:
    """What came along of the files that a field names."""
    contents = case.options.contents
    ids = [one for one in case.field.value if isinstance(one, str)] if isinstance(case.field.value, list) else []
    if case.field.kind == "stores":
        unread = [one for one in ids if one not in contents.stores]
        held = [file["id"] for one in ids for file in contents.stores.get(one, {}).get("files", [])]
        if unread:
            sentence = gettext("The server gave no vector store %(ids)s.") % {"ids": ", ".join(unread)[:200]}
            return lost(sentence, gettext("Find out what the store held"))
        ids = held
    missing = [one for one in ids if one not in contents.files or contents.files[one].path is None]
    if missing:
        reasons = {contents.files[one].reason if one in contents.files else NO_SUCH_FILE for one in missing}
        sentence = gettext(
            "The ids are in assistant.json. %(missing)d of %(all)d files did not come along: %(reasons)s."
        ) % {"missing": len(missing), "all": len(ids), "reasons": "; ".join(sorted(map(_reason, reasons)))[:300]}
        if texts := sum(one in contents.files and contents.files[one].text is not None for one in missing):
            read = gettext("The text that was read from %(count)d of them is under files/, in files that end in .txt.")
            sentence = sentences(sentence, read % {"count": texts})
        return lost(sentence, gettext("Get the files that did not come along from whoever has them"))
    sentence = ngettext(
        "In assistant.json, and %(count)d file under files/.",
        "In assistant.json, and %(count)d files under files/.",
        len(ids),
    )
    return kept(sentence % {"count": len(ids)})


def _reason(stored: str) -> str:
    words = reword(stored)
    return words[:1].lower() + words[1:]


def _model(case: Case) -> FieldVerdict:
    model = case.source.model
    if end := end_of(model):
        return kept(sentences(WHOLE.sentence, ending_of(model, end)), *model_task(model, end))
    return WHOLE


RULES: dict[str, Rule] = {
    **dict.fromkeys(KINDS, WHOLE),
    "instructions": kept(gettext_lazy("The same, byte for byte: in instructions.md and assistant.json.")),
    "model": _model,
    "stores": _files,
    "code_files": _files,
    "file_ids": _files,
}


def files_of(source: Source) -> list[str]:
    """The files that the assistant names itself."""
    code = source.code_interpreter.file_ids if source.code_interpreter else ()
    loose = source.file_search.loose_files if source.file_search else ()
    return list(dict.fromkeys([*code, *loose]))


def build(source: Source, options: HandoverOptions) -> Files:
    store_ids = source.file_search.store_ids if source.file_search else ()
    stores = [options.contents.stores[one] for one in store_ids if one in options.contents.stores]
    wanted = dict.fromkeys([*files_of(source), *(file["id"] for store in stores for file in store.get("files", []))])
    came = {one: found for one in wanted if (found := options.contents.files.get(one)) and found.path is not None}
    texts = {one: found.text for one in wanted if (found := options.contents.files.get(one)) and found.text}
    named = [_file_name(options.contents.files[one]) for one in came]
    named += [f"{_file_name(options.contents.files[one])}.txt" for one in texts]
    names = dict(zip([*came, *texts], unique(named), strict=True))
    paths = {one: names[one] for one in came}
    manifest = {
        "format": "assistants-dashboard",
        "version": 1,
        "assistants": "assistant.json",
        "files": [{**file.raw, "sha256": file.sha256} for file in came.values()],
        "paths": {one: f"files/{name}" for one, name in paths.items()},
        "vector_stores": [
            {**store, "files": [file for file in store["files"] if file["id"] in came]} for store in stores
        ],
    }
    files: Files = {
        "README.md": readme(
            source,
            paths.values(),
            [names[one] for one in texts],
            is_whole=len(came) == len(wanted) and len(stores) == len(store_ids),
        ),
        "assistant.json": pretty(source.raw),
        "manifest.json": pretty(manifest),
        "threads_to_conversations.py": SCRIPT,
    }
    held: dict[str, Content] = {f"files/{name}": path for one, name in paths.items() if (path := came[one].path)}
    return with_instructions(source, files | held | {f"files/{names[one]}": text for one, text in texts.items()})


def _file_name(file: HandedFile) -> str:
    """A name that every system can keep."""
    stem, dot, ending = str(file.raw.get("filename") or "").rpartition(".")
    short = slug(ending, longest=10, fallback="bin")
    return f"{slug(stem if dot else ending, fallback='file')}.{short}" if dot else slug(ending, fallback="file")


def readme(source: Source, files: Iterable[str], texts: Iterable[str], *, is_whole: bool) -> str:
    """What a person reads first. ``files`` and ``texts`` are names under files/; ``is_whole`` if no file is missing."""
    tools = [
        *(["searches its files"] if source.file_search else []),
        *(["runs code on its files"] if source.code_interpreter else []),
        *(
            [f"may ask a program for: {', '.join(line(one.name) for one in source.functions)}"]
            if source.functions
            else []
        ),
    ]
    lines = [f"# {line(source.title, longest=256)}", ""]
    if source.description:
        lines += [line(source.description, longest=600), ""]
    lines += [
        WHOLE_README if is_whole else GAPS_README,
        "",
        *(["* `instructions.md` is what the assistant is told to do."] if source.instructions else []),
        f"* It answers with the model {line(source.model) or 'of its server'}.",
        *(f"* It {tool}." for tool in tools),
        *(f"* `files/{name}` is one of its files." for name in files),
        *(
            f"* `files/{name}` is the text that was read from one of its files, which did not come along."
            for name in texts
        ),
        "* `losses.md` says what could not come along.",
        "* `assistant.json` is for programs. Assistants Dashboard takes it back on its page *Import*, or with",
        "  `manage.py import_assistants` and the path of this folder. The files are then uploaded by hand.",
        "* `threads_to_conversations.py` is for programmers whose code kept threads.",
    ]
    return "\n".join(lines) + "\n"


TARGET = HandoverTarget(
    name="bundle",
    label=gettext_lazy("Bundle for people"),
    summary=gettext_lazy(
        "Plain words, the text, the JSON and the files; can be read without any program and imports here again."
    ),
    rules=RULES,
    build=build,
    takes_files=True,
)
