"""``SSL_CERT_FILE``: the authorities that are trusted beside the public ones."""

from __future__ import annotations

import ssl

from django.core.exceptions import ImproperlyConfigured

from dashboard.environment.reading import text


def certificate_file() -> str:
    """The file, empty when there is none. OpenSSL reads it itself, and says nothing when it cannot."""
    path = text("SSL_CERT_FILE")
    if not path:
        return ""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError as error:
        raise ImproperlyConfigured(f"SSL_CERT_FILE points to {path!r}, which holds no certificate.") from error
    except OSError as error:
        raise ImproperlyConfigured(f"SSL_CERT_FILE points to {path!r}, which cannot be read.") from error
    return path
