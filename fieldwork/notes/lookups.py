"""The cohorts and notes that views start from: those the person may read, or 404."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.requests import person
from cohorts.models import Cohort
from fieldwork.models import Note
from fieldwork.visibility import cohorts_of_work
from web.database.prepared import one_or_404, prepared


def get_cohort_of_work_or_404(request: HttpRequest, slug: str) -> Cohort:
    """Return the cohort with this slug; raise Http404 if its notebook is not for the signed-in person."""
    return get_object_or_404(cohorts_of_work(person(request)).select_related("authority", "edition"), slug=slug)


def get_note_or_404(request: HttpRequest, pk: int) -> Note:
    """Return the note with this key; raise Http404 if the signed-in person may not read it."""
    return one_or_404(_note(person(request), pk))


@prepared
def _note(user: User, pk: int) -> QuerySet[Note]:
    """Return the query for the note with the key `pk`, if the person may read it, with what it is about."""
    related = ("cohort__authority", "cohort__edition", "author", "session", "challenge", "insight__cohort")
    return Note.objects.visible_to(user).select_related(*related).filter(pk=pk)


def was_deleted(author: User, idempotency_key: UUID) -> bool:
    """Return whether the history knows a note by this person with this key; there is no such note any more."""
    events: Any = Note.pgh_event_model  # type: ignore[attr-defined] # given by `tracked`
    return bool(events.objects.filter(author=author, idempotency_key=idempotency_key).exists())
