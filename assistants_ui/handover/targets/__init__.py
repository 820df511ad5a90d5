"""The targets, in the order in which they are offered."""

from __future__ import annotations

from assistants_ui.handover.target import HandoverTarget
from assistants_ui.handover.targets import (
    agent_framework,
    agents_api,
    agents_sdk,
    bundle,
    claude,
    dotprompt,
    foundry,
    langchain,
    langfuse,
    mistral,
    responses,
)

TARGETS: dict[str, HandoverTarget] = {
    target.name: target
    for target in (
        bundle.TARGET,
        responses.TARGET,
        foundry.TARGET,
        agents_sdk.TARGET,
        agents_api.TARGET,
        mistral.TARGET,
        claude.TARGET,
        langchain.TARGET,
        agent_framework.TARGET,
        langfuse.TARGET,
        dotprompt.TARGET,
    )
}
