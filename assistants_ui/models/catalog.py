"""The catalog: what the last look at each assistant found, so that they can be searched and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

TEXT = 700


if TYPE_CHECKING:
    TokensBase = models.Field[list[int], list[int]]
else:
    TokensBase = models.Field


class TokensField(TokensBase):
    """Numbers that are written and looked for, but never read back: an array, or text where there are none."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "bigint[]" if connection.vendor == "postgresql" else "text"

    def get_db_prep_value(self, value: list[int], connection: BaseDatabaseWrapper, prepared: bool = False) -> object:
        return value if connection.vendor == "postgresql" else " ".join(map(str, value))


class CatalogState(models.Model):
    """How far the catalog of one workspace has come.

    A *walk* reads the whole list, a hundred at a time; ``cursor`` is where it goes on, ``pages`` how many it has
    read. While one is on its way, ``ended_at`` still belongs to the walk before. Times are microseconds.
    """

    workspace = models.CharField(max_length=40, primary_key=True)
    walk = models.BigIntegerField(default=0)
    is_walking = models.BooleanField(default=False)
    is_checking = models.BooleanField(default=False)
    cursor = models.TextField(blank=True)
    pages = models.IntegerField(default=0)
    walked = models.IntegerField(default=0)
    retries = models.IntegerField(default=0)
    unreadable = models.IntegerField(default=0)
    began_at = models.BigIntegerField(default=0)
    read_at = models.BigIntegerField(default=0)
    ended_at = models.BigIntegerField(default=0)
    is_complete = models.BooleanField(default=False)
    problem = models.CharField(max_length=20, blank=True)
    # What the server last said of its models, as JSON; empty where it has never been asked or has no such list.
    offered = models.TextField(blank=True, default="")
    offered_at = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.workspace


class CatalogEntry(models.Model):
    """One assistant as it was last seen. Its long texts are in a table of their own, so that counting never reads them.

    ``place`` decides between assistants of the same second; the larger is the newer. ``kept_at`` is when this was
    found out, in microseconds. A deleted one stays until the walk is over that may still list it. The ``…_key``
    columns are folded by :mod:`assistants_ui.catalog.folding`; they are what is searched.
    """

    workspace = models.CharField(max_length=40)
    assistant_id = models.CharField(max_length=256)
    created_at = models.BigIntegerField()
    place = models.BigIntegerField()
    walk = models.BigIntegerField(default=0)
    kept_at = models.BigIntegerField()
    is_deleted = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)
    name = models.TextField(blank=True, default="")
    model = models.CharField(max_length=TEXT)
    files = models.IntegerField(default=0)
    changed_at = models.BigIntegerField(default=0)
    changed_by = models.CharField(max_length=240, blank=True)
    changed_by_name = models.CharField(max_length=240, blank=True)
    name_key = models.TextField()
    description_key = models.TextField()
    labels_key = models.TextField()
    functions_key = models.TextField()
    id_key = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("workspace", "assistant_id"), name="catalog_one_of_an_id"),)
        indexes = (
            models.Index(fields=("workspace", "is_deleted", "created_at", "place"), name="catalog_order"),
            models.Index(fields=("workspace", "is_deleted", "changed_at"), name="catalog_changed"),
            models.Index(fields=("workspace", "is_deleted", "model"), name="catalog_model"),
            models.Index(fields=("workspace", "walk"), name="catalog_walk"),
        )

    def __str__(self) -> str:
        return self.assistant_id


class CatalogDocument(models.Model):
    """The assistant as the server sent it, and in what it is searched, folded.

    ``text`` is all its texts but the id, each on a line of its own, so that no phrase reaches from one into the next.
    ``words`` are its words, as :mod:`assistants_ui.catalog.text_index` numbers them.
    """

    entry = models.OneToOneField(CatalogEntry, on_delete=models.CASCADE, primary_key=True, related_name="stored")
    text = models.TextField()
    words = TokensField()
    document = models.TextField()

    def __str__(self) -> str:
        return str(self.pk)


class CatalogWord(models.Model):
    """A word that stands in some assistant; its id says also where: see :mod:`assistants_ui.catalog.text_index`."""

    id = models.BigIntegerField(primary_key=True)
    word = models.TextField()

    def __str__(self) -> str:
        return self.word


class CatalogTag(models.Model):
    """Something that an entry can be narrowed by, or is found by as the user of: a tool, a label, a file, a store.

    ``key`` is the digest of the whole value, so that a value of any length can be looked up exactly.
    """

    class Kind(models.TextChoices):
        TOOL = "tool"
        LABEL = "label"
        LABEL_NAME = "label-name"
        FILE = "file"
        STORE = "store"

    entry = models.ForeignKey(CatalogEntry, on_delete=models.CASCADE, related_name="tags")
    workspace = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.CharField(max_length=64)
    value = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("entry", "kind", "key"), name="catalog_one_tag"),)
        indexes = (models.Index(fields=("workspace", "kind", "key"), name="catalog_tag"),)

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"
