"""What became of a handed-over idea: the questions asked some months after hand-over or after it went live."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.requests import person
from prototypes import actions
from prototypes.action_pages.forms import FollowUpForm
from prototypes.enums import FOLLOWED_UP, FollowedFrom, IdeaState
from prototypes.handover.actions import due_on, follow_up_start, latest_answer
from prototypes.ideas.models import reached
from prototypes.ideas.views.story import counting
from prototypes.ideas.views.story_lines import question
from prototypes.models import FollowUp, IdeaEvent
from prototypes.permissions import Letters, may_deliver
from prototypes.views.lookups import idea_at, letters
from prototypes.views.pages import ask
from web.database.nested_rows import revived
from web.decisions import enforce
from web.forms.pages import form_page, sent


@dataclass(frozen=True, slots=True)
class Question:
    """A question: when it is due, the latest answer, and the page that answers it once it is due."""

    title: str
    due: date
    answer: FollowUp | None
    href: str = ""


def follow_ups(
    idea: Any, events: Iterable[IdeaEvent], live: date | None, letters: Letters, today: date
) -> list[Question]:
    """Return the questions about an idea read with `reach.with_story`: since the day it went live, before that since
    its hand-over, and answered ones always. None for published facts."""
    handover = reached(counting(events), IdeaState.HANDED_OVER)
    if handover is None or handover.effective_on is None or idea.retrospective:
        return []
    rows = [revived(FollowUp, row) for row in idea.follow_up_rows]
    answers = {(row.counted_from, row.months): row for row in rows}
    current = FollowedFrom.LIVE if live else FollowedFrom.HANDOVER
    asked = {(current, months) for months in FOLLOWED_UP[current]}
    days = {FollowedFrom.HANDOVER: handover.effective_on, FollowedFrom.LIVE: live or handover.effective_on}
    found = []
    for counted_from, months in sorted(asked | answers.keys()):
        due = due_on(days[FollowedFrom(counted_from)], months)
        opens = (counted_from, months) in asked and due <= today and may_deliver(letters)
        answer = answers.get((counted_from, months))
        found.append(Question(question(counted_from, months), due, answer, _page(idea, months) if opens else ""))
    return found


def _page(idea: Any, months: int) -> str:
    return reverse("prototypes:follow_up", args=[idea.pk, months])


@form_page
def follow_up(request: HttpRequest, pk: int, months: int) -> HttpResponse:
    """Answer whether the idea is live, or still live."""
    row = idea_at(request, pk)
    counted_from, _day = follow_up_start(row)
    if months not in FOLLOWED_UP[counted_from]:
        raise Http404
    enforce(may_deliver(letters(request, row.cohort)))
    latest = latest_answer(row, counted_from, months)
    form = FollowUpForm(sent(request), stands=(latest or FollowUp()).stands(), live=counted_from == FollowedFrom.LIVE)

    def note() -> FollowUp:
        return actions.note_follow_up(idea=row, months=months, by=person(request), at=now(), **form.cleaned_data)

    return ask(
        request,
        form,
        note,
        title=question(counted_from, months),
        action=_("Save answer"),
        done=_("Your answer is saved."),
        back=row.get_absolute_url(),
        crumb=row,
    )
