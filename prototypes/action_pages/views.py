"""The one page every act shares: what will happen, a form, and the action."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from cohorts.clock import local_today
from cohorts.models import Cohort
from prototypes.action_pages import edit_conflicts
from prototypes.action_pages.buttons import Button
from prototypes.action_pages.forms import ActForm, MergeForm
from prototypes.action_pages.offered import Act
from prototypes.models import Challenge, Idea, Implementation, Prototype, Trial
from prototypes.permissions import Letters
from web.decisions import enforce
from web.forms.pages import refusals_into


@dataclass(frozen=True, slots=True)
class Acts:
    """What can be done: buttons one may press, and the others by the reason they are refused for."""

    offered: list[Button]
    refused: list[tuple[str, StrOrPromise]]


def possible_acts(
    acts: Mapping[str, Act], route: str, subject: Any, letters: Letters, without: Iterable[str] = ()
) -> Acts:
    """The acts possible in the subject's state, in the table's order; `without` some shown elsewhere."""
    found = [
        Button(act.label, reverse(route, args=[subject.pk, slug]), act.may(letters), act.danger)
        for slug, act in acts.items()
        if subject.state in act.starts and slug not in without and not subject.retrospective
    ]
    reasons = {str(button.decision.reason): button.decision.reason for button in found if not button.decision}
    refused = {reason: [str(b.label) for b in found if str(b.decision.reason) == reason] for reason in reasons}
    return Acts([b for b in found if b.decision], [(", ".join(refused[key]), reasons[key]) for key in reasons])


def act_named(acts: Mapping[str, Act], slug: str) -> Act:
    """Raises Http404 for an act nobody declared."""
    if slug not in acts:
        raise Http404
    return acts[slug]


def perform(
    request: HttpRequest,
    act: Act,
    letters: Letters,
    *,
    back: str,
    context: Mapping[str, Any],
    after: Callable[[], str] = str,
    **subject: Any,
) -> HttpResponse:
    """Ask, then act, then go `back`; `subject` is the action's own name for the row and the row.

    `after` is what else can be said once it is done.
    """
    enforce(act.may(letters))
    [row] = subject.values()
    form = act_form(request, act, row)
    if stands := why_not(act, row):
        if form.is_bound and not row.retrospective:
            known = edit_conflicts.recorded(row)
            if edit_conflicts.lost(act, form, known):
                return edit_conflicts.show(request, act, form, stands, known, back=back, crumb=context["crumb"])
        messages.warning(request, stands)
        return redirect(back)
    if request.method == "POST" and form.is_valid() and done(request, act, form, subject):
        messages.success(request, f"{_('Your entry is recorded.')} {after()}".strip())
        return redirect(back)
    return render(request, "prototypes/act.html", {"act": act, "form": form, "back": back, "row": row, **context})


def why_not(act: Act, row: Any) -> str:
    """Why the row's state does not allow the act, in words; empty when it does."""
    if row.retrospective:
        return _("These are published facts. They cannot be changed here.")
    if act.to and row.state == act.to:
        return _("This was recorded already.")
    if row.state not in act.starts:
        return _("“%(act)s” is not possible now: the present state is “%(state)s”.") % {
            "act": act.label,
            "state": row.get_state_display(),
        }
    return ""


def act_form(request: HttpRequest, act: Act, row: Any) -> ActForm:
    more = {"user": person(request)} if issubclass(act.form, MergeForm) else {}
    today = local_today(cohort_of(row))
    return act.form(request.POST if request.method == "POST" else None, subject=row, today=today, **more)


def cohort_of(row: Challenge | Idea | Prototype | Trial | Implementation) -> Cohort:
    """Whose day it is: that of the cohort whose work it is."""
    if isinstance(row, Challenge | Idea):
        return row.cohort
    return (row.prototype if isinstance(row, Trial) else row).idea.cohort


def done(request: HttpRequest, act: Act, form: ActForm, subject: Mapping[str, Any]) -> bool:
    """Call the action; a refusal of the domain goes into the form."""
    moment = {"at": now()} if act.timed else {}
    with refusals_into(form):
        act.action(**subject, by=person(request), **form.told(), **moment)
    return not form.errors
