"""How members see their own skills: the form, taking answers back, and what the pairs show."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.assessments import actions
from cohorts.assessments.actions import occasion_on
from cohorts.assessments.context import asked, own_answers, sections_of, sections_of_edition
from cohorts.assessments.forms import AssessmentForm, as_typed
from cohorts.clock import local_today
from cohorts.cohort.pages import find_cohort, page_about
from cohorts.permissions import may_assess, may_sum_up_edition
from programmes.models import Edition
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.fields import SureForm
from web.forms.pages import done, form_page, sent
from web.security.acting import forbidden_while_acting


@forbidden_while_acting
@sensitive_post_parameters()
@sensitive_variables()
@form_page
def assess(request: HttpRequest, slug: str) -> HttpResponse:
    """The two-minute form, filled with what one said before on this occasion; outside one, when the next comes."""
    user, row = person(request), find_cohort(request, slug)
    today = local_today(row)
    enforce(may_assess(user, row, today))
    occasion = occasion_on(row, today)
    own = own_answers(row, user)
    form = None
    if occasion:
        before = {moment: own[moment] for moment in occasion.moments if moment in own}
        form = AssessmentForm(sent(request), moments=occasion.moments, initial=as_typed(before))
        if done(form, actions.assess, cohort=row, today=today, by=user):
            messages.success(request, _("Thank you. Until the last day you can change your answers."))
            return redirect(row)
    context = {"cohort": row, "form": form, "asked": asked(row, today), "own": own}
    return render(request, "cohorts/assessments/form.html", context)


@forbidden_while_acting
@form_page
def take_back_answers(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything one said in this cohort goes, also once the occasion is over."""
    user, row = person(request), find_cohort(request, slug)
    form = SureForm(sent(request))
    removed = done(form, actions.take_back_answers, cohort=row, by=user)
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
        grave=True,
        impossible="" if own_answers(row, user) else _("You have no answers here."),
    )
    return page.show(request, form)


@require_safe
def assessments(request: HttpRequest, slug: str) -> HttpResponse:
    """What the members of a cohort say: pairs only, of closed moments only, five at least."""
    user, row = person(request), find_cohort(request, slug)
    today = local_today(row)
    context = {
        "cohort": row,
        "sections": sections_of(row, today),
        "asked": asked(row, today),
        "may_assess": may_assess(user, row, today),
        "answered": bool(own_answers(row, user)),
    }
    return render(request, "cohorts/assessments/results.html", context)


@require_safe
def edition_assessments(request: HttpRequest, slug: str) -> HttpResponse:
    """The same of all cohorts of an edition together."""
    user = person(request)
    edition = get_object_or_404(Edition.objects.visible_to(user), slug=slug)
    enforce(may_sum_up_edition(user))
    context = {"edition": edition, "sections": sections_of_edition(edition, platform_today())}
    return render(request, "cohorts/assessments/edition_results.html", context)
