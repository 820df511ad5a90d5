from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.core.signals import request_started


class AssistantsUIConfig(AppConfig):
    name = "assistants_ui"

    def ready(self) -> None:
        from assistants_ui.assistants.editor.session import forget_unused_snapshots
        from assistants_ui.audit_log import registration
        from assistants_ui.catalog import keeping  # noqa: F401  (its receivers)
        from assistants_ui.evaluations import worker
        from assistants_ui.handover import record as handovers

        registration.register()
        handovers.register()
        user_logged_in.connect(forget_unused_snapshots, dispatch_uid="assistants_ui.snapshots")
        # A process that answers requests asks test questions too; a management command does not.
        request_started.connect(worker.ensure_started, dispatch_uid="assistants_ui.evaluations")
