"""`check --deploy` under production settings, with every required variable set; warnings fail."""

import os
import subprocess
import sys
from tempfile import gettempdir

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "labplatform.settings.production",
    "DATABASE_URL": "postgresql://nobody:8f3c1d7e2a9b4c6d8e0f@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "f3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "PSEUDONYM_KEY": "0c9a7e5d3b1f8642c0a8e6d4b2f0917355aa",
    "ENCRYPTION_KEYS": "5b2f9d8e7c6a41320f1e2d3c4b5a69788766",
    "ERASURE_JOURNAL": gettempdir(),
    "BASE_URL": "https://lab.example",
    "ALLOWED_HOSTS": "lab.example",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "DEFAULT_FROM_EMAIL": "labplatform <lab@lab.example>",
}

if __name__ == "__main__":
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    sys.exit(subprocess.run(command, env={**os.environ, **PRODUCTION}, check=False).returncode)
