"""Scenes: texts planted as others would plant them, and every page that then shows them."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from benchmarks.cost_site import Pages, Site, site


def choice(names: list[str], wire_id: str) -> list[str]:
    """Two of them, others for each assistant; they cost much the same."""
    return Random(wire_id).sample(names, 2)


def scenes() -> dict[str, Callable[[Any], Pages]]:
    return {
        "assistant": assistant,
        "functions": functions,
        "many": many,
        "conflict": conflict,
        "answer": answer,
        "questions": questions,
        "file": file,
        "store": store,
        "import": imports,
        "words": words,
    }


def history_of(there: Any, states: list[dict[str, Any]]) -> Any:
    """An assistant that was changed to one state after the other, until the last one."""
    first, *others = states
    made = there.server.assistants.create(**{"model": "gpt-4o", **first})
    for state in others:
        there.server.assistants.update(made.id, **state)
    return made


def pages_of(there: Site, name: str) -> Pages:
    """Every page of one assistant that has a history."""
    from dashboard.audit.models import Record

    at = f"/w/main/assistants/{name}/"
    seqs = sorted(Record.objects.filter(target_id=name).values_list("seq", flat=True))
    yield "detail", there.get(at)
    yield "edit", there.get(f"{at}edit/")
    yield "history", there.get(f"{at}history/")
    yield "compare", there.get(f"{at}history/compare/", {"from": seqs[0], "to": seqs[-1]})
    yield "revision", there.get(f"{at}history/{seqs[-1]}/")
    yield "restore", there.get(f"{at}history/{seqs[0]}/restore/")
    yield "undo", there.get(f"{at}history/{seqs[1]}/undo/")
    yield "try", there.get(f"{at}try/")
    yield "questions", there.get(f"{at}questions/")
    yield "hand-over", there.get(f"{at}hand-over/")
    from assistants_ui.handover.targets import TARGETS

    for target in choice(sorted(TARGETS), name):
        yield f"hand-over {target}", there.get(f"{at}hand-over/", {"target": target})
    yield "delete", there.get(f"{at}delete/")
    yield "duplicate", there.get(f"{at}duplicate/")
    yield "audit detail", there.get(f"/audit/{seqs[-1]}/")


def pages_of_lists(there: Site, *, words: str = "") -> Pages:
    """The lists that show every assistant, and what is said of all changes."""
    yield "list", there.get("/w/main/assistants/", {"limit": 100})
    yield "list search", there.get("/w/main/assistants/", {"q": words[:1000], "limit": 100})
    yield "models", there.get("/w/main/assistants/models/")
    yield "bulk", there.get("/w/main/assistants/change/", {"all": "1"})
    yield "audit", there.get("/audit/")
    yield "audit search", there.get("/audit/", {"q": words[:200]})
    yield "export page", there.get("/audit/export/")
    yield "export csv", there.post("/audit/export/", {"format": "csv"})
    yield "export jsonl", there.post("/audit/export/", {"format": "jsonl"})
    yield "deleted", there.get("/w/main/assistants/deleted/")
    yield "stores", there.get("/w/main/vector-stores/")
    yield "files", there.get("/w/main/files/")


def assistant(texts: list[str]) -> Pages:
    """Texts of the whole length in every field, changed three times."""
    there = site()
    states = [
        {
            "instructions": text[:256_000],
            "name": text[:256] or "a",
            "description": text[-512:],
            "metadata": {
                f"{number} {text[:50]}".strip(): text[number * 512 : number * 512 + 512] for number in range(16)
            },
        }
        for text in texts
    ]
    made = history_of(there, states)
    yield from pages_of(there, made.id)
    yield from pages_of_lists(there, words=texts[0])
    find = texts[-1][:2000] or "a"
    yield from replaced(there, find)


def replaced(there: Site, find: str) -> Pages:
    """Find and replace in all assistants: the preview."""
    where = "/w/main/assistants/change/?all=1"
    yield "replace", there.post(where, {"kind": "replace", "find": find[:1] or "a", "replacement": "b" * 20})
    done = there.browser.post(where, {"kind": "replace", "find": find[:3] or "a", "replacement": find[::-1]})
    if done.status_code == 302:
        yield "replace preview", there.get(done["Location"])


def functions(values: list[dict[str, Any]]) -> Pages:
    """Functions and a response format of such schemas."""
    there = site()
    states = []
    for number, value in enumerate(values):
        parameters = value if isinstance(value.get("type"), str) else {"type": "object", "properties": value}
        copies = max(1, min(128, 299_000 // (80 + len(json.dumps(parameters, separators=(",", ":"))))))
        tools = [
            {"type": "function", "function": {"name": f"f{n}", "description": "d" * number, "parameters": parameters}}
            for n in range(copies)
        ]
        shape = {"type": "json_schema", "json_schema": {"name": "answer", "schema": parameters}}
        states.append({"tools": tools, "response_format": shape, "name": "f"})
    made = history_of(there, states)
    yield from pages_of(there, made.id)
    yield from pages_of_lists(there, words="type")


def many(texts: list[str]) -> Pages:
    """A hundred assistants with such texts, and a search for what is in them."""
    there = site()
    for number in range(100):
        text = texts[number % len(texts)]
        there.server.assistants.create(
            model=text[:256].strip() or "m",
            name=text[-256:],
            description=text[:512],
            instructions=text[: 256_000 if number < 20 else 2_000],
            metadata={f"{number % 7} {text[:50]}".strip(): f"{number} {text[:500]}"},
        )
    yield from pages_of_lists(there, words=texts[0])
    yield from replaced(there, texts[-1])
    everything = {"all": "1", "target": "claude"}
    yield "hand-over all", there.get("/w/main/hand-over/", everything)
    yield "hand-over choose", there.get("/w/main/hand-over/")


def conflict(texts: list[str]) -> Pages:
    """Two who changed the same text since it was opened: what each wrote beside the other, and their merge."""
    from tests.assistants_ui.pages import editor_form

    there = site()
    base, mine, theirs = ([*texts, *texts, *texts])[:3]
    made = there.server.assistants.create(model="gpt-4o", name="c", instructions=base[:256_000])
    where = f"/w/main/assistants/{made.id}/edit/"
    form = editor_form(there.browser.get(where))
    there.server.assistants.update(made.id, instructions=theirs[:256_000], name=theirs[:256] or "t")
    form |= {"instructions": mine[:256_000], "name": mine[:256] or "m"}
    yield "conflict", there.post(where, form)
    yield "edit with draft", there.get(where)
    yield "try with draft", there.get(f"/w/main/assistants/{made.id}/try/")
    yield "autosave", there.post(f"{where}draft/", form)


def answer(texts: list[str]) -> Pages:
    """An answer that a model gave, with what was sent."""
    there = site()
    question, said, instructions = ([*texts, *texts, *texts])[:3]
    made = there.server.assistants.create(model="gpt-4o", name="d", instructions=instructions[:256_000])
    asked = {"message": question[:100_000] or "a"}

    def ask() -> Any:
        there.model.answers.clear()
        there.model.says(said[:256_000])
        return there.browser.post(f"/w/main/assistants/{made.id}/try/", asked)

    yield "answer", ask


def questions(texts: list[str]) -> Pages:
    """Test questions with the answers of a run, side by side."""
    from django.utils import timezone

    from assistants_ui.models import Question, QuestionAnswer, QuestionRun

    there = site()
    made = there.server.assistants.create(model="gpt-4o", name="q", instructions=texts[0][:1000])
    number = 1000 if sum(map(len, texts)) < 30_000 else 20
    rows = [
        Question(
            workspace="main",
            assistant_id=made.id,
            group=texts[n % len(texts)][:100],
            text=texts[n % len(texts)][:100_000] or "a",
            checks={"contains_all": texts[0][:5000].split()[:50]},
            good_answer=texts[-1][:10_000],
        )
        for n in range(number)
    ]
    Question.objects.bulk_create(rows)
    state = {"name": "q", "instructions": texts[0][:256_000], "model": "m"}
    run = QuestionRun.objects.create(
        workspace="main", assistant_id=made.id, user=there.user, by="e", saved=state, draft=state | {"model": "n"},
        saved_fingerprint="a", draft_fingerprint="b", created_at=timezone.now(), ended_at=timezone.now(),
    )  # fmt: skip
    QuestionAnswer.objects.bulk_create(
        QuestionAnswer(
            run=run, question=row, position=place, group=row.group, text=row.text, checks=row.checks,
            good_answer=row.good_answer, is_draft=is_draft, number=1, state="done", outcome="answered",
            answer=texts[is_draft % len(texts)][:100_000], result="held",
        )
        for place, row in enumerate(rows)
        for is_draft in (False, True)
    )  # fmt: skip
    at = f"/w/main/assistants/{made.id}/questions/"
    yield "questions", there.get(at)
    yield "run", there.get(f"{at}runs/{run.pk}/")
    judged = {"position": "0", "verdict": "same", "line": "a"}
    yield "judge", lambda: there.browser.post(f"{at}runs/{run.pk}/judge/", judged, headers={"HX-Request": "true"})
    yield "question", there.get(f"{at}{rows[0].pk}/")
    yield "questions export", there.get(f"{at}export/")


def file(texts: list[str]) -> Pages:
    """Files of such texts under names that tell how they are read."""
    there = site()
    for ending in ("md", "txt", "csv", "json", "html", "py"):
        content = "".join(texts).encode("utf-8", "surrogatepass")[:2_000_000] or b"a"
        made = there.server.files.create(
            file=(f"{texts[0][:200]}.{ending}".replace("\n", " "), content), purpose="assistants"
        )
        yield f"file {ending}", there.get(f"/w/main/files/{made.id}/")
    yield "files", there.get("/w/main/files/")
    yield "files search", there.get("/w/main/files/", {"q": texts[0][:255]})
    yield "file delete", there.get("/w/main/files/delete/", {"id": made.id})


def store(texts: list[str]) -> Pages:
    """Stores whose names, labels and files hold such texts, and a search in one."""
    from assistants_server.models import VectorStore
    from assistants_server.vector_stores import indexing

    there = site()
    found = [
        there.server.files.create(file=(f"{n}.txt", (text[:300_000] or "a").encode()), purpose="assistants")
        for n, text in enumerate(texts)
    ]
    made = there.server.vector_stores.create(
        name=texts[0][:256], metadata={f"{n}": texts[0][n * 512 : n * 512 + 512] for n in range(16)},
        file_ids=[one.id for one in found],
    )  # fmt: skip
    indexing.read_waiting(VectorStore.objects.get(wire_id=made.id).pk)
    at = f"/w/main/vector-stores/{made.id}/"
    yield "stores", there.get("/w/main/vector-stores/")
    yield "store", there.get(at)
    yield "store search", there.get(at, {"q": texts[-1][:1000]})
    yield "store edit", there.get(f"{at}edit/")
    yield "store add", there.get(f"{at}add/")
    yield "store files", there.get(f"{at}files/")
    yield "store delete", there.get(f"{at}delete/")
    yield "file of store", there.get(f"/w/main/files/{found[0].id}/")


def imports(texts: list[str]) -> Pages:
    """The preview of what somebody saved elsewhere."""
    there = site()
    for number, text in enumerate(texts):
        yield f"import preview {number}", there.post("/w/main/import/", {"text": text[:256_000], "model": "m"})
    upload = SimpleUploadedFile("saved.py", texts[0].encode("utf-8", "surrogatepass"))

    def again() -> Any:
        upload.seek(0)
        return there.browser.post("/w/main/import/", {"files": upload, "model": "m"})

    yield "import upload", again


def words(texts: list[str]) -> Pages:
    """What somebody types into an address, over a site that holds the same words."""
    there = site()
    text = texts[0]
    for number in range(30):
        there.server.assistants.create(
            model="m", name=text[:256], instructions=text[:20_000], metadata={f"{number}{text[:40]}": text[:500]}
        )
    every = {name: text[:limit] for name, limit in FILTERS.items()}
    yield "list of all filters", there.get("/w/main/assistants/", every)
    yield (
        "list of many values",
        there.get("/w/main/assistants/", {name: [text[:limit]] * 50 for name, limit in FILTERS.items()}),
    )
    yield "audit of all filters", there.get("/audit/", dict.fromkeys(AUDIT_FILTERS, text[:200]))
    yield "files of all filters", there.get("/w/main/files/", {"q": text[:255], "purpose": text[:40]})
    yield (
        "not found",
        there.get(f"/w/main/assistants/{text[:500] or 'a'}/".replace("\n", "").replace("?", "").replace("#", "")),
    )


FILTERS = {"q": 1000, "model": 256, "tool": 64, "metadata": 600, "by": 240}
AUDIT_FILTERS = ("q", "actor", "action", "target", "request", "since", "until", "workspace", "outcome")
