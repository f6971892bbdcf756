"""Files to download that may hold the name of a stakeholder: they are deleted with it."""

from typing import Final

from django.db.models import Q

from cohorts.models import Session, Stakeholder
from files.exports.lists import LIST_KEY, LIST_ROWS
from files.exports.models import ExportQuerySet
from files.models import Export
from web.lists.bound import SUBJECT_KEY

OF_COHORT: Final = f"{LIST_KEY}=stakeholders"  # the slugs of lists: their modules import the actions on guests
OF_SESSION: Final = f"{LIST_KEY}=session-participants"


def exports_with_stakeholder(stakeholder: Stakeholder) -> ExportQuerySet:
    """Return the files to download that may hold the stakeholder: lists of the cohort's stakeholders, and of the
    participants of its sessions.
    """
    of_cohort = Q(query__contains=OF_COHORT) & Q(query__contains=f"{SUBJECT_KEY}={stakeholder.cohort.slug}")
    sessions = Session.objects.filter(days__attendances__stakeholder=stakeholder).distinct()
    of_sessions = Q(pk__in=[])
    for key in sessions.values_list("pk", flat=True):
        of_sessions |= Q(query__contains=OF_SESSION) & Q(query__contains=f"{SUBJECT_KEY}={key}")
    exports: ExportQuerySet = Export.objects.filter(of_cohort | of_sessions, kind=LIST_ROWS)
    return exports
