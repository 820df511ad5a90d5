from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses
from pytest_django import Settings

from dashboard.accounts.single_sign_on.flow import recorded_at
from dashboard.accounts.single_sign_on.provider import discovered
from tests.dashboard.single_sign_on.identity_provider import CLIENT_ID, CLIENT_SECRET, ISSUER, IdentityProvider


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def provider(settings: Settings, mock: responses.RequestsMock) -> Iterator[IdentityProvider]:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = ISSUER, CLIENT_ID, CLIENT_SECRET
    discovered.cache_clear()
    recorded_at.clear()
    provider = IdentityProvider()
    provider.answer(mock)
    yield provider
    discovered.cache_clear()
