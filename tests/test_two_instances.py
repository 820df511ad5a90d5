"""One instance as the server of another, over a real socket, with the official SDK beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openai import OpenAI

from assistants_ui.workspaces.connections import connect, connected
from dashboard.environment import WorkspaceSettings
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person
from tests.instance import Instance

LIST = "/w/main/assistants/"
pytestmark = pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    second = Instance(tmp_path_factory.mktemp("second-instance"))
    yield second
    second.stop()


@pytest.fixture
def sdk(instance: Instance) -> Iterator[OpenAI]:
    """The official SDK with an account that holds nothing yet."""
    with OpenAI(base_url=instance.url, api_key=instance.key) as client:
        for assistant in client.beta.assistants.list(limit=100):
            client.beta.assistants.delete(assistant.id)
        yield client


@pytest.fixture
def remote(db: None, instance: Instance) -> Iterator[None]:
    """The workspace ``main`` of this instance points at the second one."""
    workspace = WorkspaceSettings(name="main", label="Main", base_url=instance.url, api_key=instance.key)
    client = connect(workspace)
    with connected("main", client):
        yield
    client.close()


@pytest.mark.usefixtures("remote")
def test_what_the_sdk_makes_is_listed_edited_and_read_back(alice: Person, sdk: OpenAI) -> None:
    for number in range(45):
        sdk.beta.assistants.create(model="gpt-4.1-mini", name=f"Made by code {number:02}")

    first = read(alice.get(LIST))
    second = read(alice.get(first.links["Next page"]))
    third = read(alice.get(second.links["Next page"]))
    expected = [f"Made by code {number:02}" for number in range(44, -1, -1)]
    shown = [[label for label in page.links if label.startswith("Made by code")] for page in (first, second, third)]
    assert shown == [expected[:20], expected[20:40], expected[40:]]
    assert "Next page" not in third.links
    back = read(alice.get(third.links["Previous page"]))
    assert [label for label in back.links if label.startswith("Made by code")] == expected[20:40]
    start = read(alice.get(back.links["Previous page"]))
    assert [label for label in start.links if label.startswith("Made by code")] == expected[:20]

    detail = second.links["Made by code 10"]
    form = editor_form(alice.get(f"{detail}edit/"))
    alice.post(f"{detail}edit/", form | {"instructions": "Edited by a person.\r\nOn two lines."})
    edited = sdk.beta.assistants.retrieve(detail.rstrip("/").rsplit("/", 1)[-1])
    assert edited.instructions == "Edited by a person.\nOn two lines."
    assert edited.name == "Made by code 10"


@pytest.mark.usefixtures("remote")
def test_the_sdk_and_the_dashboard_see_each_others_files(alice: Person, sdk: OpenAI, tmp_path: Path) -> None:
    made = sdk.beta.assistants.create(model="gpt-4.1-mini", name="Reader", tools=[{"type": "code_interpreter"}])
    path = tmp_path / "prices.csv"
    path.write_text("size,price\n2,5\n")
    with path.open("rb") as content:
        alice.post(f"{LIST}{made.id}/files/", {"use": "code_interpreter", "files": content})
    seen = sdk.beta.assistants.retrieve(made.id)
    assert seen.tool_resources
    assert seen.tool_resources.code_interpreter
    assert seen.tool_resources.code_interpreter.file_ids
    [file_id] = seen.tool_resources.code_interpreter.file_ids
    assert sdk.files.retrieve(file_id).filename == "prices.csv"
