"""Receive the drafts that a phone wrote without a network, each through the form and the action of its page.

A draft is sent with the same key until the platform has answered; the answer is then the same each time. The `outcome`
of the JSON answer is one of:

- taken, with the address (`href`) of what it became
- refused, with the `reasons` by field; status 403 when the person may not do this
- changed: a draft with this key but other content arrived before; the person decides
- other: someone else is signed in
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import person
from cohorts.attendance.actions import record_attendance
from cohorts.attendance.forms import AttendanceSheetForm
from cohorts.attendance.sheets import sheet_of
from cohorts.clock import local_day, local_today
from cohorts.permissions import can_plan_sessions
from cohorts.sessions.views import get_session_or_404
from fieldwork.models import Note
from fieldwork.notes.actions import add_note
from fieldwork.notes.enums import NoteKind
from fieldwork.notes.forms import NewNoteForm
from fieldwork.notes.lookups import get_cohort_of_work_or_404, was_deleted
from fieldwork.permissions import can_write_notes
from fieldwork.phone.answers import invalid_response, refusal_response, saved_response
from fieldwork.phone.forms import PhoneDraftForm
from fieldwork.phone.snapshot import snapshot
from files.attachments.actions import discard_draft
from files.attachments.forms import ReceivedFiles
from files.enums import PEOPLE_AGREED, Consent
from files.models import FileDraft
from files.uploads.receiving import received_files
from prototypes.ideas.actions.ideas import capture_idea
from prototypes.ideas.forms import NewIdeaForm
from prototypes.ideas.views.ideas import idea_targets, latest_common_day, parse_target
from prototypes.models import Idea
from prototypes.permissions import ONLY_LEADS_RESIDENTS_AND_AMBASSADORS
from prototypes.views.lookups import roles_in
from prototypes.visibility import working_cohorts
from web.dates.clock import today_everywhere
from web.decisions import ALLOW, Decision, deny
from web.errors import DomainError
from web.forms.pages import adding_errors_to
from web.security.acting import forbidden_while_acting


@forbidden_while_acting
@require_safe
@never_cache
def field_snapshot(request: HttpRequest) -> HttpResponse:
    """Return as JSON what the phone of the signed-in person shows without a network (see `snapshot`)."""
    return JsonResponse(snapshot(person(request), today_everywhere()))


@forbidden_while_acting
@require_POST
def receive_note(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Receive a note of one kind for the notebook of a cohort, with its file; see the module for the answers.

    Raises Http404 for people who do not work in the cohort, and for an unknown kind.
    """
    cohort, user, draft = get_cohort_of_work_or_404(request, slug), person(request), PhoneDraftForm(request.POST)
    if kind not in NoteKind.values:
        raise Http404
    earlier = draft.earlier_among(Note.objects.filter(author=user))
    if refusal := _refusal(request, draft, can_write_notes(roles_in(request, cohort)), earlier):
        return refusal
    if earlier:
        return _answer_again(earlier, request.POST, ("text", "place", "segment", "consent"))
    if was_deleted(user, draft.cleaned_data["idempotency_key"]):  # after its answer was lost
        return JsonResponse({"outcome": "taken", "href": reverse("fieldwork:notebook", args=[slug])})
    at = now()
    moment, received = draft.moment(at), received_files(request, recordings=kind == NoteKind.VOICE)
    form = NewNoteForm(request.POST, kind=kind, cohort=cohort, today=local_day(cohort, moment), received=received)
    if form.is_valid():
        values = form.action_arguments()
        if values["consent"] in PEOPLE_AGREED and (code := draft.cleaned_data["withdrawal_code"]):
            values["withdrawal_code"] = code
        with adding_errors_to(form):
            note = add_note(cohort=cohort, kind=kind, happened_at=moment, by=user, at=at, **values)
            _discard(request, received)  # what is left of it when the note had just arrived
            return saved_response(note)
    _discard(request, received)
    return invalid_response(form)


@forbidden_while_acting
@require_POST
def receive_idea(request: HttpRequest) -> HttpResponse:
    """Receive an idea, captured on the day on which it was written; see the module for the answers."""
    user, draft = person(request), PhoneDraftForm(request.POST)
    cohorts = working_cohorts(user, today_everywhere())
    offered = idea_targets(cohorts)
    earlier = draft.earlier_among(Idea.objects.visible_to(user))
    can_add = ALLOW if offered else deny(ONLY_LEADS_RESIDENTS_AND_AMBASSADORS)
    if refusal := _refusal(request, draft, can_add, earlier):
        return refusal
    if earlier:
        return _answer_again(earlier, request.POST, ("title", "summary"))
    at, today = now(), latest_common_day(cohorts)
    data = request.POST.copy()
    data.update({"on": today.isoformat(), "precision": "day"})
    form = NewIdeaForm(data, targets=offered, today=today)
    if form.is_valid():
        values = form.action_arguments()
        cohort, challenge = parse_target(values.pop("target"))
        values["on"] = local_day(cohort, draft.moment(at))
        with adding_errors_to(form):
            return saved_response(capture_idea(cohort=cohort, challenge=challenge, by=user, at=at, **values))
    return invalid_response(form)


@forbidden_while_acting
@require_POST
def receive_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Receive who came to the session `pk`; a person whom someone else recorded since then is refused.

    Sent again it changes nothing: the statuses are recorded. Raises Http404 for a session that the person cannot see.
    """
    session, draft = get_session_or_404(request, pk), PhoneDraftForm(request.POST)
    if refusal := _refusal(request, draft, can_plan_sessions(roles_in(request, session.cohort))):
        return refusal
    today = local_today(session.cohort)
    form = AttendanceSheetForm(request.POST, sheet=sheet_of(session, today))
    if form.is_valid():
        try:
            record_attendance(session=session, marks=form.marks(), seen=form.seen(), today=today, by=person(request))
        except DomainError as error:
            error.add_to(form)
        else:
            return saved_response(session)
    return invalid_response(form)


def _refusal(
    request: HttpRequest, draft: PhoneDraftForm, can: Decision, earlier: Model | None = None
) -> HttpResponse | None:
    """Return the answer to a draft that is not received, whatever it says; None for one that may be.

    A draft that arrived `earlier` gets its answer also when the person may no longer send new ones.
    """
    if not can and not earlier:
        return refusal_response({"__all__": [str(can.reason)]}, status=403)
    if not draft.is_valid():
        return invalid_response(draft)
    if draft.cleaned_data["account"] != person(request).pk:
        return JsonResponse({"outcome": "other"})
    return None


def _answer_again(row: Any, data: QueryDict, names: Iterable[str]) -> HttpResponse:
    """Return the answer to a draft that arrived before as `row`: taken, or changed when it says something else now."""
    sent = {name: " ".join(data.get(name, "").split()) for name in names}
    if "consent" in sent:
        sent["consent"] = sent["consent"] or Consent.PENDING
    is_same = all(" ".join(str(getattr(row, name)).split()) == text for name, text in sent.items())
    if is_same or getattr(row, "removed_at", None):
        return saved_response(row)
    return JsonResponse({"outcome": "changed", "href": row.get_absolute_url()})


def _discard(request: HttpRequest, received: ReceivedFiles) -> None:
    """Delete the received files that were not attached: of a refused draft, which the phone keeps and sends again."""
    for file in received.drafts.values():
        if isinstance(file, FileDraft):
            discard_draft(draft=file, by=person(request))
