"""Keys in the shapes that providers give them never enter the record."""

from __future__ import annotations

import pytest

from dashboard.audit.record.redaction import KEPT_OUT, holds_kept_out, without_secrets

# Put together here, so that no scanner takes this file for a leak.
SECRETS = {
    "OpenAI": "sk-" + "proj-abcdefghijklmnop1234",
    "Stripe, restricted": "rk-" + "abcdefghijklmnop1234",
    "Stripe, public": "pk-" + "abcdefghijklmnop1234",
    **{f"GitHub, gh{kind}": f"gh{kind}_" + "A1b2C3d4E5" * 3 for kind in "pousr"},
    **{f"Slack, xox{kind}": f"xox{kind}-" + "1234567890-abcdef" for kind in "abprs"},
    "AWS": "AKIA" + "IOSFODNN7EXAMPLE",
    "JSON Web Token": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3.SflKxwRJSMeKKF2QT4",
    "private key": "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----",
}
HARMLESS = [
    "sk-short",
    "ghp_short",
    "xoxb-short",
    "AKIA" + "LOWercase0000000",
    "eyJ.eyJ.eyJ",
    "-----BEGIN CERTIFICATE-----",
]


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_a_secret_of_this_shape_is_kept_out(secret: str) -> None:
    kept = without_secrets({"instructions": f"Use {secret} for it.", "tools": [secret]})

    assert secret not in str(kept)
    assert kept["instructions"] == f"Use {kept['tools'][0]} for it."
    assert KEPT_OUT.fullmatch(kept["tools"][0])
    assert holds_kept_out(kept)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_begins_like_a_secret_stays(text: str) -> None:
    assert without_secrets(text) == text
    assert not holds_kept_out(text)
