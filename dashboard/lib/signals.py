"""What the parts of the site tell each other without knowing each other."""

from django.dispatch import Signal

# Sent with ``workspace`` (its name) when something in it changed by a way other than the
# dashboard's own writes, such as the embedded server's /v1.
workspace_changed = Signal()
