"""Runs calls with the official SDK on the path (1.12.0, in a process of its own): rows as JSON on stdin.

A row is [dotted method, positional arguments, keyword arguments]; a file is written [name, text].
"""

from __future__ import annotations

import json
import sys
from operator import attrgetter

import openai

job = json.load(sys.stdin)
client = openai.OpenAI(base_url=job["base_url"], api_key="sk-a-secret-key", max_retries=0)
for method, args, kwargs in job["rows"]:
    if "file" in kwargs:
        name, text = kwargs["file"]
        kwargs["file"] = (name, text.encode(), "text/plain")
    attrgetter(method)(client)(*args, **kwargs)
sys.stdout.write(openai.__version__)
