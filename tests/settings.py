"""The site's own settings under a fixed environment, with what only a test may weaken."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def leave_nothing_behind(folder: str, *, maker: int) -> None:
    """Remove the folder when the process that made it ends, not when one that it forked does."""
    if os.getpid() == maker:
        shutil.rmtree(folder)


if "DATA_DIR" not in os.environ:
    # In the environment, so that parallel test processes share it and none makes one of its own.
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="dashboard-tests-")
    atexit.register(leave_nothing_behind, os.environ["DATA_DIR"], maker=os.getpid())
os.environ.setdefault("SECRET_KEY", "a-key-for-tests-only-that-is-long-enough")
os.environ.setdefault("SITE_URL", "http://testserver")
# Runs are answered where a test says so.
os.environ["RUN_WORKERS"] = "0"
os.environ["QUESTIONS_AT_ONCE"] = "0"
for name in [name for name in os.environ if name.startswith(("WORKSPACE", "MODEL_"))]:
    del os.environ[name]

from dashboard.settings import *  # noqa: E402, F403

IMPORTS_IN_BACKGROUND = False
# The live server of the browser tests serves from the source folders, which have no hashed names.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Nothing is collected for tests, and WhiteNoise warns of a folder that is not there.
STATIC_ROOT = Path(DATA_DIR) / "static"  # noqa: F405
STATIC_ROOT.mkdir(exist_ok=True)
# A password hash that is slow on purpose would be most of the suite's time.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in real life: each thread of a live server has a connection of its own.
    DATABASES["default"]["TEST"] = {"NAME": f"{DATA_DIR}/test.sqlite3"}  # noqa: F405
    # What a power cut would lose is of no interest here.
    fast = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-8000;"
    DATABASES["default"]["OPTIONS"]["init_command"] = fast  # noqa: F405

if CACHES["default"]["BACKEND"].endswith("RedisCache"):  # noqa: F405
    # One Redis database for each parallel process: a test empties its cache, not its neighbour's.
    _worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    CACHES["default"]["LOCATION"] = f"{CACHES['default']['LOCATION'].rsplit('/', 1)[0]}/{_worker}"  # noqa: F405
