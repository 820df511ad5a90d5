"""Which ID token is believed: OpenID Connect Core, section 3.1.3.7."""

from __future__ import annotations

import secrets
from typing import Any

import jwt
from django.conf import settings

from dashboard.accounts.single_sign_on import SignOnError
from dashboard.accounts.single_sign_on.provider import Provider

# Only signatures by a key pair: with a shared secret, or none at all, others could sign as well.
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
KEY_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
CLOCKS_DIFFER_SECONDS = 60


def verified_claims(token: object, *, provider: Provider, nonce: str) -> dict[str, Any]:
    """What the token says, once signature, issuer, audience, times, nonce and subject have been checked."""
    if not isinstance(token, str):
        raise SignOnError("no_id_token")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise SignOnError("token_unreadable") from error
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS.intersection(provider.algorithms):
        raise SignOnError("algorithm_refused")
    key = _matching_key(provider.keys(), algorithm=algorithm, key_id=header.get("kid"))
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            issuer=provider.issuer,
            audience=settings.OIDC_CLIENT_ID,
            leeway=CLOCKS_DIFFER_SECONDS,
            options={"require": ["iss", "aud", "exp", "iat", "sub"]},
        )
    except jwt.PyJWTError as error:
        raise SignOnError(_reason(error)) from error
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims.get("azp", settings.OIDC_CLIENT_ID if len(audiences) == 1 else None) != settings.OIDC_CLIENT_ID:
        raise SignOnError("other_authorized_party")
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise SignOnError("nonce_differs")
    if not claims["sub"] or len(claims["sub"]) > 255:
        raise SignOnError("subject_unusable")
    return claims


def _matching_key(keys: list[dict[str, Any]], *, algorithm: str, key_id: object) -> jwt.PyJWK:
    """The one key of the right kind with this id; a provider with a single key may leave the id out."""
    fitting = [
        key
        for key in keys
        if key.get("kty") == KEY_TYPES[algorithm[:2]]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (key_id is None or key.get("kid") == key_id)
    ]
    if len(fitting) != 1:
        raise SignOnError("key_unknown")
    try:
        return jwt.PyJWK.from_dict(fitting[0], algorithm=algorithm)
    except jwt.PyJWTError as error:
        raise SignOnError("keys_unreadable") from error


def _reason(error: jwt.PyJWTError) -> str:
    match error:
        case jwt.ExpiredSignatureError():
            return "token_expired"
        case jwt.ImmatureSignatureError():
            return "token_from_the_future"
        case jwt.InvalidIssuerError():
            return "other_issuer"
        case jwt.InvalidAudienceError():
            return "other_audience"
        case jwt.MissingRequiredClaimError():
            return "claim_missing"
        case jwt.InvalidSignatureError():
            return "signature_wrong"
    return "token_refused"
