"""The notices of this app on the home page: lessons that wait for the lab."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from programmes.enums import LessonState
from programmes.models import Edition
from web.database.nested_rows import nested
from web.dates.clock import Today
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows, since_day

MAX_EDITIONS = 3


def _waiting_query(user: User, _today: Today) -> ArraySubquery | None:
    """Return a query column with up to three editions that have lessons the lab has not decided on, the earliest
    edition first.

    Each has `name`, `slug`, `waiting`, the number of these lessons, and `since`, the day of the first. Returns None for
    people who are not lab staff.
    """
    if not user.is_lab_staff:
        return None
    waiting = Edition.objects.filter(lessons__state=LessonState.PROPOSED).annotate(
        waiting=Count("lessons"), since=Min("lessons__noted_on")
    )
    return nested(waiting.order_by("starts_on", "pk")[:MAX_EDITIONS], "name", "slug", "waiting", "since")


def _waiting_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return one notice per edition that links to the lessons the lab has not decided on; `rows` come from
    `_waiting_query`.
    """
    return [
        HomeNotice(
            _("%(edition)s:") % {"edition": row["name"]},
            _waiting_text(row["waiting"]),
            f"{reverse('programmes:lessons', args=[row['slug']])}?state=proposed",
            _("Read the lessons"),
            when=since_day(row["since"]),
        )
        for row in rows
    ]


def _waiting_text(waiting: int) -> str:
    """Return the sentence that says how many lessons of an edition wait for the lab: “3 lessons wait for the lab.”"""
    return ngettext("%(n)d lesson waits for the lab.", "%(n)d lessons wait for the lab.", waiting) % {"n": waiting}


lessons_waiting = HomeNoticeSource(_waiting_query, _waiting_notices, "lessons", gettext_lazy("Lessons to decide on"))
