from django.apps import AppConfig


class AssistantsServerConfig(AppConfig):
    name = "assistants_server"
