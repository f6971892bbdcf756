"""The note on the home page that asks members to assess their skills."""

from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import person
from cohorts.assessments.actions import occasion_on
from cohorts.assessments.occasions import Occasion
from cohorts.assessments.pseudonyms import pseudonym
from cohorts.models import Assessment, Cohort
from cohorts.permissions import LETTERS, TABLE
from cohorts.visibility import active_on
from web.database.nested_rows import nested, revived
from web.dates.clock import Today, day_in
from web.pages.home import Attention, Found, Watch
from web.text.formats import long_day

NOTES_SHOWN = 5
ASKED_FOR = timedelta(weeks=4)  # how long after an occasion opens members are asked how they see their skills
ASSESSED = tuple(role for role, letter in LETTERS.items() if letter in TABLE["assess_oneself"][0])


def _find_asked(user: User, today: Today) -> ArraySubquery | None:
    """The cohorts one is a member of, each with the pseudonyms of those who answered."""
    if user.is_lab_staff:
        return None
    own = user.memberships.filter(active_on(today), role__in=ASSESSED)
    answered = Assessment.objects.filter(cohort=OuterRef("pk"))
    rows = Cohort.objects.filter(pk__in=own.values("cohort"), retrospective=False).by_name()[:NOTES_SHOWN]
    dates = ("actual_start", "actual_end", "planned_end")
    said: Any = nested(answered, "pseudonym", "moment")
    return nested(rows, "id", "slug", "name", "state", "retrospective", *dates, said=said, zone="authority__time_zone")


def _say_asked(request: HttpRequest, found: Found) -> list[Attention]:
    user, now, locale = person(request), timezone.now(), request.LANGUAGE_CODE[:2]
    notes = []
    for row in found:
        today = day_in(row["zone"], now)
        occasion = occasion_on(revived(Cohort, row), today)
        whose = pseudonym(cohort=row["id"], user=user.pk)
        if occasion is None or today > occasion.first + ASKED_FOR or whose in _answered(row, occasion):
            continue
        said = _("%(cohort)s: seven questions, two minutes, until %(day)s.")
        told = {"cohort": row["name"], "day": long_day(occasion.last, locale)}
        address = reverse("cohorts:assess", args=[row["slug"]])
        notes.append(Attention(_("How do you see your skills?"), said % told, address, _("Answer")))
    return notes


def _answered(row: dict[str, Any], occasion: Occasion) -> set[str]:
    return {said["pseudonym"] for said in row["said"] if said["moment"] in occasion.moments}


# Cohorts whose members are asked how they see their skills, and the person has not said.
asked_for_skills = Watch(find=_find_asked, say=_say_asked)
