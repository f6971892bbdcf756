"""Pages on which the lab and reviewers read applications, rate them, decide, and open cohorts."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.calls.actions import reviews as actions
from cohorts.calls.authorities import NEW, Candidate
from cohorts.calls.documents import documents_of
from cohorts.calls.emails import decision_preview
from cohorts.calls.enums import ApplicationState
from cohorts.calls.forms import ApplicationDecisionForm, OpenCohortForm, RatingForm
from cohorts.calls.models import Application, ApplicationRating
from cohorts.calls.permissions import REVIEWER, call_roles, can_decide, can_manage_calls, can_open_cohort, can_review
from programmes.models import Authority
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data

PREVIEW = "preview"  # the button that shows the e-mail first


@require_safe
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what an authority sent, to the lab and to the reviewers of its call; 404 for others.

    Ratings of others are shown to a reviewer once they have rated, or the application is decided.
    """
    user, row = person(request), _get_application(request, pk)
    ratings = list(row.ratings.select_related("reviewer__user"))
    own = [rating for rating in ratings if rating.reviewer.user_id == user.pk]
    is_reviewer = REVIEWER in call_roles(user, row)
    shows_ratings = bool(own) or not is_reviewer or row.state != ApplicationState.SUBMITTED
    context = {
        "application": row,
        "people": row.people.all(),
        "documents": documents_of(row),
        "criteria": _ratings_by_criterion(row, ratings) if shows_ratings else [],
        "must_rate_first": not shows_ratings,
        "has_rated": bool(own),
        "same_authority": Application.objects.visible_to(user).of_same_authority(row).order_by("pk"),
        "can_review": can_review(user, row),
        "can_decide": can_decide(user, row),
        "can_open_cohort": can_open_cohort(user, row),
        "can_see_cohort": row.cohort is not None and user.is_lab_staff,
    }
    return render(request, "cohorts/calls/application.html", context)


def _ratings_by_criterion(row: Application, ratings: list[ApplicationRating]) -> list[dict[str, Any]]:
    """Return each criterion of the call, in its order, with the ratings that it got. They are never added up."""
    by_criterion: defaultdict[int, list[ApplicationRating]] = defaultdict(list)
    for rating in ratings:
        by_criterion[rating.criterion].append(rating)
    return [
        {"criterion": criterion, "ratings": by_criterion[number]} for number, criterion in enumerate(row.call.criteria)
    ]


@form_page
def review_application(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a reviewer the form of their ratings of the application `pk`; save it on POST. 403 for others."""
    user, row = person(request), _get_application(request, pk)
    enforce(can_review(user, row))
    own = row.ratings.filter(reviewer__user=user)
    initial: dict[str, object] = {f"points_{rating.criterion}": rating.points for rating in own}
    initial |= {f"sentence_{rating.criterion}": rating.sentence for rating in own}
    form = RatingForm(submitted_data(request), criteria=row.call.criteria, initial=initial)
    page = FormPage(
        _("Rate the application of %(authority)s") % {"authority": row},
        _("Save your ratings"),
        row.get_absolute_url(),
        crumb=row,
        parent=row.call,
        intro=_("You see the ratings of others once you have given yours. You can change yours until the decision."),
    )
    return form_response(
        request, form, page, actions.rate_application, done=_("Your ratings are saved."), application=row, by=user
    )


@form_page
def decide_application(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the lab the form of the decision about the application `pk`, and the e-mail it would send; send it on POST.

    403 for readers and reviewers. A decided application has its own page only.
    """
    user, row = person(request), _get_application(request, pk)
    enforce(can_manage_calls(user))
    if not can_decide(user, row):
        return redirect(row)
    form, email = ApplicationDecisionForm(submitted_data(request)), None
    if PREVIEW in request.POST:
        if form.is_valid():
            email = decision_preview(row, **form.action_arguments())
    elif apply_form(form, actions.decide_application, application=row, at=timezone.now(), by=user):
        messages.success(request, _("The decision is saved. The applicant gets it by e-mail."))
        return redirect(row)
    return render(request, "cohorts/calls/decide.html", {"form": form, "application": row, "email": email})


@form_page
def open_cohort(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the lab what the cohort of the accepted application `pk` would be; open it on POST and go to its page.

    403 for readers and reviewers.
    """
    user, row = person(request), _get_application(request, pk)
    enforce(can_manage_calls(user))
    if not can_open_cohort(user, row):
        return redirect(row)
    form = OpenCohortForm(submitted_data(request), application=row, user=user)
    cohort = apply_form(form, actions.open_cohort, application=row, today=platform_today(), at=timezone.now(), by=user)
    if cohort:
        messages.success(request, _("The cohort %(name)s is open.") % {"name": cohort})
        return redirect(cohort)
    page = FormPage(
        _("Open the cohort of %(authority)s") % {"authority": row},
        _("Open the cohort"),
        row.get_absolute_url(),
        crumb=row,
        parent=row.call,
        consequences=_cohort_consequences(row, form.candidates),
    )
    return page.show(request, form)


def _cohort_consequences(row: Application, candidates: Mapping[str, Candidate]) -> tuple[str, ...]:
    """Return the sentences on what will be created, and who gets e-mails."""
    listed = _("%(authority)s is added from the official list of authorities.")
    registered = _("The cohort is that of %(authority)s, which the platform has already.")
    if NEW not in candidates:
        [authority] = candidates.values()
        who = (registered if isinstance(authority, Authority) else listed) % {"authority": authority}
    elif len(candidates) > 1:
        who = _(
            "Other authorities have this name: choose which one it is. Its admins will read the cohort and its costs."
        )
    else:
        who = _("%(authority)s is added as it was written: check the name.") % {"authority": row}
    return (
        who,
        _("The cohort gets the phases and draft sessions of the edition’s format."),
        _("The challenge of the application is proposed as the first challenge of the cohort."),
        _("Each person you tick gets an invitation by e-mail. You can withdraw it on the cohort’s page."),
    )


def _get_application(request: HttpRequest, pk: int) -> Application:
    """Return the application that was sent and that the person may read; raise Http404 for others."""
    rows = Application.objects.visible_to(person(request))
    return get_object_or_404(rows.select_related("call", "user", "cohort", "decided_by"), pk=pk)
