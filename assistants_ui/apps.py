from django.apps import AppConfig


class AssistantsUIConfig(AppConfig):
    name = "assistants_ui"

    def ready(self) -> None:
        from assistants_ui.audit_log import registration

        registration.register()
