"""The record in the words of a person: "changed the instructions (2 lines) and added 1 file".

Facts are stored, sentences are made when they are shown, so that a better wording reaches old
rows too. A sentence begins with its verb; who acted and on what stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.lib.counting import counted

# What was done, and the same as something that somebody tried to do.
VERBS: dict[str, tuple[str, str]] = {
    "assistant.create": ("created the assistant", "create the assistant"),
    "assistant.update": ("saved the assistant", "change the assistant"),
    "assistant.handed_over": ("handed over the assistant", "hand over the assistant"),
    "assistant.delete": ("deleted the assistant", "delete the assistant"),
    "assistant.changed_outside": ("changed the assistant", "change the assistant"),
    "assistant_file.create": ("attached the file", "attach the file"),
    "assistant_file.delete": ("detached the file", "detach the file"),
    "file.create": ("uploaded the file", "upload the file"),
    "file.delete": ("deleted the file", "delete the file"),
    "vector_store.create": ("created the vector store", "create the vector store"),
    "vector_store.update": ("changed the vector store", "change the vector store"),
    "vector_store.delete": ("deleted the vector store", "delete the vector store"),
    "vector_store_file.create": ("added the file", "add the file"),
    "vector_store_file.update": ("changed the attributes of the file", "change the attributes of the file"),
    "vector_store_file.delete": ("removed the file", "remove the file"),
    "vector_store_file_batch.create": (
        "added several files to the vector store",
        "add several files to a vector store",
    ),
    "vector_store_file_batch.cancel": ("stopped adding files", "stop adding files"),
    "thread.create": ("created the thread", "create the thread"),
    "thread.update": ("changed the thread", "change the thread"),
    "thread.delete": ("deleted the thread", "delete the thread"),
    "message.create": ("added a message", "add a message"),
    "message.update": ("changed the metadata of the message", "change the metadata of the message"),
    "message.delete": ("deleted the message", "delete the message"),
    "run.create": ("started the run", "start the run"),
    "run.update": ("changed the metadata of the run", "change the metadata of the run"),
    "run.cancel": ("cancelled the run", "cancel the run"),
    "run.submit_tool_outputs": ("submitted tool outputs to the run", "submit tool outputs to the run"),
    "session.sign_in": ("signed in", "sign in"),
    "session.sign_in_failed": ("signed in", "sign in"),
    "session.sign_out": ("signed out", "sign out"),
    "session.locked": ("was locked out after too many attempts", "sign in again after too many attempts"),
    "session.end_all": ("ended every session", "end every session"),
    "member.create": ("made an account", "make an account"),
    "member.update": ("changed the account", "change the account"),
    "member.invite": ("invited a colleague", "invite a colleague"),
    "member.invite_accepted": ("accepted the invitation", "accept the invitation"),
    "member.roles": ("changed the roles", "change the roles"),
    "member.deactivate": ("deactivated the account", "deactivate the account"),
    "member.reactivate": ("opened the account again", "open the account again"),
    "password.change": ("changed the password", "change the password"),
    "password.reset": ("chose a new password", "choose a new password"),
    "password.reset_requested": ("made a link for a new password", "make a link for a new password"),
    "api_key.create": ("made an API key", "make an API key"),
    "api_key.revoke": ("revoked an API key", "revoke an API key"),
    "import.run": ("imported assistants", "import assistants"),
    "export.run": ("exported assistants", "export assistants"),
    "audit.export": ("exported the audit log", "export the audit log"),
    "audit.verify": ("verified the audit log", "verify the audit log"),
    "audit.purge": ("purged old rows of the audit log", "purge old rows of the audit log"),
    "audit.key": ("printed the keys that verify exports", "print the keys that verify exports"),
    "site.start": ("started the site", "start the site"),
    "security.head_unconfirmed": ("found the head of the audit log changed", "confirm the head of the audit log"),
    "security.permission_denied": ("opened a page beyond their role", "open a page that their role does not allow"),
    "security.csrf_refused": ("sent a form without its token", "send a form that this site had not given out"),
    "security.sign_on_refused": ("signed on", "use single sign-on"),
}
FIELDS = {
    "model": "the model",
    "description": "the description",
    "instructions": "the instructions",
    "temperature": "the temperature",
    "top_p": "Top P",
    "reasoning_effort": "the reasoning effort",
    "response_format": "the response format",
    "expires_after": "the expiry",
    "email": "the e-mail address",
    "active": "whether the account is open",
}
# The tools of the protocol itself; any other name is a function's, which stays as it is written.
BUILT_IN = {"code_interpreter": "code interpreter", "file_search": "file search"}
ENDINGS = {
    "refused": "but it was refused",
    "not_sent": "but nothing was sent",
    "unknown": "and no answer was heard",
    "": "and the end is not recorded",
}


# The outcome of a row whose text cannot be read. No act has it, so no such row counts as done.
DAMAGED = "damaged"


def sentence(head: Mapping[str, Any], *, file_names: Mapping[str, str] | None = None) -> str:
    """What happened, without who and where. ``head`` is a row's parsed head."""
    action = str(head["action"])
    if head["outcome"] == DAMAGED:
        return "cannot be read: its text is not what was sealed"
    past, infinitive = VERBS.get(action, (action, action))
    outcome = str(head["outcome"])
    if outcome != "succeeded":
        return f"tried to {infinitive}, {ENDINGS.get(outcome, ENDINGS[''])}"
    context, detail = head.get("context") or {}, head.get("detail") or {}
    if context.get("undo_of"):
        rest = {name: value for name, value in context.items() if name != "undo_of"}
        return f"undid a change: {sentence({**head, 'context': rest}, file_names=file_names)}"
    changes = describe_changes(head.get("changes") or {}, file_names=file_names or {}, context=context)
    if context.get("duplicate_of"):
        return "made a copy of another assistant"
    if context.get("undelete_of"):
        return "brought the deleted assistant back"
    if context.get("restored_from"):
        return f"restored an earlier version: {changes}" if changes else "restored an earlier version"
    file = context.get("file_name") or head.get("target_label")
    if file and action.startswith(("vector_store_file.", "assistant_file.")):
        is_given = action == "vector_store_file.create" and context.get("assistant_id")
        return f"{'attached' if is_given else past.removesuffix(' the file')} {file}"
    if action == "vector_store_file_batch.create" and (
        added := detail.get("files") or len(context.get("file_ids", []))
    ):
        return f"added {counted(added, 'file')} to the vector store"
    if action == "audit.export" and "rows" in detail:
        return f"exported {counted(detail['rows'], 'row')} of the audit log"
    if action == "audit.verify" and "whole" in detail:
        return f"verified the audit log: {_verdict(detail)}"
    if action == "audit.purge" and "purged_to" in detail:
        return f"purged the audit log up to row {detail['purged_to']}"
    if action.endswith((".create", ".delete", ".invite")):
        return past
    return changes or ("saved it as it was" if action == "assistant.update" else past)


def _verdict(detail: Mapping[str, Any]) -> str:
    if detail["whole"]:
        return "it is whole"
    return "its chain holds, but a noted head does not fit it" if detail.get("holds") else "it is broken"


def intention(head: Mapping[str, Any]) -> str:
    """What an intent says once another row tells how it ended."""
    action = str(head["action"])
    return f"was about to {VERBS.get(action, (action, action))[1]}"


def describe_changes(changes: Mapping[str, Any], *, file_names: Mapping[str, str], context: Mapping[str, Any]) -> str:
    """The clauses of all changes, joined as people join them."""
    clauses, changes = _handed(changes, context=context)
    clauses += [clause for field, facts in changes.items() for clause in _clauses(field, facts, file_names)]
    if len(clauses) > 4:
        clauses = [*clauses[:3], f"{len(clauses) - 3} more changes"]
    return as_list(clauses)


def as_list(clauses: Sequence[str]) -> str:
    """``a, b and c``."""
    return ", ".join(clauses[:-1]) + " and " + clauses[-1] if len(clauses) > 1 else "".join(clauses)


def _handed(changes: Mapping[str, Any], *, context: Mapping[str, Any]) -> tuple[list[str], Mapping[str, Any]]:
    """The file that an update was for, by the name that was noted with it, and the changes left to tell.

    Stores are exchanged for the sake of such a file; that is the means and not what was done. A
    store that is gone is noted in the same way, and is no file.
    """
    files, stores = changes.get("files", {}), changes.get("vector_stores", {})
    taken, given = context.get("detached"), context.get("attached")
    rest = {field: facts for field, facts in changes.items() if field not in ("files", "vector_stores")}
    if taken and (files or stores) and taken not in stores.get("removed", []):
        return [f"removed {taken}"], rest
    if given and (files.get("added") or stores.get("added")):
        gone = {"removed": stores["removed"]} if stores.get("removed") else {}
        return [f"attached {given}"], rest | ({"vector_stores": gone} if gone else {})
    return [], changes


def _clauses(field: str, facts: Mapping[str, Any], file_names: Mapping[str, str]) -> list[str]:
    match field:
        case "name":
            return [f"renamed it to “{facts['to']}”" if facts.get("to") else "changed the name"]
        case "instructions" | "description":
            return [_text_clause(FIELDS[field], facts)]
        case "files":
            return _listed(facts, one="file", verbs=("added", "removed"), names=file_names)
        case "vector_stores":
            return _listed(facts, one="vector store", verbs=("connected", "disconnected"), names=file_names)
        case "tools":
            return _named(facts, one="tool")
        case "metadata":
            return _named(facts, one="metadata")
        case "roles":
            return _roles(facts)
        case "expires_after" if facts.get("from") and not facts.get("to"):
            return ["removed the expiry"]
    name = FIELDS.get(field, field.replace("_", " "))
    old, new = facts.get("from"), facts.get("to")
    if old is not None and new is not None:
        return [f"changed {name} from {_value(old)} to {_value(new)}"]
    if new is not None:
        return [f"set {name} to {_value(new)}"]
    return [f"changed {name}"]


def _text_clause(name: str, facts: Mapping[str, Any]) -> str:
    lines = counted(facts.get("lines", 0), "line")
    if facts.get("added"):
        return f"wrote {name} ({lines})"
    if facts.get("removed"):
        return f"emptied {name}"
    return f"changed {name} ({lines})" if facts.get("lines") else f"reordered {name}"


def _listed(facts: Mapping[str, Any], *, one: str, verbs: tuple[str, str], names: Mapping[str, str]) -> list[str]:
    clauses = []
    for verb, ids in zip(verbs, (facts.get("added", []), facts.get("removed", [])), strict=True):
        if len(ids) == 1 and ids[0] in names:
            clauses.append(f"{verb} {names[ids[0]]}")
        elif ids:
            clauses.append(f"{verb} {counted(len(ids), one)}")
    return clauses


def _named(facts: Mapping[str, Any], *, one: str) -> list[str]:
    clauses = []
    for verb in ("added", "removed", "changed"):
        names = [BUILT_IN.get(name, str(name)) if one == "tool" else str(name) for name in facts.get(verb, [])]
        if len(names) > 2:
            clauses.append(f"{verb} {len(names)} {one if one == 'metadata' else one + 's'}")
        elif names:
            clauses.append(f"{verb} {'the ' if one == 'tool' else ''}{one} {' and '.join(names)}")
    return clauses


def _roles(facts: Mapping[str, Any]) -> list[str]:
    given, taken = facts.get("added", []), facts.get("removed", [])
    return ([f"gave the role {' and '.join(given)}"] if given else []) + (
        [f"took the role {' and '.join(taken)}"] if taken else []
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "nothing"
