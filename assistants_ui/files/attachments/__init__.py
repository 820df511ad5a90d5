"""Attaching a file, from the click to the end, so that no step is ever done twice or lost sight of.

    upload  ->  (make a store)  ->  put it in  ->  tell the assistant

What has been reached is written down before the next step. Whoever comes later, after a lost
answer, a refusal or a killed process, carries on from there with :func:`finish` or undoes it with
:func:`remove`.
"""

from __future__ import annotations

from assistants_ui.files.attachments.rollback import cancel, remove
from assistants_ui.files.attachments.run import attach_existing, attach_upload, finish
from assistants_ui.files.attachments.types import Content, Destination

__all__ = ["Content", "Destination", "attach_existing", "attach_upload", "cancel", "finish", "remove"]
