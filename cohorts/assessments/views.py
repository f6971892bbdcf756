"""The pages of self-assessments: the form, the withdrawal of answers, and the results."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.assessments import actions
from cohorts.assessments.actions import open_period_of
from cohorts.assessments.context import current_and_next_period, own_answers, sections_of, sections_of_edition
from cohorts.assessments.forms import AssessmentForm, initial_answers
from cohorts.clock import local_today
from cohorts.cohort.pages import get_cohort_or_404, page_about
from cohorts.permissions import can_assess_oneself, can_see_edition_assessments, roles_of
from programmes.models import Edition
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import apply_form, form_page, submitted_data
from web.security.acting import forbidden_while_acting


@forbidden_while_acting
@sensitive_post_parameters()
@sensitive_variables()
@form_page
def assess(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the signed-in person's self-assessment in a cohort, filled with earlier answers; save it on POST.

    For its pilot, ambassadors, relays, elected officials and direction; 403 for others, 404 for a cohort they cannot
    see. Outside an answering period there is no form, and the page says when the next one opens.
    """
    user, row = person(request), get_cohort_or_404(request, slug)
    today = local_today(row)
    enforce(can_assess_oneself(roles_of(user, row, today)))
    period = open_period_of(row, today)
    own = own_answers(row, user)
    form = None
    if period:
        earlier = {moment: own[moment] for moment in period.moments if moment in own}
        form = AssessmentForm(submitted_data(request), moments=period.moments, initial=initial_answers(earlier))
        if apply_form(form, actions.assess, cohort=row, today=today, by=user):
            messages.success(request, _("Thank you. Until the last day you can change your answers."))
            return redirect(row)
    context = {"cohort": row, "form": form, "current_and_next_period": current_and_next_period(row, today), "own": own}
    return render(request, "cohorts/assessments/form.html", context)


@forbidden_while_acting
@form_page
def withdraw_answers(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for confirmation; on POST, delete all of the signed-in person's self-assessments in this cohort.

    This is possible at any time, also after the answering period. The page offers no button when there are no answers.
    404 for a cohort that the person cannot see.
    """
    user, row = person(request), get_cohort_or_404(request, slug)
    form = ConfirmationForm(submitted_data(request))
    removed = apply_form(form, actions.withdraw_answers, cohort=row, by=user)
    if removed is not None:
        if removed:
            messages.success(request, _("Your answers are removed."))
        else:
            messages.warning(request, _("You have no answers here."))
        return redirect("cohorts:assessments", row.slug)
    consequences = (
        _("All your answers about your skills in this cohort, at every moment, are removed. This cannot be undone."),
        _(
            "The results already shown for your cohort change when your answers are removed. They"
            " disappear where fewer than five pairs of answers are left. Someone who kept the earlier"
            " results can work out what one person answered, but not who that person is. Where few people"
            " know each other well, they may guess."
        ),
        _("Nobody is informed."),
    )
    page = page_about(
        row,
        _("Withdraw my answers"),
        _("Remove my answers"),
        consequences=consequences,
        is_destructive=True,
        unavailable_reason="" if own_answers(row, user) else _("You have no answers here."),
    )
    return page.show(request, form)


@require_safe
def assessments(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the results of a cohort's self-assessments to everyone who can see the cohort; 404 for others.

    A comparison of two moments is shown once nobody can answer for them any more, a skill once at least five people
    answered at both.
    """
    user, row = person(request), get_cohort_or_404(request, slug)
    today = local_today(row)
    context = {
        "cohort": row,
        "sections": sections_of(row, today),
        "current_and_next_period": current_and_next_period(row, today),
        "can_assess": can_assess_oneself(roles_of(user, row, today)),
        "answered": bool(own_answers(row, user)),
    }
    return render(request, "cohorts/assessments/results.html", context)


@require_safe
def edition_assessments(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff the results of the self-assessments of all cohorts of an edition together.

    403 for others, 404 for an edition that the person cannot see.
    """
    user = person(request)
    edition = get_object_or_404(Edition.objects.visible_to(user), slug=slug)
    enforce(can_see_edition_assessments(user))
    context = {"edition": edition, "sections": sections_of_edition(edition, platform_today())}
    return render(request, "cohorts/assessments/edition_results.html", context)
