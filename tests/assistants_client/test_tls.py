"""A server whose identity cannot be confirmed is sent nothing, and there is no switch to send it all the same."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from assistants_client import APIConnectionError, AsyncClient, Client, Outcome, Reason, calls, sockets

from .faults import FaultServer, fault_server, gives

NOW = datetime.datetime.now(datetime.UTC)


def certificate(folder: Path, *, name: str = "127.0.0.1", days: int = 1) -> Path:
    """A self-signed certificate and its key in one file, valid since two days ago and for `days` more."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1)
        .not_valid_before(NOW - datetime.timedelta(days=2))
        .not_valid_after(NOW + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


@pytest.fixture
def secure_server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[FaultServer]:
    """Its certificate is trusted by the clients; the parameters make it wrong in one way."""
    file = certificate(tmp_path, **getattr(request, "param", {}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with (
        pytest.MonkeyPatch.context() as patch,
        fault_server(gives({"id": "asst_1"}), tls=context) as server,
    ):
        patch.setenv("SSL_CERT_FILE", str(file))
        sockets.ssl_context.cache_clear()
        yield server
    sockets.ssl_context.cache_clear()


def test_a_confirmed_server_is_used(secure_server: FaultServer) -> None:
    with Client(base_url=secure_server.base_url) as client:
        assert client.assistants.retrieve("asst_1").id == "asst_1"


@pytest.mark.parametrize(
    "secure_server", [{"name": "127.0.0.2"}, {"days": -1}], indirect=True, ids=["another name", "expired"]
)
def test_a_wrong_certificate_ends_the_call(secure_server: FaultServer) -> None:
    call = calls.assistants.create(model="m")
    with Client(base_url=secure_server.base_url, sleep=lambda seconds: None) as client:
        with pytest.raises(APIConnectionError, match="identity could not be confirmed") as caught:
            client.send(call)
        assert (caught.value.reason, caught.value.outcome) == (Reason.TLS, Outcome.NOT_SENT)
    assert secure_server.requests == []


def test_a_certificate_nobody_vouches_for_ends_the_call(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))

    async def create(address: str) -> None:
        async with AsyncClient(base_url=address) as client:
            await client.assistants.create(model="m")

    with fault_server(gives({"id": "asst_1"}), tls=context) as server:
        with pytest.raises(APIConnectionError, match="identity could not be confirmed"):
            Client(base_url=server.base_url).assistants.create(model="m")
        with pytest.raises(APIConnectionError, match="identity could not be confirmed"):
            anyio.run(create, server.base_url)
        assert server.requests == []
