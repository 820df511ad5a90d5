"""How a program uses one assistant of a workspace: ready to paste, without a key in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings

from dashboard.environment import WorkspaceSettings


@dataclass(frozen=True)
class Snippet:
    """One way to use it, in the words of one language."""

    label: str
    code: str


def snippets_of(workspace: WorkspaceSettings, assistant_id: str) -> list[Snippet]:
    """Reading the assistant with the SDKs and with curl. The key is named, never given."""
    base = f"{settings.SITE_URL}/v1" if workspace.is_embedded else workspace.base_url.rstrip("/")
    quoted = json.dumps(assistant_id)
    # Of the fixed query only what is certainly no secret.
    fixed = {name: value for name, value in workspace.query.items() if name == "api-version"}
    query = f"?{urlencode(fixed)}" if fixed else ""
    options = f", default_query={json.dumps(fixed)}" if fixed else ""
    js_options = f", defaultQuery: {json.dumps(fixed)}" if fixed else ""
    return [
        Snippet(
            "Python",
            "import os\nfrom openai import OpenAI\n\n"
            f'client = OpenAI(base_url="{base}", api_key=os.environ["ASSISTANTS_API_KEY"]{options})\n'
            f"assistant = client.beta.assistants.retrieve({quoted})\n"
            "print(assistant.name, assistant.model)\n",
        ),
        Snippet(
            "JavaScript",
            'import OpenAI from "openai";\n\n'
            f'const client = new OpenAI({{ baseURL: "{base}", apiKey: process.env.ASSISTANTS_API_KEY{js_options} }});\n'
            f"const assistant = await client.beta.assistants.retrieve({quoted});\n"
            "console.log(assistant.name, assistant.model);\n",
        ),
        Snippet(
            "curl",
            f'curl "{base}/assistants/{quote(assistant_id, safe="")}{query}" \\\n'
            '  -H "Authorization: Bearer $ASSISTANTS_API_KEY" \\\n'
            f'  -H "OpenAI-Beta: assistants={workspace.api_version}"\n',
        ),
    ]
