"""What this app brings to the home page: lessons that wait for the lab."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from programmes.enums import LessonState
from programmes.models import Edition
from web.database.nested_rows import nested
from web.dates.clock import Today
from web.pages.home import Attention, Found, Watch

MOST_EDITIONS = 3


def _find_waiting(user: User, _today: Today) -> ArraySubquery | None:
    """Editions with lessons nobody has judged, the earliest first; for lab staff only."""
    if not user.is_lab_staff:
        return None
    waiting = Edition.objects.filter(lessons__state=LessonState.PROPOSED).annotate(waiting=Count("lessons"))
    return nested(waiting.order_by("starts_on", "pk")[:MOST_EDITIONS], "name", "slug", "waiting")


def _say_waiting(_request: HttpRequest, found: Found) -> list[Attention]:
    return [
        Attention(
            _("%(edition)s:") % {"edition": row["name"]},
            _how_many(row["waiting"]),
            f"{reverse('programmes:lessons', args=[row['slug']])}?state=proposed",
            _("Read the lessons"),
        )
        for row in found
    ]


def _how_many(waiting: int) -> str:
    return ngettext("%(n)d lesson waits for the lab.", "%(n)d lessons wait for the lab.", waiting) % {"n": waiting}


lessons_waiting = Watch(_find_waiting, _say_waiting)
