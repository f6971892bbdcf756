"""Settings of the web processes that are measured: those of the tests, with the cache and the checks of production."""

from labplatform.settings import base
from labplatform.settings.test import *  # noqa: F403

CACHES = base.CACHES
STATEMENTS_CHECKED = base.STATEMENTS_CHECKED
