"""Beat sends the names of tasks, and loads little more than that needs."""

import pytest
from django.conf import settings as configured

from tests.labplatform.production import start
from tools.lint_deploy import PRODUCTION

LOADED = """
import sys
import celery.bin.celery, celery.apps.beat
from labplatform.scheduler import app, log_as_configured

schedule = app.conf.beat_schedule
log_as_configured()
print(len(schedule), [name for name in ("django.db.models", "django.forms", "django.http") if name in sys.modules])
"""


def test_beat_sends_the_names_of_tasks_and_loads_none():
    from labplatform.scheduler import app as scheduler

    conf = scheduler.conf
    assert (conf.beat_schedule, conf.broker_url) == (configured.CELERY_BEAT_SCHEDULE, configured.CELERY_BROKER_URL)
    assert (conf.timezone, scheduler.fixups) == ("UTC", ())


@pytest.mark.parametrize("environment", ["demo", "production"])
def test_beat_loads_neither_models_nor_forms_nor_views(environment: str):
    done = start(f"labplatform.settings.{environment}", LOADED, **PRODUCTION)
    assert done.stdout == f"{len(configured.CELERY_BEAT_SCHEDULE)} []\n", done.stderr[-800:]
