"""The addresses below ``/w/<workspace>/``."""

from django.urls import path

from assistants_ui.views import assistants, drafts, editor, files, gestures, history, knowledge, vector_stores

urlpatterns = [
    path("assistants/", assistants.index, name="assistant-list"),
    path("assistants/new/", editor.create, name="assistant-create"),
    path("assistants/new/draft/", drafts.pulse, name="assistant-create-draft"),
    path("assistants/new/draft/discard/", drafts.discard, name="assistant-create-discard"),
    path("assistants/model/", drafts.model_note, name="assistant-model-note"),
    path("assistants/examples/", assistants.create_examples, name="assistant-examples"),
    path("assistants/deleted/", history.deleted, name="assistant-deleted"),
    path("assistants/<str:assistant_id>/", assistants.detail, name="assistant-detail"),
    path("assistants/<str:assistant_id>/edit/", editor.edit, name="assistant-edit"),
    path("assistants/<str:assistant_id>/edit/draft/", drafts.pulse, name="assistant-draft"),
    path("assistants/<str:assistant_id>/edit/draft/discard/", drafts.discard, name="assistant-discard"),
    path("assistants/<str:assistant_id>/edit/compare/", editor.compare, name="assistant-edit-compare"),
    path("assistants/<str:assistant_id>/delete/", assistants.delete, name="assistant-delete"),
    path("assistants/<str:assistant_id>/duplicate/", assistants.duplicate, name="assistant-duplicate"),
    path("assistants/<str:assistant_id>/files/", knowledge.attach, name="assistant-files"),
    path("assistants/<str:assistant_id>/files/<str:file_id>/detach/", knowledge.detach, name="assistant-file-detach"),
    path("assistants/<str:assistant_id>/history/", history.index, name="assistant-history"),
    path("assistants/<str:assistant_id>/history/compare/", history.compare, name="assistant-compare"),
    path("assistants/<str:assistant_id>/history/<int:revision>/", history.revision, name="assistant-revision"),
    path("assistants/<str:assistant_id>/history/<int:revision>/restore/", history.restore, name="assistant-restore"),
    path("assistants/<str:assistant_id>/history/<int:revision>/undo/", history.undo, name="assistant-undo"),
    path("assistants/<str:assistant_id>/undelete/", history.undelete, name="assistant-undelete"),
    path("assistants/<str:assistant_id>/knowledge/", knowledge.knowledge, name="assistant-knowledge"),
    path(
        "assistants/<str:assistant_id>/vector-stores/<str:store_id>/forget/",
        knowledge.forget_store,
        name="assistant-store-forget",
    ),
    path("files/", files.index, name="file-list"),
    path("files/delete/", files.delete, name="file-delete"),
    path("files/<str:file_id>/", files.detail, name="file-detail"),
    path("vector-stores/", vector_stores.index, name="vector-store-list"),
    path("vector-stores/<str:store_id>/", vector_stores.detail, name="vector-store-detail"),
    path("gestures/<str:gesture_id>/finish/", gestures.finish, name="gesture-finish"),
    path("gestures/<str:gesture_id>/remove/", gestures.remove, name="gesture-remove"),
    path("uploads/<str:token>/cancel/", gestures.cancel, name="upload-cancel"),
    path("uploads/<str:token>/", gestures.progress, name="upload-progress"),
]
