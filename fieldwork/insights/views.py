"""The board of insights and its forms; the board is one part, which htmx swaps after a note was dragged."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.models import Cohort
from fieldwork.insights import actions
from fieldwork.insights.board import board_of
from fieldwork.insights.forms import ChallengeOfInsightForm, InsightDeletionForm, InsightForm, MoveForm, NewInsightForm
from fieldwork.models import Insight
from fieldwork.notes.lookups import get_cohort_of_work_or_404, get_note_or_404
from fieldwork.permissions import can_group_notes
from prototypes.enums import ChallengeKind
from prototypes.views.lookups import roles_in
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data
from web.pages.htmx import render, wants_partial

BOARD = "fieldwork/insights/board.html"


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the notes of a cohort to sort and its insights; with `?all=1` all notes to sort.

    Raises Http404 if its notebook is not for the person.
    """
    return render(request, BOARD, "board", _board_context(request, get_cohort_of_work_or_404(request, slug)))


def _board_context(request: HttpRequest, cohort: Cohort, refusal: str = "") -> dict[str, Any]:
    """Return the context of the board, with the reason why a move was refused."""
    return {
        "cohort": cohort,
        "board": board_of(cohort, person(request), all_to_sort="all" in request.GET),
        "can_group": can_group_notes(roles_in(request, cohort)),
        "refusal": refusal,
    }


@form_page
def move_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to move a note on the board; move it on POST. htmx gets the board, with the reason of a refusal.

    Raises Refused for people other than the lab, coordinator, residents, pilot and ambassadors.
    """
    note = get_note_or_404(request, pk)
    enforce(can_group_notes(roles_in(request, note.cohort)))
    insights = note.cohort.insights.order_by("pk")  # whoever may move a note sees all of them
    form = MoveForm(submitted_data(request), insights=insights, current=note.board_values())
    back = reverse("fieldwork:board", args=[note.cohort.slug])
    if wants_partial(request) and form.is_bound:
        apply_form(form, actions.move_note, note=note, by=person(request))
        refusal = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return render(request, BOARD, "board", _board_context(request, note.cohort, refusal))
    page = FormPage(_("Move the note"), _("Move"), back, crumb=_("Insights"), intro=note.text[:300])
    return form_response(
        request, form, page, actions.move_note, done=_("The note is moved."), note=note, by=person(request)
    )


@form_page
def add_insight(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form to add an insight to the board of a cohort; save it on POST and go back to the board.

    Raises Refused for people other than the lab, coordinator, residents, pilot and ambassadors.
    """
    cohort = get_cohort_of_work_or_404(request, slug)
    enforce(can_group_notes(roles_in(request, cohort)))
    page = FormPage(
        _("Add insight"), _("Add the insight"), reverse("fieldwork:board", args=[slug]), crumb=_("Insights")
    )
    return form_response(
        request,
        NewInsightForm(submitted_data(request)),
        page,
        actions.add_insight,
        done=_("The insight is on the board. Move notes to it."),
        cohort=cohort,
        by=person(request),
    )


@form_page
def name_insight(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to name an insight; save it on POST and go back to the board; Refused as for `add_insight`."""
    insight, page = _insight_to_change(request, pk, _("Name the insight"), _("Save"))
    form = InsightForm(submitted_data(request), current=insight.form_values())
    return form_response(
        request, form, page, actions.name_insight, done=_("Saved."), insight=insight, by=person(request)
    )


@form_page
def delete_insight(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask whether to delete an insight and keep its notes; do it on POST and go to the board, also when it is gone.

    Raises Refused as for `add_insight`.
    """
    cohort = get_cohort_of_work_or_404(request, slug)
    if not Insight.objects.visible_to(person(request)).filter(cohort=cohort, pk=pk).exists():
        return redirect("fieldwork:board", slug)
    consequences = (_("The notes of the insight go back to the notes to sort. Its name is deleted."),)
    more = {"consequences": consequences, "is_destructive": True}
    insight, page = _insight_to_change(request, pk, _("Delete the insight"), _("Delete, keep the notes"), **more)
    form = InsightDeletionForm(submitted_data(request), current=insight.group_values())
    done = _("The insight is deleted. Its notes are to be sorted again.")
    return form_response(request, form, page, actions.delete_insight, done=done, insight=insight, by=person(request))


@form_page
def make_challenge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to make a challenge of an insight; save it on POST and go to the challenge.

    An insight that is a challenge already leads there. Raises Refused as for `add_insight`.
    """
    insight, page = _insight_to_change(request, pk, _("Turn into a challenge"), _("Add the challenge"))
    if insight.challenge and request.method != "POST":
        return redirect(insight.challenge)
    initial = {"title": insight.title, "kind": ChallengeKind.PRIORITY}
    form = ChallengeOfInsightForm(submitted_data(request), cohort=insight.cohort, initial=initial)
    challenge = apply_form(form, actions.make_challenge, insight=insight, by=person(request))
    if challenge is None:
        return page.show(request, form)
    messages.success(request, _("The insight is now part of this challenge. Say in its framing what belongs to it."))
    return redirect(challenge)


def _insight_to_change(request: HttpRequest, pk: int, title: str, action: str, **more: Any) -> tuple[Insight, FormPage]:
    """Return the insight with this key, and the page of a form about it.

    Raises Http404 for people who may not read it, Refused for those who may not change it.
    """
    rows = Insight.objects.visible_to(person(request)).select_related("cohort__authority", "challenge")
    insight = get_object_or_404(rows, pk=pk)
    enforce(can_group_notes(roles_in(request, insight.cohort)))
    back = reverse("fieldwork:board", args=[insight.cohort.slug])
    return insight, FormPage(title, action, back, crumb=insight, crumb_href=back, **more)
