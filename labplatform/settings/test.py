"""Settings of the test suite: throw-away PostgreSQL and Redis, plain static files, fast passwords."""

import os
from pathlib import Path
from tempfile import gettempdir

from labplatform.settings.base import *  # noqa: F403
from labplatform.settings.base import DATABASES, MIDDLEWARE, STORAGES, env

SECRET_KEY = "only-for-tests-" + "x" * 40
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
BASE_URL = "https://lab.example"
DEMO = env.bool("DEMO", False)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = STORAGES | {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise")]  # the live server has its own
STATEMENTS_CHECKED = 3
ERASURE_JOURNAL = Path(env.str("ERASURE_JOURNAL", f"{gettempdir()}/erasures-{os.getpid()}"))
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
SECOND_FACTOR_REQUIRED = False
LANGUAGE_CODE = "fr"
if TEMPLATE := env.str("TEST_TEMPLATE", ""):  # a migrated database to copy; otherwise each process migrates its own
    DATABASES["default"]["TEST"] = {"TEMPLATE": TEMPLATE, "MIGRATE": False}
