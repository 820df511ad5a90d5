"""What no program could read back is refused where it was typed."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from assistants_ui.domain.schemas.checks import BadJSONError, object_in
from assistants_ui.forms.fields import NameField, TextField


@pytest.mark.parametrize("number", ["1e999", "9" * 309, "-" + "9" * 4299, "9" * 4301])
def test_a_number_that_no_double_can_hold_is_refused(number: str) -> None:
    with pytest.raises(BadJSONError, match="too large for other programs"):
        object_in('{"type": "object", "maximum": [%s]}' % number)  # noqa: UP031  (it is full of braces)


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_a_name_that_stands_for_a_missing_number_is_refused(name: str) -> None:
    with pytest.raises(BadJSONError, match=name):
        object_in(f'{{"properties": {{"{name}": {{}}}}}}')
    assert object_in('{"properties": {"nan": {}}, "maximum": 1e308}')["maximum"] == 1e308


@pytest.mark.parametrize("character", ["\ufffe", "\uffff", "\ufdd0", "\U0003ffff"])
def test_what_is_no_character_is_named_with_its_place(character: str) -> None:
    for field in (TextField(max_length=100), NameField(max_length=100)):
        with pytest.raises(ValidationError, match=rf"Character 3.*U\+{ord(character):04X}"):
            field.clean(f"ab{character}c")
        assert field.clean("ab\ufffcé🙂") == "ab\ufffcé🙂"
