"""What is known of hosted models by their names."""

from __future__ import annotations

from datetime import date

import pytest

from assistants_client.model_table import FAMILIES, OFFERED, SUGGESTED, ends_soon, family_of


@pytest.mark.parametrize("model", sorted({*OFFERED, *SUGGESTED}))
def test_no_model_that_is_offered_to_newcomers_ends_within_sixty_days(model: str) -> None:
    """Fails when it is time to look at the providers' pages again and to bring the table up to date."""
    family = family_of(model)

    assert family is not None
    assert not ends_soon(family.ends, date.today())


def test_every_replacement_is_known_and_does_not_end_before() -> None:
    for family in FAMILIES:
        if family.replacement:
            heir = family_of(family.replacement)
            assert heir is not None
            assert heir.ends is None or (family.ends is not None and heir.ends > family.ends)


@pytest.mark.parametrize(
    ("model", "end", "replacement"),
    [
        ("gpt-4o", date(2027, 1, 14), "gpt-6-luna"),
        ("gpt-4o-2024-08-06", date(2027, 1, 14), "gpt-6-luna"),
        ("gpt-4o-2024-05-13", date(2026, 10, 23), "gpt-6.1-sol"),
        ("ft:gpt-4.1-mini-2025-04-14:shop::9Ab", date(2027, 1, 14), "gpt-6-luna"),
        ("openai/gpt-5-mini", date(2026, 12, 11), "gpt-6.1-terra"),
        ("gpt-4-1106-preview", date(2026, 10, 23), "gpt-6.1-sol"),
        ("gpt-5.4", None, ""),
        ("gpt-6.2-sol", None, ""),
    ],
)
def test_when_a_model_ends(model: str, end: date | None, replacement: str) -> None:
    family = family_of(model)

    assert family is not None
    assert (family.ends, family.replacement) == (end, replacement)


@pytest.mark.parametrize(
    ("model", "effort", "sampling", "chat_functions"),
    [
        ("gpt-4o", None, True, True),
        ("gpt-5-chat-latest", None, True, True),
        ("o3-mini", None, False, True),
        ("gpt-5-mini", "low", False, True),
        ("gpt-5.1", None, True, True),
        ("gpt-5.1", "low", False, True),
        ("gpt-5.4", None, True, False),
        ("gpt-6-luna", None, False, False),
        ("gpt-6-luna", "none", True, False),
        ("gpt-6.2-sol", "low", False, False),
        ("gpt-7", "low", False, False),
    ],
)
def test_what_a_model_takes(model: str, effort: str | None, sampling: bool, chat_functions: bool) -> None:
    family = family_of(model)

    assert family is not None
    assert family.takes_sampling(effort) is sampling
    assert family.calls_functions_over_chat is chat_functions


@pytest.mark.parametrize(
    ("model", "taken", "refused"),
    [
        ("gpt-4o", (), ("low",)),
        ("gpt-5-mini", ("minimal", "high"), ("none", "max")),
        ("gpt-5-pro", ("high",), ("low",)),
        ("gpt-6-luna", ("none", "max"), ("minimal",)),
        ("gpt-6-astra", ("low", "max"), ("none", "minimal")),
    ],
)
def test_which_efforts_a_model_takes(model: str, taken: tuple[str, ...], refused: tuple[str, ...]) -> None:
    family = family_of(model)

    assert family is not None
    assert all(family.takes_effort(effort) for effort in taken)
    assert not any(family.takes_effort(effort) for effort in refused)


@pytest.mark.parametrize("model", ["our-deployment", "mistral-large", "opus", "qwen3:8b", "gpt-oss-20b", ""])
def test_of_other_names_nothing_is_known(model: str) -> None:
    assert family_of(model) is None
