"""Everything that can be configured, read from the environment once, at start.

The table of variables is in the README; a test keeps the two equal.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from dashboard import environment

BASE_DIR = Path(__file__).resolve().parent.parent

HOST = environment.host("HOST", "127.0.0.1")
PORT = environment.integer("PORT", 8000, minimum=1, maximum=65535)
SITE_URL = environment.site_address("SITE_URL", environment.local_address(host=HOST, port=PORT))
DATA_DIR = environment.data_directory(BASE_DIR / "var")

SECRET_KEY = environment.secret_key(DATA_DIR)
SECRET_KEY_FALLBACKS = environment.former_keys()
DEBUG = False

_site = urlsplit(SITE_URL)
IS_HTTPS = _site.scheme == "https"
ALLOWED_HOSTS = [environment.in_address(str(_site.hostname)), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]

# How many proxies stand in front; each adds the address it was called from to X-Forwarded-For.
TRUSTED_PROXIES = environment.integer("TRUSTED_PROXIES", 0, minimum=0, maximum=10)

WEB_WORKERS = environment.integer("WEB_WORKERS", 1, minimum=1, maximum=64)
WEB_THREADS = environment.integer("WEB_THREADS", 8, minimum=1, maximum=128)
# Each open stream waits in a thread of its own, beside those that work.
MAX_OPEN_STREAMS = environment.integer("MAX_OPEN_STREAMS", 560, minimum=1, maximum=5000)

DATABASES = {"default": environment.database(DATA_DIR)}
_is_sqlite = DATABASES["default"]["ENGINE"].endswith("sqlite3")
# Off: the site does not migrate when it starts, and refuses to start before `manage.py migrate` has been run.
MIGRATE = environment.switch("MIGRATE", "on")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": environment.cache()}
CACHE_SECONDS = environment.integer("CACHE_SECONDS", 30, minimum=0, maximum=86_400)

if WEB_WORKERS > 1 and DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    raise ImproperlyConfigured(
        f"WEB_WORKERS is {WEB_WORKERS}, but several processes need PostgreSQL: "
        "set DATABASE_URL, or leave WEB_WORKERS at 1."
    )
if WEB_WORKERS > 1 and "memory_cache" in CACHES["default"]["BACKEND"]:
    raise ImproperlyConfigured(
        f"WEB_WORKERS is {WEB_WORKERS}, but several processes need Redis: set CACHE_URL, or leave WEB_WORKERS at 1."
    )

ADMIN_USERNAME = environment.text("ADMIN_USERNAME", "admin")
ADMIN_PASSWORD = environment.secret("ADMIN_PASSWORD")
ADMIN_EMAIL = environment.text("ADMIN_EMAIL")

WORKSPACES = environment.workspaces()
# The WSGI variable by which a caller inside this process names its workspace to the embedded
# server. No HTTP header can set it, because those always arrive with the prefix HTTP_.
EMBEDDED_WORKSPACE_VARIABLE = "dashboard.embedded_workspace"
# The names that the embedded server lists under /v1/models; none means its built-in ones.
EMBEDDED_MODELS = environment.names("EMBEDDED_MODELS", of="model")
# How many requests a key may make in a minute before /v1 answers 429; 0 means as many as it likes.
EMBEDDED_REQUESTS_PER_MINUTE = environment.integer("EMBEDDED_REQUESTS_PER_MINUTE", 6000, minimum=0, maximum=1_000_000)

# How many runs this process answers at a time; 0 leaves them to `manage.py run_worker`.
RUN_WORKERS = environment.integer("RUN_WORKERS", 4, minimum=0, maximum=256)
# How soon a process sees what another one did. Where there is only one, it is told at once.
RUN_LOOK_SECONDS = 0.25 if WEB_WORKERS > 1 or not RUN_WORKERS or not _is_sqlite else 2.0

# Imports that nobody follows any more are finished by a thread of the site.
IMPORTS_IN_BACKGROUND = True

# What one person may cost in a day by trying assistants; 0 answers switch it off, 0 tokens mean as many as it takes.
TRIES_PER_DAY = environment.integer("TRIES_PER_DAY", 500, minimum=0, maximum=1_000_000)
TRY_TOKENS_PER_DAY = environment.integer("TRY_TOKENS_PER_DAY", 0, minimum=0, maximum=2**53)
# How many test questions this process asks at a time; 0 leaves them to other processes.
QUESTIONS_AT_ONCE = environment.integer("QUESTIONS_AT_ONCE", 4, minimum=0, maximum=64)

# 0 keeps the audit log for ever; otherwise `manage.py audit_purge` removes what is older.
AUDIT_RETENTION_DAYS = environment.integer("AUDIT_RETENTION_DAYS", 0, minimum=0, maximum=36_500)

MAX_UPLOAD_MB = environment.integer("MAX_UPLOAD_MB", 512, minimum=1, maximum=512)
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20  # 256,000 emoji, urlencoded, are 3 MB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # 128 functions of twenty parameters
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_TEMP_DIR = environment.private_folder(DATA_DIR / "spool")
FILE_UPLOAD_HANDLERS = ["dashboard.lib.uploads.SpoolHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600

OIDC_ISSUER = environment.web_address("OIDC_ISSUER", "")
OIDC_CLIENT_ID = environment.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = environment.secret("OIDC_CLIENT_SECRET")
environment.all_or_none(OIDC_ISSUER=OIDC_ISSUER, OIDC_CLIENT_ID=OIDC_CLIENT_ID, OIDC_CLIENT_SECRET=OIDC_CLIENT_SECRET)
OIDC_PROXY = environment.proxy_address("OIDC_PROXY", environment.secret("OIDC_PROXY"))
OIDC_ROLE_CLAIM = environment.text("OIDC_ROLE_CLAIM", "groups")
if OIDC_ISSUER and not os.environ.get("OIDC_ROLE_CLAIM", OIDC_ROLE_CLAIM).strip():
    raise ImproperlyConfigured("OIDC_ROLE_CLAIM must name the claim that lists a person's roles, or not be set.")

# OpenSSL reads it by itself, for every connection that leaves; here it is only checked.
SSL_CERT_FILE = environment.certificate_file()

LOG_LEVEL = environment.choice("LOG_LEVEL", "info", ("debug", "info", "warning", "error")).upper()
LOG_FORMAT = environment.choice("LOG_FORMAT", "text", ("text", "json"))

INSTALLED_APPS = [
    "dashboard",
    "dashboard.audit",
    "dashboard.accounts",
    "assistants_ui",
    "assistants_server",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "dashboard.middleware.MonitorMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dashboard.middleware.CompressPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "dashboard.middleware.ClientAddressMiddleware",
    "dashboard.middleware.FormEncodingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dashboard.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "dashboard.accounts.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dashboard.middleware.PrivateResponseMiddleware",
    "assistants_ui.assistants.editor.draft_middleware.DraftMiddleware",
    "dashboard.accounts.middleware.AccessMiddleware",
    "dashboard.accounts.preferences.TimeZoneMiddleware",
    "assistants_ui.middleware.WorkspaceMiddleware",
]

ROOT_URLCONF = "dashboard.urls"
WSGI_APPLICATION = "dashboard.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.context.site",
            ],
            "builtins": ["dashboard.templatetags.site", "django.templatetags.i18n"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

# Widgets of our own have their templates where all the others are.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# The first is what programs, logs and the audit log's rows speak, and whoever asks for none of these.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
# Texts of the templates; those of the code are in each application's own `locale`.
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["dashboard.formats"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "dashboard.static_files.HashedStaticFiles",
        # Unlike uploads, they are read by another user than the one who collects them.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Sessions stay in the database: sign-in must not depend on Redis being up.
SESSION_ENGINE = "dashboard.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = environment.integer("SESSION_IDLE_MINUTES", 60, minimum=1, maximum=720) * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
CSRF_FAILURE_VIEW = "assistants_ui.assistants.editor.draft_middleware.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = IS_HTTPS
# Without a proxy in front, whoever calls could claim to have come by TLS.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS and TRUSTED_PROXIES else None
# A probe speaks plain http to the process itself; /v1 must answer an error, never a redirect
# that makes a client send its key a second time.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^v1/", r"^openai/"]
SECURE_HSTS_SECONDS = 63_072_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_HSTS_PRELOAD = False
# Both would bind neighbours below the same name, and preloading cannot be taken back for months:
# whoever owns the whole domain may decide that at the proxy.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "dashboard.lib.log_lines.LineFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
        "json": {"()": "dashboard.lib.log_lines.JSONFormatter"},
    },
    "filters": {"expected_refusals": {"()": "dashboard.lib.log_lines.ExpectedRefusals"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json" if LOG_FORMAT == "json" else "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"filters": ["expected_refusals"]},
        # These log whole addresses, and an address may carry a fixed query or a code of the identity provider.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
        # Every statement with its values, texts of assistants and keys among them.
        "django.db.backends": {"level": "INFO"},
        # Without the heads a tail that was cut off the record could not be told.
        "dashboard.audit.head": {"level": "INFO"},
        # Scanners ask for other hosts all day; each would leave a traceback.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
