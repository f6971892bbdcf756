"""WSGI entry point for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labplatform.settings.production")
application = get_wsgi_application()

# What is loaded stays until the end: the collector need not look through it again, and workers that are forked share
# it. A page makes some ten thousand objects that are gone with it: looking for circles at every seven hundred is idle.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
