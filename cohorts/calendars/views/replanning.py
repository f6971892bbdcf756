"""Pages that preview new days for the drafts of a cohort, apply them, and undo them."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import person
from cohorts.calendars import actions
from cohorts.calendars.forms import ProposalForm
from cohorts.calendars.replanning import DaySnapshots, propose_new_days
from cohorts.clock import local_today
from cohorts.cohort.pages import get_cohort_or_404, page_about
from cohorts.cohort.residencies import is_residency
from cohorts.models import Replanning
from cohorts.permissions import can_plan_sessions, roles_of
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import apply_form, form_page, submitted_data
from web.text import formats
from web.text.language import active_language


@form_page
def replan_sessions(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which draft sessions of a cohort would move, from which days to which, and why; move them on POST.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others. If the proposal changed after the
    person saw it, the new one is shown instead.
    """
    user, row = person(request), get_cohort_or_404(request, slug)
    today = local_today(row)
    enforce(can_plan_sessions(roles_of(user, row, today)))
    form = ProposalForm(submitted_data(request))
    applied = apply_form(form, actions.replan_sessions, cohort=row, at=timezone.now(), by=user)
    if applied is not None:
        count = len(actions.moved_session_ids(applied))
        text = ngettext("%(count)d draft has new days.", "%(count)d drafts have new days.", count)
        messages.success(request, text % {"count": count})
        return redirect(row)
    context = {
        "cohort": row,
        "proposal": propose_new_days(row, today),
        "form": form,
        "is_residency": is_residency(row),
    }
    return render(request, "cohorts/calendars/new_days.html", context)


@form_page
def undo_replanning(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the days that the drafts had before the latest replanning; restore them on POST.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others. The page says why when it cannot be
    undone.
    """
    user, row = person(request), get_cohort_or_404(request, slug)
    enforce(can_plan_sessions(roles_of(user, row, local_today(row))))
    form = ConfirmationForm(submitted_data(request))
    if apply_form(form, actions.undo_replanning, cohort=row, at=timezone.now(), by=user):
        messages.success(request, _("The drafts are back on their earlier days."))
        return redirect(row)
    latest = actions.latest_replanning(row)
    page = page_about(
        row,
        _("Undo the move of the drafts"),
        _("Restore the earlier days"),
        consequences=_restored_days(latest) if latest else (),
        unavailable_reason="" if form.errors else actions.undo_refusal(row, latest),
    )
    return page.show(request, form)


def _restored_days(latest: Replanning) -> tuple[str, ...]:
    """Return a sentence for each draft that `latest` moved: the days that it moved to, and those that an undo
    restores.
    """
    before, after = latest.before["sessions"], latest.after["sessions"]
    return tuple(
        _("Session %(number)s: from %(after)s back to %(before)s.")
        % {
            "number": before[key]["number"],
            "after": _days_in_words(after[key]["days"]),
            "before": _days_in_words(before[key]["days"]),
        }
        for key in actions.moved_session_ids(latest)
    )


def _days_in_words(days: DaySnapshots) -> str:
    """Return the dates of these snapshots of days in words, in the current language; “no day” when there are none."""
    language = active_language()
    return formats.periods((date.fromisoformat(day["date"]) for day in days), language) or _("no day")
