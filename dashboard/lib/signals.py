"""What the parts of the site tell each other without knowing each other."""

from django.dispatch import Signal

# Sent with ``workspace`` (its name) when something in it changed by a way other than the
# dashboard's own writes, such as the embedded server's /v1.
workspace_changed = Signal()

# Sent with ``workspace``, ``id`` and ``render`` when the embedded server stores or deletes an assistant, inside the
# transaction that does so. ``render(api_version)`` gives its JSON text as it is now, or None when it is gone.
assistant_stored = Signal()

# Sent with ``row`` (what was recorded) and ``at`` when the audit log takes in a row, inside its transaction.
change_recorded = Signal()
