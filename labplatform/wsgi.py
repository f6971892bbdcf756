"""WSGI entry point for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

gc.disable()  # until everything is loaded
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labplatform.settings.production")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - loads all views, before gunicorn forks its workers: they share them

# Loaded modules stay until the end: the garbage collector need not scan them again, and forked workers share their
# memory. A page creates some ten thousand short-lived objects: a collection every seven hundred would be wasted.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
gc.enable()
