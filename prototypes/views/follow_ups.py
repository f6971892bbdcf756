"""What became of a handed-over idea: the questions after 3, 6, 12 and 24 months, and the form that answers one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import person
from prototypes import actions
from prototypes.act_forms import FollowUpForm
from prototypes.actions.follow_ups import due_on
from prototypes.enums import FOLLOWED_UP, IdeaState
from prototypes.models import FollowUp, IdeaEvent
from prototypes.permissions import Letters, may_deliver
from prototypes.queries import reached
from prototypes.views.pages import ask
from prototypes.views.reach import idea_at, letters
from prototypes.views.story import counting
from web.decisions import enforce
from web.form_pages import form_page, sent
from web.nested import revived


@dataclass(frozen=True, slots=True)
class Question:
    """One of the four: when it is due, what was answered, and the page that answers it once it is due."""

    months: int
    due: date
    answer: FollowUp | None
    href: str = ""


def follow_ups(idea: Any, events: Iterable[IdeaEvent], holds: Letters, today: date) -> list[Question]:
    """Of an idea read with `reach.with_story`; none before it was handed over, or for published facts."""
    handover = reached(counting(events), IdeaState.HANDED_OVER)
    if handover is None or handover.effective_on is None or idea.retrospective:
        return []
    answers = {row["months"]: revived(FollowUp, row) for row in idea.follow_up_rows}
    may = bool(may_deliver(holds))
    dues = {months: due_on(handover.effective_on, months) for months in FOLLOWED_UP}
    return [
        Question(months, due, answers.get(months), _page(idea, months) if may and due <= today else "")
        for months, due in dues.items()
    ]


def _page(idea: Any, months: int) -> str:
    return reverse("prototypes:follow_up", args=[idea.pk, months])


@form_page
def follow_up(request: HttpRequest, pk: int, months: int) -> HttpResponse:
    """Note whether the idea is still live."""
    row = idea_at(request, pk)
    if months not in FOLLOWED_UP:
        raise Http404
    enforce(may_deliver(letters(request, row.cohort)))
    known = FollowUp.objects.filter(idea=row, months=months).first()
    form = FollowUpForm(sent(request), stands=(known or FollowUp()).stands())

    def note() -> FollowUp:
        return actions.note_follow_up(idea=row, months=months, by=person(request), at=now(), **form.cleaned_data)

    title = ngettext("%(months)s month after hand-over", "%(months)s months after hand-over", months)
    return ask(
        request,
        form,
        note,
        title=title % {"months": months},
        action=_("Note it"),
        done=_("Noted."),
        back=row.get_absolute_url(),
        crumb=row,
    )
