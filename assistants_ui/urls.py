"""The addresses below ``/w/<workspace>/``."""

from django.urls import path

from assistants_ui.assistants import catalog_views as catalog
from assistants_ui.assistants import model_views
from assistants_ui.assistants import views as assistants
from assistants_ui.assistants.editor import draft_views
from assistants_ui.assistants.editor import views as editor
from assistants_ui.assistants.history import views as history
from assistants_ui.assistants.saved import views as saved_views
from assistants_ui.bulk import views as bulk
from assistants_ui.conversations import views as conversations
from assistants_ui.evaluations import run_views as question_runs
from assistants_ui.evaluations import views as evaluations
from assistants_ui.files import views as files
from assistants_ui.files.attachments import job_views
from assistants_ui.files.attachments import views as knowledge
from assistants_ui.handover import views as handover
from assistants_ui.undo import views as undo
from assistants_ui.vector_stores import file_views as store_files
from assistants_ui.vector_stores import views as vector_stores

urlpatterns = [
    path("assistants/", assistants.index, name="assistant-list"),
    path("assistants/new/", editor.create, name="assistant-create"),
    path("assistants/new/draft/", draft_views.autosave, name="assistant-create-draft"),
    path("assistants/new/draft/discard/", draft_views.discard, name="assistant-create-discard"),
    path("assistants/model/", draft_views.model_note, name="assistant-model-note"),
    path("assistants/examples/", assistants.create_examples, name="assistant-examples"),
    path("assistants/refresh/", catalog.refresh, name="catalog-refresh"),
    path("assistants/reading/", catalog.status, name="catalog-status"),
    path("assistants/models/", model_views.models, name="models-in-use"),
    path("assistants/views/", saved_views.index, name="saved-views"),
    path("assistants/views/<int:view_id>/", saved_views.edit, name="saved-view"),
    path("assistants/views/<int:view_id>/delete/", saved_views.delete, name="saved-view-delete"),
    path("assistants/columns/", assistants.columns, name="assistant-columns"),
    path("assistants/change/", bulk.choose, name="bulk-choose"),
    path("assistants/change/recent/", bulk.recent, name="bulk-recent"),
    path("assistants/change/<str:job_id>/", bulk.job, name="bulk-job"),
    path("assistants/change/<str:job_id>/undo/", bulk.undo, name="bulk-undo"),
    path("assistants/deleted/", history.deleted, name="assistant-deleted"),
    path("assistants/<str:assistant_id>/", assistants.detail, name="assistant-detail"),
    path("assistants/<str:assistant_id>/favourite/", assistants.favourite, name="assistant-favourite"),
    path("assistants/<str:assistant_id>/edit/", editor.edit, name="assistant-edit"),
    path("assistants/<str:assistant_id>/edit/draft/", draft_views.autosave, name="assistant-draft"),
    path("assistants/<str:assistant_id>/edit/draft/discard/", draft_views.discard, name="assistant-discard"),
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
    path("assistants/<str:assistant_id>/try/", conversations.page, name="assistant-try"),
    path("assistants/<str:assistant_id>/try/stream/", conversations.stream, name="assistant-try-stream"),
    path("assistants/<str:assistant_id>/try/stop/", conversations.stop, name="assistant-try-stop"),
    path("assistants/<str:assistant_id>/questions/", evaluations.index, name="assistant-questions"),
    path("assistants/<str:assistant_id>/questions/new/", evaluations.create, name="question-create"),
    path("assistants/<str:assistant_id>/questions/keep/", evaluations.keep, name="question-keep"),
    path("assistants/<str:assistant_id>/questions/import/", evaluations.import_questions, name="question-import"),
    path("assistants/<str:assistant_id>/questions/export/", evaluations.export, name="question-export"),
    path("assistants/<str:assistant_id>/questions/run/", question_runs.start, name="question-run-start"),
    path("assistants/<str:assistant_id>/questions/standing/", question_runs.standing, name="question-standing"),
    path("assistants/<str:assistant_id>/questions/runs/<int:run>/", question_runs.show, name="question-run"),
    path(
        "assistants/<str:assistant_id>/questions/runs/<int:run>/cancel/",
        question_runs.cancel,
        name="question-run-cancel",
    ),
    path(
        "assistants/<str:assistant_id>/questions/runs/<int:run>/judge/", question_runs.judge, name="question-run-judge"
    ),
    path("assistants/<str:assistant_id>/questions/<int:question>/", evaluations.edit, name="question-edit"),
    path("assistants/<str:assistant_id>/questions/<int:question>/delete/", evaluations.delete, name="question-delete"),
    path("assistants/<str:assistant_id>/questions/deleted/<int:seq>/", evaluations.undelete, name="question-undelete"),
    path("assistants/<str:assistant_id>/hand-over/", handover.one, name="assistant-hand-over"),
    path("hand-over/", handover.several, name="hand-over"),
    path("files/", files.index, name="file-list"),
    path("files/delete/", files.delete, name="file-delete"),
    path("files/new/", files.create, name="file-create"),
    path("files/<str:file_id>/", files.detail, name="file-detail"),
    path("files/<str:file_id>/content/", files.content, name="file-content"),
    path("files/<str:file_id>/image/", files.image, name="file-image"),
    path("vector-stores/", vector_stores.index, name="vector-store-list"),
    path("vector-stores/new/", vector_stores.create, name="vector-store-create"),
    path("vector-stores/<str:store_id>/", vector_stores.detail, name="vector-store-detail"),
    path("vector-stores/<str:store_id>/edit/", vector_stores.edit, name="vector-store-edit"),
    path("vector-stores/<str:store_id>/delete/", vector_stores.delete, name="vector-store-delete"),
    path("vector-stores/<str:store_id>/add/", store_files.add, name="vector-store-add"),
    path("vector-stores/<str:store_id>/files/", store_files.listing, name="vector-store-files"),
    path("vector-stores/<str:store_id>/files/<str:file_id>/out/", store_files.take_out, name="vector-store-take-out"),
    path("vector-stores/<str:store_id>/batches/<str:batch_id>/", store_files.batch, name="vector-store-batch"),
    path(
        "vector-stores/<str:store_id>/batches/<str:batch_id>/cancel/",
        store_files.cancel_batch,
        name="vector-store-batch-cancel",
    ),
    path("changes/<int:seq>/undo/", undo.undo, name="change-undo"),
    path("attachments/<str:job_id>/finish/", job_views.finish, name="attachment-job-finish"),
    path("attachments/<str:job_id>/remove/", job_views.remove, name="attachment-job-remove"),
    path("uploads/<str:token>/cancel/", job_views.cancel, name="upload-cancel"),
    path("uploads/<str:token>/", job_views.progress, name="upload-progress"),
]
