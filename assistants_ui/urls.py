"""The addresses below ``/w/<workspace>/``."""

from django.urls import path

from assistants_ui.views import assistants, knowledge

urlpatterns = [
    path("assistants/", assistants.index, name="assistant-list"),
    path("assistants/new/", assistants.create, name="assistant-create"),
    path("assistants/examples/", assistants.create_examples, name="assistant-examples"),
    path("assistants/<str:assistant_id>/", assistants.detail, name="assistant-detail"),
    path("assistants/<str:assistant_id>/edit/", assistants.edit, name="assistant-edit"),
    path("assistants/<str:assistant_id>/delete/", assistants.delete, name="assistant-delete"),
    path("assistants/<str:assistant_id>/duplicate/", assistants.duplicate, name="assistant-duplicate"),
    path("assistants/<str:assistant_id>/files/", knowledge.attach, name="assistant-files"),
    path("assistants/<str:assistant_id>/files/<str:file_id>/detach/", knowledge.detach, name="assistant-file-detach"),
]
