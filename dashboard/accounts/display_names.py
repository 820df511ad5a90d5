"""What people may be called: colleagues and the record know them by it."""

from __future__ import annotations

from unicodedata import category, normalize

from django.contrib.auth.models import User

from dashboard.lib.filenames import INVISIBLE

# Letters to a computer, and nothing to see.
BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
# Persian names and names with an emoji need them.
JOINERS = frozenset("\u200c\u200d")


def is_readable(name: str) -> bool:
    """Whether it has a letter or a digit, and nothing that hides or turns round what stands beside it."""
    hidden = (letter in BLANK_LETTERS or (category(letter) in INVISIBLE and letter not in JOINERS) for letter in name)
    return any(map(str.isalnum, name)) and not any(hidden)


def is_somebody_elses(name: str, *, user: User | None) -> bool:
    """Whether another person, with an open account or a closed one, is called that or signs in with it."""
    others = User.objects.exclude(pk=user.pk) if user else User.objects.all()
    known = others.values_list("first_name", "username")
    return _as_heard(name) in {_as_heard(each) for both in known for each in both}


def _as_heard(name: str) -> str:
    """The same for two spellings that a reader takes for one name."""
    letters = "".join(letter for letter in normalize("NFKC", name) if letter not in JOINERS)
    return " ".join(letters.casefold().split())
