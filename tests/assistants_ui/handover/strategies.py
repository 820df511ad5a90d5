"""Assistants of every shape: from both versions, with unknown fields, odd types and hostile texts."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
HOSTILE = st.sampled_from(
    [
        *(
            "../../etc/passwd",
            "con",
            "CON.txt",
            "nul",
            '"""',
            "'''",
            "\\",
            "a\nb",
            "\r\n",
            "\u2028",
            "\x00",
            "${x}",
            "`",
            "{",
        ),
        *(
            "{{order}}",
            "{{{triple}}}",
            "{{{{raw}}}}",
            "\\{{x}}",
            "user:\nsystem:",
            "---\nname: x\n---",
            "ｄｅｓｋ",
            "dеsk",
        ),
        *(
            "<<<dotprompt:role:user>>>",
            "class",
            "print",
            "__proto__",
            "\ufeff",
            "a" * 10_000,
            "%s {0}",
            "*/ //",
            "</script>",
            "\u202eשלום\u200f",
            " \t trailing  \r",
            "\n---\n",
            "\x85\u2029",
        ),
    ]
)
ANY_TEXT = TEXT | HOSTILE | st.lists(TEXT | HOSTILE, max_size=4).map("".join)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
SCHEMA = st.dictionaries(TEXT, ANYTHING, max_size=2)
EXTRA = st.dictionaries(ANY_TEXT, ANYTHING, max_size=2)


def with_extra(strategy: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """The object with keys that nobody knows beside its own."""
    return st.builds(lambda value, extra: {**extra, **value}, strategy, EXTRA | st.just({}))


FUNCTIONS = with_extra(
    st.fixed_dictionaries(
        {"name": ANY_TEXT},
        optional={
            "description": st.none() | ANY_TEXT,
            "parameters": st.none() | SCHEMA,
            "strict": st.none() | st.booleans(),
        },
    )
)
RANKING = with_extra(
    st.fixed_dictionaries(
        {},
        optional={"ranker": st.sampled_from(["auto", "default_2024_08_21", "new"]), "score_threshold": st.floats(0, 1)},
    )
)
SEARCH = with_extra(
    st.fixed_dictionaries(
        {}, optional={"max_num_results": st.none() | st.integers(1, 50), "ranking_options": st.none() | RANKING}
    )
)
TOOLS = st.one_of(
    with_extra(st.fixed_dictionaries({"type": st.just("function"), "function": FUNCTIONS})),
    with_extra(st.fixed_dictionaries({"type": st.just("file_search")}, optional={"file_search": st.none() | SEARCH})),
    with_extra(
        st.fixed_dictionaries(
            {"type": st.sampled_from(["code_interpreter", "retrieval", "browser", "web_search", "mcp", "", None])}
        )
    ),
    ANYTHING,
)
IDS = st.lists(st.sampled_from(["file-1", "file-2", "vs_1", "../x"]) | ANY_TEXT, max_size=3)
RESOURCES = with_extra(
    st.fixed_dictionaries(
        {},
        optional={
            "file_search": st.none() | with_extra(st.fixed_dictionaries({}, optional={"vector_store_ids": IDS})),
            "code_interpreter": with_extra(st.fixed_dictionaries({}, optional={"file_ids": IDS})) | ANYTHING,
        },
    )
)
FORMATS = (
    st.sampled_from(["auto", None, {"type": "text"}, {"type": "json_object"}])
    | with_extra(
        st.fixed_dictionaries(
            {
                "type": st.just("json_schema"),
                "json_schema": with_extra(
                    st.fixed_dictionaries(
                        {"name": ANY_TEXT},
                        optional={"description": ANY_TEXT, "schema": SCHEMA, "strict": st.none() | st.booleans()},
                    )
                ),
            }
        )
    )
    | ANYTHING
)
MODELS = st.sampled_from(["gpt-4.1-mini", "gpt-5-mini", "gpt-3.5-turbo", "o3", "gpt-6-luna", "gpt-6.2", "my/model", ""])
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "object": st.just("assistant") | ANYTHING,
    "created_at": st.integers(0, 2**31) | ANYTHING,
    "name": st.none() | ANY_TEXT,
    "description": st.none() | ANY_TEXT,
    "instructions": st.none() | ANY_TEXT,
    "tools": st.lists(TOOLS, max_size=4) | ANYTHING,
    "tool_resources": st.none() | RESOURCES,
    "file_ids": IDS,
    "metadata": st.none() | st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3) | ANYTHING,
    "temperature": st.none() | st.floats(0, 2) | ANYTHING,
    "top_p": st.none() | st.floats(0, 1),
    "response_format": FORMATS,
    "reasoning_effort": st.sampled_from([None, "none", "minimal", "low", "max", "new"]),
}
ASSISTANTS = with_extra(st.fixed_dictionaries({"id": ANY_TEXT, "model": MODELS}, optional=FIELDS))
