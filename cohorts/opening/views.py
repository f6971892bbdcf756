"""Pages that open an edition step by step, without a script: the edition, its authorities, a review.

The edition is in the URL. The authorities can be hundreds: they are sent by POST and saved as a draft in the session,
whose key is in the URL, so that going back or reloading shows everything as it was typed.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.calendars.proposals import calendar_periods, pattern_of, proposed_calendars
from cohorts.cohort.timelines import proposed_layout
from cohorts.hooks import opening_panels
from cohorts.opening import actions
from cohorts.opening.form_drafts import DRAFT_PARAMETER, load_draft, save_draft
from cohorts.opening.format_choices import format_choices
from cohorts.opening.forms import AddCohortForm, AuthoritiesForm, OpenEditionForm
from cohorts.permissions import can_manage_cohorts
from programmes.models import Edition
from web.dates.clock import platform_today
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import apply_form, form_page
from web.pages.panels import render_panels


@require_safe
def open_edition(request: HttpRequest) -> HttpResponse:
    """Show lab staff step 1 of opening an edition: the form for format version, name and first day, with what was
    entered.

    403 for other people.
    """
    enforce(can_manage_cohorts(person(request)))
    return _show_edition_step(request, OpenEditionForm(initial=_entered_values(request).dict()))


@form_page
def choose_authorities(request: HttpRequest) -> HttpResponse:
    """Show lab staff step 2 of opening an edition: which authorities take part; save the choice as a draft on POST.

    A POST redirects to this step with the new search, or to the review. Step 1 is shown again when what was entered
    there is not valid. 403 for other people.
    """
    enforce(can_manage_cohorts(person(request)))
    if request.method == "POST":
        step = "review_edition" if "review" in request.POST else "choose_authorities"
        return redirect(f"{reverse(f'cohorts:{step}')}?{DRAFT_PARAMETER}={save_draft(request)}")
    form = OpenEditionForm(_entered_values(request))
    if not form.is_valid():
        return _show_edition_step(request, form)
    return _show_authorities_step(request, form, _authorities_form(request, form))


@form_page
def review_edition(request: HttpRequest) -> HttpResponse:
    """Show lab staff step 3 of opening an edition: the calendar that each cohort would get; open the edition on POST.

    All of it is saved, or nothing; then the page of the edition follows. An earlier step is shown again when what was
    entered there is not valid. 403 for other people.
    """
    user = person(request)
    enforce(can_manage_cohorts(user))
    form = OpenEditionForm(_entered_values(request))
    if not form.is_valid():
        return _show_edition_step(request, form)
    authorities = _authorities_form(request, form)
    if not authorities.is_valid():
        return _show_authorities_step(request, form, authorities, show_errors=True)
    if request.method == "POST":
        return _publish(request, form, authorities, user)
    return _show_proposals(request, form, authorities)


def _entered_values(request: HttpRequest) -> QueryDict:
    """Return what was entered in the steps so far: the draft saved in the session, overridden by the URL's
    parameters.
    """
    answers = load_draft(request)
    for name, values in request.GET.lists():
        answers.setlist(name, values)
    return answers


def _authorities_form(request: HttpRequest, edition: OpenEditionForm) -> AuthoritiesForm:
    """Return the form of step 2 (authorities) with what was entered so far; `edition` is a valid form of step 1."""
    values = edition.cleaned_data
    return AuthoritiesForm(_entered_values(request), starts_on=values["starts_on"], months=values["format"].months)


def _show_edition_step(request: HttpRequest, form: OpenEditionForm) -> HttpResponse:
    """Show step 1 (format, name, first day) with its form; values of the URL for other steps go along as hidden
    fields.
    """
    context = {
        "form": form,
        "formats": format_choices(form.formats.queryset or [], form.chosen_format),
        "hidden_values": [
            (name, value) for name, values in request.GET.lists() if name not in form.fields for value in values
        ],
    }
    return render(request, "cohorts/opening/edition.html", context)


def _show_authorities_step(
    request: HttpRequest, edition: OpenEditionForm, form: AuthoritiesForm, *, show_errors: bool = False
) -> HttpResponse:
    """Show step 2 (authorities) with its `form`; `edition` is the valid form of step 1.

    Without `show_errors`, as after a search, errors are left out.
    """
    add_href = f"{reverse('programmes:official_list')}?{urlencode({'next': request.get_full_path()})}"
    context = {"edition": edition.cleaned_data, "form": form, "show_errors": show_errors, "add_href": add_href}
    return render(request, "cohorts/opening/authorities.html", context)


def _show_proposals(request: HttpRequest, form: OpenEditionForm, authorities: AuthoritiesForm) -> HttpResponse:
    """Show step 3: the calendar proposed for the cohort of each chosen authority, and one timeline of all; nothing is
    saved.

    Both forms, of step 1 and step 2, are valid.
    """
    edition, today = form.cleaned_data, platform_today()
    calendars = proposed_calendars(
        pattern_of(edition["format"]),
        edition["starts_on"],
        authorities.participations(),
        periods=calendar_periods(),
        today=today,
    )
    context = {
        "edition": edition,
        "calendars": calendars,
        "layout": proposed_layout(calendars, today=today),
        "back": f"{reverse('cohorts:choose_authorities')}?{request.GET.urlencode()}",  # with what was entered so far
        "panels": render_panels(opening_panels(), request, edition, calendars),
    }
    return render(request, "cohorts/opening/review.html", context)


def _publish(request: HttpRequest, form: OpenEditionForm, authorities: AuthoritiesForm, user: User) -> HttpResponse:
    """Open the edition with its cohorts, in the name of `user`, and redirect to its page.

    When the action refuses, show the step with the error. Both forms, of step 1 and step 2, are valid.
    """
    values = form.cleaned_data
    participations = [
        (participation.authority, participation.starts_on, participation.site)
        for participation in authorities.participations()
    ]
    try:
        edition = actions.open_edition(
            programme=values["format"].programme, authorities=participations, by=user, at=timezone.now(), **values
        )
    except DomainError as error:
        return _show_error(request, form, authorities, error)
    text = ngettext(
        "The edition %(name)s is open with one cohort.",
        "The edition %(name)s is open with %(count)d cohorts.",
        len(participations),
    )
    messages.success(request, text % {"name": edition.name, "count": len(participations)})
    return redirect(edition)


def _show_error(
    request: HttpRequest, form: OpenEditionForm, authorities: AuthoritiesForm, error: DomainError
) -> HttpResponse:
    """Show the step whose field the refusal (`error`) is about, with the error in its form.

    A form sent twice redirects to the edition that it opened the first time.
    """
    if error.field == "name" and (existing := _find_open_edition(form)):
        messages.info(request, _("The edition %(name)s is already open.") % {"name": existing.name})
        return redirect(existing)
    if error.field in form.fields:
        error.add_to(form)
        return _show_edition_step(request, form)
    error.add_to(authorities)
    return _show_authorities_step(request, form, authorities, show_errors=True)


def _find_open_edition(form: OpenEditionForm) -> Edition | None:
    """Return the edition that has the name, format version and first day of the valid form; None when there is none."""
    values = form.cleaned_data
    return Edition.objects.filter(name=values["name"], format=values["format"], starts_on=values["starts_on"]).first()


@form_page
def add_cohort(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff the form that adds an authority's cohort to the edition with this slug; add it on POST.

    Then the page of the new cohort follows. 403 for other people, 404 for an edition that they cannot see.
    """
    user = person(request)
    edition = get_object_or_404(Edition.objects.visible_to(user).select_related("format"), slug=slug)
    enforce(can_manage_cohorts(user))
    form = AddCohortForm(request.POST or None, edition=edition, today=platform_today())
    if cohort := apply_form(form, actions.add_cohort, edition=edition, by=user, today=platform_today()):
        messages.success(request, _("%(name)s takes part: check its proposed sessions.") % {"name": cohort.name})
        return redirect(cohort)
    return render(request, "cohorts/opening/add_cohort.html", {"edition": edition, "form": form})
