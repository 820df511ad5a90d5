from django.apps import AppConfig
from django.core.signals import request_started


class AssistantsServerConfig(AppConfig):
    name = "assistants_server"

    def ready(self) -> None:
        from assistants_server import audit_log
        from assistants_server.assistants import announcing  # noqa: F401  (its receiver)
        from assistants_server.files import left_out_texts
        from assistants_server.importer import worker as imports
        from assistants_server.runs import worker

        audit_log.register()
        left_out_texts.register()

        # A process that answers requests also answers runs; a management command does not.
        request_started.connect(worker.ensure_started, dispatch_uid="assistants_server.runs")
        # It also finishes the imports that a dead process left.
        request_started.connect(imports.ensure_started, dispatch_uid="assistants_server.imports")
