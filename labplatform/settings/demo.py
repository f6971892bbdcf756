"""Settings for a first look: everything runs on this machine, with the demonstration's sign-ins."""

import os
import secrets
from contextlib import suppress
from tempfile import NamedTemporaryFile

from labplatform.settings.base import *  # noqa: F403
from labplatform.settings.base import STORAGES, VAR_DIR, env

# Not compressed: that takes longer than everything a newcomer will ever load from this machine.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "web.assets.static_storage.ManifestStorage"}}
DEMO = env.bool("DEMO", True)
LOCAL_MAILBOX = env.bool("LOCAL_MAILBOX", False)
WEBHOOKS_TO_LOOPBACK = env.bool("WEBHOOKS_TO_LOOPBACK", False)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # passkeys over http; browsers have none at 127.0.0.1: open http://localhost
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])


def _stored_secret() -> str:
    """Return the random secret key stored in `var/`, so that sign-ins survive a restart; create it when it is missing.

    Processes that start at once all get the same key.
    """
    path = VAR_DIR / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent) as temporary:  # readable by its owner only
            temporary.write(secrets.token_urlsafe(50))
            temporary.flush()
            with suppress(FileExistsError):
                os.link(temporary.name, path)
    return path.read_text().strip()


SECRET_KEY = env.str("SECRET_KEY", "") or _stored_secret()
