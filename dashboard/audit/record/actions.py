"""Every act that the record knows. What is not in this list cannot be written down by mistake."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """A dotted name: what it was done to, then what was done."""

    ASSISTANT_CREATE = "assistant.create"
    ASSISTANT_UPDATE = "assistant.update"
    ASSISTANT_DELETE = "assistant.delete"
    ASSISTANT_CHANGED_OUTSIDE = "assistant.changed_outside"
    ASSISTANT_HANDED_OVER = "assistant.handed_over"
    ASSISTANT_FILE_CREATE = "assistant_file.create"
    ASSISTANT_FILE_DELETE = "assistant_file.delete"
    FILE_CREATE = "file.create"
    FILE_DELETE = "file.delete"
    VECTOR_STORE_CREATE = "vector_store.create"
    VECTOR_STORE_UPDATE = "vector_store.update"
    VECTOR_STORE_DELETE = "vector_store.delete"
    VECTOR_STORE_FILE_CREATE = "vector_store_file.create"
    VECTOR_STORE_FILE_UPDATE = "vector_store_file.update"
    VECTOR_STORE_FILE_DELETE = "vector_store_file.delete"
    VECTOR_STORE_FILE_BATCH_CREATE = "vector_store_file_batch.create"
    VECTOR_STORE_FILE_BATCH_CANCEL = "vector_store_file_batch.cancel"

    THREAD_CREATE = "thread.create"
    THREAD_UPDATE = "thread.update"
    THREAD_DELETE = "thread.delete"
    MESSAGE_CREATE = "message.create"
    MESSAGE_UPDATE = "message.update"
    MESSAGE_DELETE = "message.delete"
    RUN_CREATE = "run.create"
    RUN_UPDATE = "run.update"
    RUN_CANCEL = "run.cancel"
    RUN_SUBMIT_TOOL_OUTPUTS = "run.submit_tool_outputs"

    SESSION_SIGN_IN = "session.sign_in"
    SESSION_SIGN_IN_FAILED = "session.sign_in_failed"
    SESSION_SIGN_OUT = "session.sign_out"
    SESSION_LOCKED = "session.locked"
    SESSION_END_ALL = "session.end_all"
    MEMBER_CREATE = "member.create"
    MEMBER_UPDATE = "member.update"
    MEMBER_INVITE = "member.invite"
    MEMBER_INVITE_ACCEPTED = "member.invite_accepted"
    MEMBER_ROLES = "member.roles"
    MEMBER_DEACTIVATE = "member.deactivate"
    MEMBER_REACTIVATE = "member.reactivate"
    PASSWORD_CHANGE = "password.change"  # noqa: S105  (a name, not a password)
    PASSWORD_RESET = "password.reset"  # noqa: S105  (a name, not a password)
    PASSWORD_RESET_REQUESTED = "password.reset_requested"  # noqa: S105  (a name, not a password)
    API_KEY_CREATE = "api_key.create"
    API_KEY_REVOKE = "api_key.revoke"

    IMPORT_RUN = "import.run"
    EXPORT_RUN = "export.run"
    AUDIT_EXPORT = "audit.export"
    AUDIT_VERIFY = "audit.verify"
    AUDIT_PURGE = "audit.purge"
    AUDIT_KEY = "audit.key"
    SITE_START = "site.start"

    SECURITY_HEAD_UNCONFIRMED = "security.head_unconfirmed"
    SECURITY_PERMISSION_DENIED = "security.permission_denied"
    SECURITY_CSRF_REFUSED = "security.csrf_refused"
    SECURITY_SIGN_ON_REFUSED = "security.sign_on_refused"
