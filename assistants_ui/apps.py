from django.apps import AppConfig


class AssistantsUIConfig(AppConfig):
    name = "assistants_ui"
