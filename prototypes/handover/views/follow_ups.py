"""Follow-ups of a handed-over idea: the questions on its page, and the page to answer one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.requests import person
from accounts.roles import Roles
from prototypes import actions
from prototypes.effects.answers import as_form_values
from prototypes.effects.forms import FollowUpWithIndicatorsForm
from prototypes.effects.models import answers_of
from prototypes.enums import FOLLOW_UP_MONTHS, FollowUpStart, IdeaState
from prototypes.handover.actions import due_on, follow_up_start, indicators_to_answer, latest_follow_up
from prototypes.handover.follow_up_texts import follow_up_title
from prototypes.ideas.models import last_event_into
from prototypes.ideas.views.idea_timeline import uncorrected_events
from prototypes.models import FollowUp, IdeaEvent
from prototypes.permissions import can_deliver_idea
from prototypes.views.lookups import get_idea_or_404, roles_in
from web.database.nested_rows import row_from_nested
from web.decisions import enforce
from web.forms.pages import FormPage, form_page, form_response, submitted_data


@dataclass(frozen=True, slots=True)
class FollowUpQuestion:
    """A follow-up question: its due day, the latest answer, whether it is overdue, and the page to answer it."""

    title: str
    due: date
    answer: FollowUp | None
    is_overdue: bool
    href: str = ""


def follow_ups(
    idea: Any, events: Iterable[IdeaEvent], live: date | None, roles: Roles, today: date, *, ended_on: date | None
) -> list[FollowUpQuestion]:
    """Return the follow-up questions to show on the page of an idea, by due day; [] before its hand-over, and for
    published facts.

    `idea` was read with `lookups.with_timeline`, `events` are all its events, `live` is the day it went live (None
    before). Questions count from that day, else from the hand-over; answered ones stay. Those due on the day `today`
    have a link for `roles` that may answer. Those due after `ended_on`, the day on which the use ended, are left out
    unless they were answered.
    """
    handover = last_event_into(uncorrected_events(events), IdeaState.HANDED_OVER)
    if handover is None or handover.effective_on is None or idea.retrospective:
        return []
    rows = [row_from_nested(FollowUp, row) for row in idea.follow_up_rows]
    answers = {(row.counted_from, row.months): row for row in rows}
    current = FollowUpStart.LIVE if live else FollowUpStart.HANDOVER
    current_questions = {(current, months) for months in FOLLOW_UP_MONTHS[current]}
    days = {FollowUpStart.HANDOVER: handover.effective_on, FollowUpStart.LIVE: live or handover.effective_on}
    questions = []
    for counted_from, months in sorted(current_questions | answers.keys()):
        due = due_on(days[FollowUpStart(counted_from)], months)
        answer = answers.get((counted_from, months))
        if ended_on and due > ended_on and answer is None:
            continue
        can_answer = (counted_from, months) in current_questions and due <= today and can_deliver_idea(roles)
        is_overdue, href = answer is None and due < today, _page(idea, months) if can_answer else ""
        questions.append(FollowUpQuestion(follow_up_title(counted_from, months), due, answer, is_overdue, href))
    return questions


def _page(idea: Any, months: int) -> str:
    """Return the URL of the page that answers the follow-up question of the idea after this number of months."""
    return reverse("prototypes:follow_up", args=[idea.pk, months])


@form_page
def follow_up(request: HttpRequest, pk: int, months: int) -> HttpResponse:
    """Show the form to answer the follow-up question of an idea after `months`; save it on POST and go back to the
    idea.

    Raises Refused for people other than the lab, the pilot and the authority's admin, Http404 when there is no question
    after this number of months.
    """
    row = get_idea_or_404(request, pk)
    counted_from, _day = follow_up_start(row)
    if months not in FOLLOW_UP_MONTHS[counted_from]:
        raise Http404
    enforce(can_deliver_idea(roles_in(request, row.cohort)))
    latest = latest_follow_up(row, counted_from, months)
    indicators = indicators_to_answer(row, counted_from)
    units = {indicator.first_id: indicator.unit for indicator in indicators}
    answers = as_form_values(units, answers_of(latest))
    form = FollowUpWithIndicatorsForm(
        submitted_data(request),
        current=(latest or FollowUp()).form_values() | answers,
        live=counted_from == FollowUpStart.LIVE,
        indicators=indicators,
    )
    return form_response(
        request,
        form,
        FormPage(follow_up_title(counted_from, months), _("Save answer"), row.get_absolute_url(), crumb=row),
        actions.record_follow_up,
        done=_("Your answer is saved."),
        idea=row,
        months=months,
        by=person(request),
        at=now(),
    )
