from __future__ import annotations

from django.db import models

from assistants_server.models.base import JSONText, Stored


class VectorStore(Stored):
    """``is_automatic``: made for the files of a v1 assistant, and follows them."""

    name = models.TextField(null=True)  # noqa: DJ001  # null and "" are two values on the wire
    description = models.TextField(null=True)  # noqa: DJ001  # as above
    metadata = JSONText(default=dict)
    expires_after_days = models.IntegerField(null=True)
    last_active_at = models.BigIntegerField()
    is_automatic = models.BooleanField(default=False)

    class Meta(Stored.Meta):
        pass


class StoreFile(models.Model):
    """A file in a vector store, which goes by the file's id.

    ``taken_at`` says when a worker began to read it; a worker that died is noticed by its age.
    """

    class Status(models.TextChoices):
        IN_PROGRESS = "in_progress"
        COMPLETED = "completed"
        FAILED = "failed"
        CANCELLED = "cancelled"

    seq = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(VectorStore, on_delete=models.CASCADE, related_name="files")
    wire_id = models.CharField(max_length=128, db_index=True)
    created_at = models.BigIntegerField()
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.IN_PROGRESS)
    error_code = models.CharField(max_length=32, blank=True)
    error_message = models.CharField(max_length=300, blank=True)
    usage_bytes = models.BigIntegerField(default=0)
    chunk_size = models.IntegerField()
    chunk_overlap = models.IntegerField()
    attributes = JSONText(default=dict)
    taken_at = models.BigIntegerField(null=True)
    # What ranking needs to know of all chunks without reading them.
    chunk_lengths = JSONText(default=list)
    # How many words were read, what was left out, and the encoding; null until then, and for files read long ago.
    extraction = JSONText(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "wire_id"], name="one_place_in_a_store")]
        indexes = [models.Index(fields=["store", "created_at", "seq"], name="storefile_order")]

    def __str__(self) -> str:
        return self.wire_id


class FileBatch(Stored):
    store = models.ForeignKey(VectorStore, on_delete=models.CASCADE, related_name="batches")
    files = models.ManyToManyField(StoreFile)
    is_cancelled = models.BooleanField(default=False)

    class Meta(Stored.Meta):
        pass


class Chunk(models.Model):
    """A piece of a file's text, as search gives it back."""

    file = models.ForeignKey(StoreFile, on_delete=models.CASCADE, related_name="chunks")
    position = models.IntegerField()
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "position"], name="one_chunk_at_a_position")]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.position}"


class Posting(models.Model):
    """In which chunks of a file a word occurs, and how often: ``{"3": 2, "7": 1}``."""

    store = models.ForeignKey(VectorStore, on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey(StoreFile, on_delete=models.CASCADE, related_name="+")
    word = models.CharField(max_length=64)
    counts = JSONText()

    class Meta:
        indexes = [models.Index(fields=["store", "word"], name="posting_word")]

    def __str__(self) -> str:
        return self.word
