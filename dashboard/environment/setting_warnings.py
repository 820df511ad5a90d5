"""What in the environment is suspicious: named at the start, and by ``manage.py check_config``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from dashboard.environment.addresses import THIS_MACHINE
from dashboard.environment.models import MODEL_SETTINGS
from dashboard.environment.reading import readings
from dashboard.environment.workspaces import WorkspaceSettings, prefix_of

# How our variables begin, as far as hardly any other program's do.
FAMILIES = ("ADMIN_", "AUDIT_", "EMBEDDED_", "MODEL_", "OIDC_", "RUN_", "SECRET_KEY", "SITE_", "WEB_", "WORKSPACE_")
# A name this short is one letter away from too many words of other programs.
SHORTEST = 6
# Names of other programs that begin like ours, or nearly are ours.
FOREIGN = {"AUDIT_KEYS", "WORKSPACE_TMP"}


def unknown_names(environment: Mapping[str, str] = os.environ) -> list[str]:
    """A sentence for every variable that looks as if it were meant for the site, and that nothing reads."""
    known = {*readings, *MODEL_SETTINGS, *(f"{name}_FILE" for name, reading in readings.items() if reading.is_secret)}
    sentences = []
    for name in sorted(set(environment) - known - FOREIGN):
        meant = next((each for each in sorted(known) if is_nearly(name, each)), None)
        if meant is None and name.startswith(FAMILIES):
            meant = next((each for each in sorted(known) if is_one_word_away(name, each)), None)
        if meant:
            sentences.append(f"{name} is no setting, so it is ignored. Is {meant} meant?")
        elif name.startswith(FAMILIES):
            sentences.append(f"{name} is no setting, so it is ignored.")
    return sentences


def is_nearly(name: str, known: str) -> bool:
    """Whether the two are the same but for one letter or for upper and lower case."""
    if name.upper() == known:
        return True
    return min(len(name), len(known)) >= SHORTEST and is_one_letter_away(name.upper(), known)


def is_one_letter_away(one: str, other: str) -> bool:
    """Whether one letter added, left out, replaced, or swapped with the next turns ``one`` into ``other``."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = next((index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    is_swapped = one[start : start + 2] == other[start : start + 2][::-1]
    return one[start + 1 :] == other[start + 1 :] or (is_swapped and one[start + 2 :] == other[start + 2 :])


def is_one_word_away(one: str, other: str) -> bool:
    """Whether one word added or left out turns ``one`` into ``other``, as of ``MODEL_KEY`` and ``MODEL_API_KEY``."""
    shorter, longer = sorted((one.split("_"), other.split("_")), key=len)
    is_longer = len(longer) == len(shorter) + 1 > 2
    return is_longer and any(shorter == longer[:at] + longer[at + 1 :] for at in range(len(longer)))


def empty_variables() -> list[str]:
    """A sentence for every setting that is set to nothing."""
    return [
        f"{name} is set to nothing, so its default counts{f': {reading.default}' if reading.default else ''}."
        for name, reading in readings.items()
        if name in os.environ and not os.environ[name].strip()
    ]


def given_twice() -> list[str]:
    """A sentence for every secret that is given in a variable and in a file."""
    return [
        f"{name} and {name}_FILE are both set. The file counts."
        for name, reading in readings.items()
        if reading.is_secret and os.environ.get(name, "").strip() and os.environ.get(f"{name}_FILE", "").strip()
    ]


def about_workspaces(workspaces: Iterable[WorkspaceSettings]) -> list[str]:
    """What can hardly be meant as it is described."""
    sentences = []
    for workspace in workspaces:
        prefix = prefix_of(workspace.name)
        if workspace.is_embedded:
            given = [name for name in ("API_KEY", "QUERY", "HEADERS", "PROXY") if is_set(prefix + name)]
            sentences += [f"{prefix}{name} does nothing: the workspace is embedded." for name in given]
            continue
        if not urlsplit(workspace.base_url).path:
            sentences.append(f"{prefix}BASE_URL ends after the host; most servers want /v1 behind it.")
        if not workspace.api_key and not workspace.headers:
            sentences.append(f"{prefix}API_KEY is not set, so its server is called without a key.")
    for name in [name for name in readings if name.endswith("MODEL_BASE_URL") and is_set(name)]:
        if not urlsplit(readings[name].value).path.strip("/") and readings[name].value.startswith("http"):
            sentences.append(f"{name} ends after the host; most servers want /v1 behind it.")
    return sentences


def is_set(name: str) -> bool:
    """Whether a setting was given, by itself or in a file."""
    return name in readings and readings[name].source != "default"


def about_the_site(*, site_url: str, host: str, trusted_proxies: int) -> list[str]:
    """What can hardly be meant about sign-on, models and the way in."""
    parts = urlsplit(site_url)
    sentences = []
    if host not in THIS_MACHINE and parts.hostname in THIS_MACHINE:
        sentences.append(
            f"HOST is {host}, so other machines can connect, but they are refused until SITE_URL is the address "
            "by which they reach this one."
        )
    if parts.scheme == "https" and not trusted_proxies:
        sentences.append(
            "SITE_URL begins with https://, but TRUSTED_PROXIES is 0, so no proxy is believed: every page is "
            "redirected for ever, and every sign-in seems to come from the proxy. Set TRUSTED_PROXIES to the number "
            "of proxies in front."
        )
    if parts.scheme == "http" and parts.hostname not in THIS_MACHINE:
        sentences.append("SITE_URL begins with http://, so passwords cross the network in the clear.")
    for name, needed in (("OIDC_PROXY", "OIDC_ISSUER"), ("OIDC_ROLE_CLAIM", "OIDC_ISSUER")):
        if is_set(name) and not is_set(needed):
            sentences.append(f"{name} does nothing without {needed}.")
    if is_set("MODEL_API_KEY") and not any(is_set(name) for name in readings if name.endswith("MODEL_BASE_URL")):
        sentences.append("MODEL_API_KEY does nothing without MODEL_BASE_URL.")
    return sentences
