"""What each target makes of one known assistant, and of the traps that they share."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from assistants_ui.handover.losses import Loss, LossKind
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.package import package
from assistants_ui.handover.target import Files
from assistants_ui.handover.targets import TARGETS

DESK: dict[str, Any] = {
    "id": "asst_9",
    "object": "assistant",
    "created_at": 1751370000,
    "name": "Returns desk",
    "description": "Answers questions about returns.",
    "model": "gpt-4.1-mini",
    "instructions": "Quote the policy.\r\nBe brief.",
    "tools": [
        {
            "type": "file_search",
            "file_search": {
                "max_num_results": 8,
                "ranking_options": {"ranker": "default_2024_08_21", "score_threshold": 0.2},
            },
        },
        {"type": "code_interpreter"},
        {
            "type": "function",
            "function": {
                "name": "lookup_order",
                "description": "Fetch one order.",
                "parameters": {"type": "object", "properties": {"order_no": {"type": "string"}}},
                "strict": True,
            },
        },
        {"type": "function", "function": {"name": "ping"}},
    ],
    "tool_resources": {
        "file_search": {"vector_store_ids": ["vs_9Qd1"]},
        "code_interpreter": {"file_ids": ["file-7hT2"]},
    },
    "metadata": {"team": "logistics"},
    "temperature": 0.3,
    "top_p": 0.9,
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "verdict", "description": "d", "schema": {"type": "object"}, "strict": True},
    },
    "reasoning_effort": None,
}
LEGACY = {
    "id": "asst_1",
    "name": "Old",
    "model": "gpt-3.5-turbo",
    "tools": [{"type": "retrieval"}],
    "file_ids": ["file-1", "file-2"],
}


def outcome(losses: list[Loss], field: str) -> tuple[LossKind, str]:
    return next((loss.outcome, loss.sentence) for loss in losses if loss.field == field)


def request_of(assistant: dict[str, Any], options: HandoverOptions | None = None) -> dict[str, Any]:
    files, _ = TARGETS["responses"].handover(assistant, options or HandoverOptions())
    found: dict[str, Any] = json.loads(text(files, "request.json"))
    return found


def text(files: Files, path: str) -> str:
    content = files[path]
    assert isinstance(content, str)
    return content


def test_the_responses_request_is_the_one_that_the_api_takes() -> None:
    assert request_of(DESK) == {
        "model": "gpt-4.1-mini",
        "temperature": 0.3,
        "top_p": 0.9,
        "tools": [
            {
                "type": "file_search",
                "vector_store_ids": ["vs_9Qd1"],
                "max_num_results": 8,
                "ranking_options": {"ranker": "default-2024-11-15", "score_threshold": 0.2},
            },
            {"type": "code_interpreter", "container": {"type": "auto", "file_ids": ["file-7hT2"]}},
            {
                "type": "function",
                "name": "lookup_order",
                "description": "Fetch one order.",
                "parameters": {"type": "object", "properties": {"order_no": {"type": "string"}}},
                "strict": True,
            },
            {"type": "function", "name": "ping", "parameters": {"type": "object", "properties": {}}, "strict": False},
        ],
        "text": {
            "format": {
                "type": "json_schema",
                "name": "verdict",
                "description": "d",
                "schema": {"type": "object"},
                "strict": True,
            }
        },
        "truncation": "auto",
        "instructions": "Quote the policy.\r\nBe brief.",
        "input": "Hello",
    }


@pytest.mark.parametrize("name", ["mistral", "foundry", "agents-api", "claude", "langfuse"])
def test_hosted_targets_read_their_text_from_the_file_beside_them(name: str) -> None:
    files, _ = TARGETS[name].handover(DESK)

    assert files["instructions.md"] == "Quote the policy.\r\nBe brief."
    script = next(text(files, path) for path in files if path.startswith("create"))
    assert 'instructions.read_bytes().decode("utf-8")' in script


@pytest.mark.parametrize("name", ["claude", "agents-api"])
def test_a_description_that_has_to_be_invented_is_told(name: str) -> None:
    _, losses = TARGETS[name].handover(DESK)

    assert [outcome(losses, f"tools[{index}].type")[0] for index in (2, 3)] == [LossKind.KEPT, LossKind.CHANGED]


def test_a_file_search_without_a_store_is_told_with_the_call_that_makes_one() -> None:
    files, losses = TARGETS["responses"].handover(LEGACY)

    assert "tools" not in json.loads(text(files, "request.json"))
    assert outcome(losses, "tools[0].type")[0] is LossKind.DECIDE
    assert "2 attached files" in outcome(losses, "tools[0].type")[1]
    assert "'file-1'" in text(files, "create_vector_store.py")


@pytest.mark.parametrize(
    ("model", "effort", "sent", "is_effort_sent"),
    [
        ("gpt-4.1-mini", None, True, False),
        ("gpt-5-mini", "low", False, True),
        ("gpt-5-mini", "none", False, False),
        ("gpt-6-sol", "none", True, True),
        ("gpt-6.2", "none", False, False),
        ("gpt-4.1", "low", True, False),
        ("my-deployment", "high", True, True),
    ],
)
def test_what_a_model_refuses_is_not_written_and_told(
    model: str, effort: str | None, sent: bool, is_effort_sent: bool
) -> None:
    assistant = {**DESK, "model": model, "reasoning_effort": effort}

    request = request_of(assistant)
    _, losses = TARGETS["responses"].handover(assistant)

    assert ("temperature" in request) == sent
    assert (outcome(losses, "temperature")[0] is LossKind.KEPT) == sent
    assert ("reasoning" in request) == is_effort_sent
    assert (outcome(losses, "reasoning_effort")[0] is LossKind.LOST) == (effort is not None and not is_effort_sent)


def test_a_model_that_ends_is_named_with_its_day_until_somebody_chooses_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 11, 29))
    _, losses = TARGETS["responses"].handover(DESK)
    assert outcome(losses, "model") == (
        LossKind.DECIDE,
        "The same for now. OpenAI ends gpt-4.1-mini on 14 January 2027.",
    )

    files, losses = TARGETS["responses"].handover(DESK, HandoverOptions(models={"gpt-4.1-mini": "gpt-6-luna"}))
    assert outcome(losses, "model") == (LossKind.CHANGED, "gpt-4.1-mini becomes gpt-6-luna, as you chose.")
    assert json.loads(text(files, "request.json"))["model"] == "gpt-6-luna"


@pytest.mark.parametrize("name", ["foundry", "mistral", "claude"])
def test_a_model_of_another_family_is_never_translated_silently(name: str) -> None:
    _, losses = TARGETS[name].handover(DESK)

    assert outcome(losses, "model")[0] is LossKind.DECIDE


@pytest.mark.parametrize(
    "instructions", ["<<<dotprompt:role:user>>>", "a \\{{b}}", "ends with {", "ends with \\", " \n ", "a\x00b"]
)
def test_dotprompt_refuses_what_it_cannot_bring_through(instructions: str) -> None:
    files, losses = TARGETS["dotprompt"].handover({**DESK, "instructions": instructions})

    assert list(files) == ["losses.md"]
    assert {loss.outcome for loss in losses} == {LossKind.LOST}


@pytest.mark.parametrize(
    ("schema", "written", "kind"),
    [
        ({"type": "object"}, {"type": "object"}, LossKind.KEPT),
        ({"properties": {}}, {"properties": {}, "type": "object"}, LossKind.CHANGED),
        ({"anyOf": [{"type": "string"}]}, None, LossKind.LOST),
    ],
)
def test_dotprompt_writes_only_what_it_reads_as_a_json_schema(
    schema: dict[str, Any], written: dict[str, Any] | None, kind: LossKind
) -> None:
    shape = {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}
    files, losses = TARGETS["dotprompt"].handover({**DESK, "response_format": shape})

    [line] = [line for line in text(files, "returns-desk.prompt").splitlines() if line.startswith("output: ")]
    assert json.loads(line.removeprefix("output: ")).get("schema") == written
    assert outcome(losses, "response_format.json_schema.schema")[0] is kind
    long = {"type": "object", "properties": {"a" * 2000: {}}}
    shape["json_schema"] = {"name": "n", "schema": long}
    assert list(TARGETS["dotprompt"].handover({**DESK, "response_format": shape})[0]) == ["losses.md"]


def test_double_braces_are_escaped_or_variables_as_somebody_decides() -> None:
    braced = {**DESK, "instructions": "Order {{order}}, {{{three}}}"}

    files, losses = TARGETS["dotprompt"].handover(braced)
    assert "Order \\{{order}}, \\{{{three}}}" in text(files, "returns-desk.prompt")
    assert outcome(losses, "instructions")[0] is LossKind.DECIDE

    files, losses = TARGETS["foundry"].handover(braced, HandoverOptions(variables=True))
    inputs = json.loads(text(files, "definition.json"))["definition"]["structured_inputs"]
    assert list(inputs) == ["order", "three"]


def test_a_secret_is_pointed_out_and_not_repeated_in_the_report() -> None:
    secret = "sk-" + "a1B2" * 8
    made = package(TARGETS["responses"], [{**DESK, "description": f"key {secret}"}], HandoverOptions())

    assert [(found.label, found.kind) for found in made.parts[0].findings] == [("Description", "secret")]
    assert secret not in text(made.files, "losses.md")
    assert "looks like a secret key" in text(made.files, "losses.md")


def test_javascript_passes_the_check_of_node(tmp_path: Path) -> None:
    hostile = {**DESK, "name": "`${x}`\u2028*/ \"'", "description": "</script>", "instructions": "`${y}`"}
    hostile["tools"] = [
        {"type": "function", "function": {"name": name, "parameters": {"__proto__": {"type": "string"}}}}
        for name in ["class", "Object", "a b", "a-b", "9", "", "é", "`);//", "FUNCTIONS"]
    ]
    for name in ("responses", "agents-sdk"):
        for assistant in (hostile, DESK):
            package(TARGETS[name], [assistant], HandoverOptions()).write(tmp_path)
            script = next(tmp_path.glob("*.mjs"))
            subprocess.run(["node", "--check", script], check=True, capture_output=True)
            script.unlink()


def team(number: int) -> list[dict[str, Any]]:
    models = ["gpt-4.1-mini", "gpt-3.5-turbo", "gpt-6-luna"]
    return [
        {**DESK, "id": f"asst_{index}", "name": f"Desk {index % 98}", "model": models[index % 3]}
        for index in range(number)
    ]


def test_the_report_on_a_hundred_reads_like_a_list_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 11, 29))
    made = package(TARGETS["responses"], team(100), HandoverOptions())

    report = text(made.files, "losses.md").splitlines()
    todo = report[report.index("## To do") + 1 : report.index("## Lost")]
    lines = [line.partition(" ([Desk")[0] for line in todo if line]
    assert lines == [
        "Each number stands again beside the assistants that it is for, at the end.",
        "### Write the function",
        "- [ ] 1. lookup\\_order: all 100 assistants",
        "- [ ] 2. ping: all 100 assistants",
        "### Choose another model",
        "- [ ] 3. gpt-4.1-mini, which ends on 14 January 2027 (OpenAI names gpt-6-luna in its place): 34 assistants",
        (
            "- [ ] 4. gpt-3.5-turbo, which ended on 23 October 2026 (OpenAI names gpt-6.1-terra in its place): "
            "33 assistants"
        ),
    ]
    assert "[Desk 27](desk-27/losses.md) and 24 more)" in todo[todo.index("### Choose another model") + 2]
    assert report[2] == "There is something to do for each of them."
    assert [line.partition(";")[0] for line in report if line.startswith(("- [Desk 1]", "- [Desk 2]"))] == [
        "- [Desk 1](desk-1/losses.md): to do 1, 2, 4",
        "- [Desk 2](desk-2/losses.md): to do 1, 2",
        "- [Desk 1](desk-1-2/losses.md): to do 1, 2, 3",
    ]
    # Each folder that is named is there, and no sentence stands there twice.
    assert all(
        f"{folder}/losses.md" in made.files for folder in re.findall(r"\]\((.*?)/losses.md\)", "\n".join(report))
    )
    assert len(report) < 150
    assert len(set(filter(None, report))) == len(list(filter(None, report)))


def test_unknown_tools_and_secrets_are_work(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = {**DESK, "tools": [{"type": "browser"}], "instructions": "Use sk-" + "a1B2" * 8, "name": "Odd"}
    made = package(
        TARGETS["claude"], [odd, {**DESK, "id": "asst_2"}], HandoverOptions(models={DESK["model"]: "claude"})
    )

    report = text(made.files, "losses.md")
    assert "### Take out what looks like a secret\n\n- [ ] 1. [Odd](odd/losses.md)" in report
    assert re.search(r"### Replace by hand\n\n- \[ \] \d. Tool browser: \[Odd\]", report)


def test_the_zip_and_the_folder_hold_the_same_bytes(tmp_path: Path) -> None:
    made = package(TARGETS["responses"], team(3), HandoverOptions())
    made.write(tmp_path)
    first, second = io.BytesIO(), io.BytesIO()
    made.zip_into(first)
    package(TARGETS["responses"], team(3), HandoverOptions()).zip_into(second)

    assert first.getvalue() == second.getvalue()
    with zipfile.ZipFile(first) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
        }
