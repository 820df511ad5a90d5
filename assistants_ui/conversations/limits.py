"""How much one person may ask in a day. The operator sets it, because the operator pays."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import F

from assistants_ui.models import TryCount


def take(user_id: int) -> bool:
    """Count one more answer for this person today; False, and nothing counted, when there is none left."""
    today = datetime.now(UTC).date()
    TryCount.objects.get_or_create(user_id=user_id, day=today)
    left = TryCount.objects.filter(user_id=user_id, day=today, answers__lt=settings.TRIES_PER_DAY)
    if settings.TRY_TOKENS_PER_DAY:
        left = left.filter(tokens__lt=settings.TRY_TOKENS_PER_DAY)
    return bool(left.update(answers=F("answers") + 1))


def note_tokens(user_id: int, tokens: int) -> None:
    """Add what an answer came to cost."""
    if tokens > 0:
        TryCount.objects.filter(user_id=user_id, day=datetime.now(UTC).date()).update(tokens=F("tokens") + tokens)


def left(user: User) -> int:
    """How many more answers this person may ask for today."""
    count = TryCount.objects.filter(user=user, day=datetime.now(UTC).date()).first()
    if count is None:
        return int(settings.TRIES_PER_DAY)
    if settings.TRY_TOKENS_PER_DAY and count.tokens >= settings.TRY_TOKENS_PER_DAY:
        return 0
    return max(0, settings.TRIES_PER_DAY - count.answers)
