"""WSGI entry point for gunicorn."""

import gc
import os
from datetime import date

from django.apps import apps
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from django.utils import translation

from web.text import formats

gc.disable()  # until everything is loaded
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labplatform.settings.production")
application = get_wsgi_application()

# Before gunicorn forks its workers, so that they share it: all views and addresses, both catalogues, the names of days
# and months, the formats of numbers, related fields.
for language, _name in settings.LANGUAGES:
    with translation.override(language):
        reverse("home")
    formats.weekday(date(2026, 1, 2), language)
    formats.number(1.5, language)
for model in apps.get_models():
    model._meta.get_fields()

# Loaded modules stay until the end: the garbage collector need not scan them again, and forked workers share their
# memory. Nothing is collected before `freeze`: it would leave free gaps in the shared memory, and each worker that
# fills them copies the pages around them. A page leaves some hundred objects in cycles. They are collected once there
# are 5,000, and older ones after five such collections, so that little garbage waits.
gc.freeze()
gc.set_threshold(5_000, 5, 5)
gc.enable()
