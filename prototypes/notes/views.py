"""Which of two versions of a test's log holds: the page that shows both and joins them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.requests import person
from prototypes import actions
from prototypes.models import FieldNote
from prototypes.notes.forms import SettleForm, answers_kept
from prototypes.notes.versions import side_by_side
from prototypes.permissions import may_edit_trial
from prototypes.trials.log_values import plain, standing
from prototypes.views.lookups import letters, trial_at
from web.decisions import enforce
from web.forms.pages import form_page, refusals_into, sent
from web.forms.unsaved import words_of
from web.pages.error_pages import too_late


@form_page
def settle_note(request: HttpRequest, pk: int, note: int) -> HttpResponse:
    """Say which figures hold and join the words; both versions stay readable."""
    trial = trial_at(request, pk)
    row = get_object_or_404(FieldNote.objects.filter(outcome="beside").select_related("by"), pk=note, trial=trial)
    enforce(may_edit_trial(letters(request, trial.prototype.idea.cohort), person(request), trial))
    if not row.waits and words_of(request, known=[trial.observation, trial.learning]):
        return too_late(request, actions.SETTLED, title=_("Choose between two versions"), back=trial.get_absolute_url())
    if not row.waits:
        messages.warning(request, actions.SETTLED)
        return redirect(trial)
    form = SettleForm(sent(request), note=row, trial=trial)
    if request.method == "POST" and form.is_valid() and settled(request, row, form):
        messages.success(request, _("Your choice is saved. Both versions stay on this page."))
        return redirect(trial)
    context = {
        "trial": trial,
        "prototype": trial.prototype,
        "form": form,
        "version": side_by_side(row, trial, plain(standing(trial))),
    }
    return render(request, "prototypes/settle_note.html", context)


def settled(request: HttpRequest, row: FieldNote, form: SettleForm) -> bool:
    """Call the action; a refusal goes into the form."""
    with refusals_into(form):
        kept = answers_kept(row, row.trial)
        actions.settle_note(note=row, by=person(request), at=now(), answers=kept, **form.told())
    return not form.errors
