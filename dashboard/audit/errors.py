"""What the record raises. Apart from the rest, so that a command can catch it before Django is set up."""

from __future__ import annotations


class AuditUnavailable(Exception):  # noqa: N818  (it names the state the site is in)
    """The record cannot be written. Nothing was sent, and nothing may be sent."""


class OutcomeNotRecorded(Exception):  # noqa: N818  (it names the state the site is in)
    """The act was sent, but how it ended could not be written down; its intent stays open."""
