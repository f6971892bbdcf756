"""The notices on the home page that ask members to assess their skills."""

from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.requests import person
from cohorts.assessments.actions import open_period_of
from cohorts.assessments.answering_periods import AnsweringPeriod
from cohorts.assessments.pseudonyms import pseudonym
from cohorts.models import Assessment, Cohort
from cohorts.permissions import ROLE_OF_MEMBER, TABLE
from cohorts.visibility import active_on
from web.database.nested_rows import nested, row_from_nested
from web.dates.clock import Today, day_in
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows
from web.text.formats import long_day

MAX_NOTICES = 5
NOTICE_PERIOD = timedelta(weeks=4)  # how long after a period opens the home page shows the notice
ASSESSING_ROLES = tuple(member for member, role in ROLE_OF_MEMBER.items() if role in TABLE["assess_oneself"][0])


def _find_cohorts_to_assess(user: User, today: Today) -> ArraySubquery | None:
    """Return the subquery of up to five cohorts in which the user may assess their skills on `today`, by name; None for
    lab staff.

    They are those of which the user is pilot, ambassador or relay (elected officials and direction included). Each row
    has the cohort's dates and the pseudonyms that have answered, by moment.
    """
    if user.is_lab_staff:
        return None
    own = user.memberships.filter(active_on(today), role__in=ASSESSING_ROLES)
    of_cohort = Assessment.objects.filter(cohort=OuterRef("pk"))
    cohorts = Cohort.objects.filter(pk__in=own.values("cohort"), retrospective=False).by_name()[:MAX_NOTICES]
    dates = ("actual_start", "actual_end", "planned_end")
    answers: Any = nested(of_cohort, "pseudonym", "moment")
    return nested(
        cohorts, "id", "slug", "name", "state", "retrospective", *dates, answers=answers, zone="authority__time_zone"
    )


def _assessment_notices(request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a home page notice for each cohort in which the reader has not answered in the answering period that is
    open.

    Notes appear in the first four weeks of a period only. `rows` are the cohorts with the pseudonyms that have
    answered.
    """
    user, now, locale = person(request), timezone.now(), request.LANGUAGE_CODE[:2]
    notices = []
    for row in rows:
        today = day_in(row["zone"], now)
        period = open_period_of(row_from_nested(Cohort, row), today)
        code = pseudonym(cohort=row["id"], user=user.pk)
        if period is None or today > period.first + NOTICE_PERIOD or code in _codes_that_answered(row, period):
            continue
        text = _("%(cohort)s: seven questions, two minutes, until %(day)s.")
        details = {"cohort": row["name"], "day": long_day(period.last, locale)}
        address = reverse("cohorts:assess", args=[row["slug"]])
        notices.append(HomeNotice(_("How do you see your skills?"), text % details, address, _("Answer")))
    return notices


def _codes_that_answered(row: dict[str, Any], period: AnsweringPeriod) -> set[str]:
    """Return the pseudonyms that answered for a moment of this answering period.

    `row` is a cohort's nested row; its `answers` are mappings of `pseudonym` and `moment`.
    """
    return {answer["pseudonym"] for answer in row["answers"] if answer["moment"] in period.moments}


# Cohorts in an open answering period for which the person has not answered.
skills_to_assess = HomeNoticeSource(
    _find_cohorts_to_assess, _assessment_notices, "skills", gettext_lazy("Questions about your skills")
)
