"""The page that compares two versions of a test and records the choice between them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.requests import person
from prototypes import actions
from prototypes.models import TrialNote
from prototypes.notes.comparison import side_by_side
from prototypes.notes.forms import SettleForm, answers_of_note
from prototypes.permissions import can_edit_trial
from prototypes.trials.log_values import json_values, recorded_values
from prototypes.views.lookups import get_trial_or_404, roles_in
from web.decisions import enforce
from web.forms.pages import apply_form, form_page, submitted_data
from web.forms.unsaved import unsaved_texts
from web.pages.error_pages import edit_conflict_page


@form_page
def settle_note(request: HttpRequest, pk: int, note: int) -> HttpResponse:
    """Show two versions of a test side by side, and the form to choose which figures count; save the choice on POST.

    `pk` is the key of the test, `note` that of the second version. When someone else has chosen before, texts that were
    typed are shown again (status 409), else a warning. Raises Refused for people other than the lab, coordinator,
    residents, pilot, and ambassadors for their own or shared tests; Http404 without such a note.
    """
    trial = get_trial_or_404(request, pk)
    row = get_object_or_404(TrialNote.objects.filter(outcome="beside").select_related("by"), pk=note, trial=trial)
    enforce(can_edit_trial(roles_in(request, trial.prototype.idea.cohort), person(request), trial))
    if not row.is_waiting and unsaved_texts(request, exclude=[trial.observation, trial.learning]):
        return edit_conflict_page(
            request, actions.ALREADY_SETTLED, title=_("Choose between two versions"), back=trial.get_absolute_url()
        )
    if not row.is_waiting:
        messages.warning(request, actions.ALREADY_SETTLED)
        return redirect(trial)
    form = SettleForm(submitted_data(request), note=row, trial=trial)
    answers = answers_of_note(row, trial) if form.is_bound else None
    if apply_form(form, actions.settle_note, note=row, answers=answers, by=person(request), at=now()):
        messages.success(request, _("Your choice is saved. Both versions stay on this page."))
        return redirect(trial)
    context = {
        "trial": trial,
        "prototype": trial.prototype,
        "form": form,
        "version": side_by_side(row, trial, json_values(recorded_values(trial))),
    }
    return render(request, "prototypes/notes/settle_note.html", context)
