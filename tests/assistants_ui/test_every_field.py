"""Whatever a server may hold: opening and saving sends nothing, and one change sends that field alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistants_ui.assistants.editor.forms.assistant import AssistantForm
from assistants_ui.assistants.editor.session import EditSession, FormToken
from assistants_ui.domain.canonical import same
from assistants_ui.domain.fields import BY_NAME
from tests.assistants_ui.pages import read_page

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffd"), max_size=30)
NAME = st.from_regex(r"[a-zA-Z0-9_-]{1,12}", fullmatch=True)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def plain_property() -> st.SearchStrategy[dict[str, Any]]:
    kinds = st.sampled_from(["string", "number", "integer", "boolean"])
    types = kinds | kinds.map(lambda kind: [kind, "null"])
    return st.fixed_dictionaries(
        {"type": types},
        optional={"description": TEXT, "minLength": st.integers(0, 9), "enum": st.lists(NAME, min_size=1, unique=True)},
    )


def objects(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(TEXT, parts, max_size=3).flatmap(
        lambda properties: st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.just(properties)},
            optional={
                "required": st.lists(st.sampled_from(sorted(properties)), unique=True) if properties else st.just([]),
                "additionalProperties": st.booleans(),
                "$defs": st.dictionaries(NAME, JSON, max_size=1),
            },
        )
    )


PROPERTY = st.deferred(
    lambda: (
        plain_property()
        | st.fixed_dictionaries({"type": st.just("array"), "items": plain_property() | objects(plain_property())})
        | objects(plain_property())
        | st.dictionaries(NAME, JSON, max_size=2)
    )
)
SCHEMA = objects(PROPERTY) | st.dictionaries(TEXT, JSON, max_size=3)
FUNCTION = st.fixed_dictionaries(
    {
        "type": st.just("function"),
        "function": st.fixed_dictionaries(
            {"name": NAME},
            optional={
                "description": st.none() | TEXT,
                "parameters": st.none() | SCHEMA,
                "strict": st.none() | st.booleans(),
                "later": JSON,
            },
        ),
    },
    optional={"later": JSON},
)
RANKING = st.fixed_dictionaries(
    {"score_threshold": st.floats(0, 1)}, optional={"ranker": st.sampled_from(["auto", "default_2024_08_21"])}
)
FILE_SEARCH = st.fixed_dictionaries(
    {"type": st.just("file_search")},
    optional={
        "file_search": st.none()
        | st.fixed_dictionaries(
            {}, optional={"max_num_results": st.integers(1, 50), "ranking_options": RANKING, "later": JSON}
        )
    },
)
UNKNOWN_TOOL = st.fixed_dictionaries({"type": NAME}, optional={"later": JSON, "function": JSON})
TOOL = st.just({"type": "code_interpreter"}) | FILE_SEARCH | FUNCTION | UNKNOWN_TOOL
FORMAT = (
    st.none()
    | st.just("auto")
    | st.sampled_from([{"type": "text"}, {"type": "json_object"}, {"type": "grammar", "rule": "x"}])
    | st.fixed_dictionaries(
        {
            "type": st.just("json_schema"),
            "json_schema": st.fixed_dictionaries(
                {"name": NAME},
                optional={
                    "description": st.none() | TEXT,
                    "schema": st.none() | SCHEMA,
                    "strict": st.none() | st.booleans(),
                    "later": JSON,
                },
            ),
        }
    )
)
ASSISTANT = st.fixed_dictionaries(
    {"id": st.just("asst_1"), "object": st.just("assistant"), "model": NAME},
    optional={
        "name": st.none() | TEXT,
        "description": st.none() | TEXT,
        "instructions": st.none() | TEXT.map(lambda text: text + "\r\n\n \n"),
        "tools": st.none() | st.lists(TOOL, max_size=4),
        "metadata": st.none() | st.dictionaries(TEXT, TEXT | st.integers() | st.none(), max_size=4),
        "temperature": st.none() | st.floats(0, 2) | st.integers(0, 2),
        "top_p": st.none() | st.floats(0, 1),
        "response_format": FORMAT,
        "reasoning_effort": st.none() | st.sampled_from(["low", "high", "enormous"]),
        "tool_resources": st.none() | st.just({}) | st.just({"code_interpreter": {"file_ids": ["file-1"]}}),
        "updated_at": st.integers(),
    },
)


def sent_back(form: AssistantForm) -> QueryDict:
    """What a browser sends of the page that shows this form, if nobody touches it."""
    opened = EditSession(token=FormToken(workspace="main", user=1), base={}, known_base={})
    context = {"form": form, "opened": opened, "csrf_token": "x", "workspace": {"name": "main"}}
    page = render_to_string("assistants/_form.html", context)
    data = QueryDict(mutable=True)
    for name, value in editor_form_of(page).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def editor_form_of(page: str) -> dict[str, Any]:
    return read_page(f"<form>{page}</form>").forms[0]


MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@MANY
@given(ASSISTANT)
def test_opening_and_saving_sends_nothing(assistant: dict[str, Any]) -> None:
    form = AssistantForm(sent_back(AssistantForm(base=assistant)), base=assistant)
    assert form.is_valid(), form.errors
    assert form.changes() == {}


CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("name", {"name": "Another name"}),
    ("description", {"description": "Another description."}),
    ("instructions", {"instructions": "Other\r\ninstructions."}),
    ("temperature", {"temperature": "0.123"}),
    ("top_p", {"top_p": "0.123"}),
    ("reasoning_effort", {"reasoning_effort": "xhigh"}),
    ("metadata", {"metadata_key": ["one"], "metadata_value": ["another"]}),
    ("tools", {"function-99-name": "another_function"}),
    ("response_format", {"response_format": "json_schema", "response_format_name": "another_shape"}),
]


@pytest.mark.parametrize(("field", "typed"), CHANGES, ids=[field for field, _ in CHANGES])
@settings(MANY, max_examples=4)
@given(ASSISTANT)
def test_changing_one_field_sends_that_field_alone(
    field: str, typed: dict[str, Any], assistant: dict[str, Any]
) -> None:
    data = sent_back(AssistantForm(base=assistant))
    for name, value in typed.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    form = AssistantForm(data, base=assistant)
    if form.is_valid():
        assert set(form.changes()) <= {field}
    else:
        assert set(form.errors) <= {field, "functions"}


@MANY
@given(ASSISTANT)
def test_every_value_reads_back_equal(assistant: dict[str, Any]) -> None:
    """A new assistant made of all that the form shows is the one that it showed."""
    form = AssistantForm(sent_back(AssistantForm(base=assistant)), is_new=True)
    if not form.is_valid():
        return
    made = form.changes()
    for name in BY_NAME:
        shown = assistant.get(name)
        if name == "tools" or name == "metadata" or name in ("tool_resources", "reasoning_effort"):
            continue
        if name == "response_format" and _is_odd(shown):
            continue
        if name in ("temperature", "top_p") and name in made and made[name] is None:
            continue
        assert same(name, made.get(name), shown), name


def _is_odd(shown: Any) -> bool:
    """Whether the form keeps something of this value out of sight."""
    return isinstance(shown, dict) and (shown["type"] == "grammar" or "later" in shown.get("json_schema", {}))


VISIBLE = st.text(st.characters(categories=["L", "N", "P"], exclude_characters="\ufffd"), min_size=1, max_size=30)
TYPED = st.fixed_dictionaries(
    {},
    optional={
        "name": VISIBLE,
        "description": VISIBLE,
        "instructions": TEXT,
        "temperature": st.floats(0, 2, allow_subnormal=False).map(str),
        "top_p": st.floats(0, 1, allow_subnormal=False).map(str),
        "metadata": st.dictionaries(VISIBLE, TEXT, max_size=4),
        "function-99-name": NAME,
    },
)


def typed_into(data: QueryDict, typed: dict[str, Any]) -> None:
    for name, value in typed.items():
        if name == "metadata":
            data.setlist("metadata_key", list(value))
            data.setlist("metadata_value", list(value.values()))
        else:
            data[name] = value


@MANY
@given(ASSISTANT, TYPED)
def test_what_is_accepted_is_what_the_next_page_shows(assistant: dict[str, Any], typed: dict[str, Any]) -> None:
    """Typing, saving and opening again: nothing that was taken stands there otherwise, and nothing else changed."""
    data = sent_back(AssistantForm(base=assistant))
    typed_into(data, typed)
    form = AssistantForm(data, base=assistant)
    if not form.is_valid():
        return
    saved = assistant | form.changes()
    again = AssistantForm(data, base=saved)
    assert again.is_valid(), again.errors
    assert again.changes() == {}
    untouched = AssistantForm(sent_back(AssistantForm(base=saved)), base=assistant)
    assert untouched.is_valid(), untouched.errors
    assert set(untouched.changes()) == set(form.changes())
