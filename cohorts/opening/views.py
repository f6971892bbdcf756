"""Pages that open an edition, step by step and without a script: the edition, its authorities, a look, and go.

The edition travels in the address. The authorities can be hundreds: they are sent by POST and wait in a draft of the
session, whose key is in the address, so that going back and loading again find everything as it was typed.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.calendars.proposals import known_periods, pattern_of, proposed
from cohorts.cohort.timelines import proposed_layout
from cohorts.opening import actions
from cohorts.opening.form_drafts import DRAFT_PARAMETER, load_draft, save_draft
from cohorts.opening.format_choices import format_choices
from cohorts.opening.forms import AuthoritiesForm, CohortForm, EditionForm
from cohorts.permissions import may_open_cohort
from programmes.models import Edition
from web.dates.clock import platform_today
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import done, form_page


@require_safe
def open_edition(request: HttpRequest) -> HttpResponse:
    """Step 1: format version, name and first day."""
    enforce(may_open_cohort(person(request)))
    return _ask_edition(request, EditionForm(initial=_answers(request).dict()))


@form_page
def choose_authorities(request: HttpRequest) -> HttpResponse:
    """Step 2: who takes part (POST saves the choice); the first step again when something is missing there."""
    enforce(may_open_cohort(person(request)))
    if request.method == "POST":
        step = "review_edition" if "review" in request.POST else "choose_authorities"
        return redirect(f"{reverse(f'cohorts:{step}')}?{DRAFT_PARAMETER}={save_draft(request)}")
    form = EditionForm(_answers(request))
    if not form.is_valid():
        return _ask_edition(request, form)
    return _ask_authorities(request, form, _authorities(request, form))


@form_page
def review_edition(request: HttpRequest) -> HttpResponse:
    """Step 3: what each cohort would get; publishing it (POST) saves all of it or nothing."""
    user = person(request)
    enforce(may_open_cohort(user))
    form = EditionForm(_answers(request))
    if not form.is_valid():
        return _ask_edition(request, form)
    authorities = _authorities(request, form)
    if not authorities.is_valid():
        return _ask_authorities(request, form, authorities, wrong=True)
    if request.method == "POST":
        return _publish(request, form, authorities, user)
    return _show_proposals(request, form, authorities)


def _answers(request: HttpRequest) -> QueryDict:
    """Return what was typed so far: the draft, and in its place what the address itself names."""
    answers = load_draft(request)
    for name, values in request.GET.lists():
        answers.setlist(name, values)
    return answers


def _authorities(request: HttpRequest, edition: EditionForm) -> AuthoritiesForm:
    given = edition.cleaned_data
    return AuthoritiesForm(_answers(request), starts_on=given["starts_on"], months=given["format"].months)


def _ask_edition(request: HttpRequest, form: EditionForm) -> HttpResponse:
    context = {
        "form": form,
        "formats": format_choices(form.formats.queryset or [], form.chosen),
        "kept": [(name, value) for name, values in request.GET.lists() if name not in form.fields for value in values],
    }
    return render(request, "cohorts/opening/edition.html", context)


def _ask_authorities(
    request: HttpRequest, edition: EditionForm, form: AuthoritiesForm, *, wrong: bool = False
) -> HttpResponse:
    """`wrong` shows what is missing; looking for an authority alone complains of nothing."""
    context = {"edition": edition.cleaned_data, "form": form, "wrong": wrong}
    return render(request, "cohorts/opening/authorities.html", context)


def _show_proposals(request: HttpRequest, form: EditionForm, authorities: AuthoritiesForm) -> HttpResponse:
    edition, today = form.cleaned_data, platform_today()
    calendars = proposed(
        pattern_of(edition["format"]),
        edition["starts_on"],
        authorities.entries(),
        periods=known_periods(),
        today=today,
    )
    context = {
        "edition": edition,
        "calendars": calendars,
        "layout": proposed_layout(calendars, today=today),
        "back": _back(request),
    }
    return render(request, "cohorts/opening/review.html", context)


def _publish(request: HttpRequest, form: EditionForm, authorities: AuthoritiesForm, user: User) -> HttpResponse:
    given = form.cleaned_data
    entries = [(entry.authority, entry.starts_on, entry.site) for entry in authorities.entries()]
    try:
        edition = actions.open_edition(
            programme=given["format"].programme, authorities=entries, by=user, today=platform_today(), **given
        )
    except DomainError as error:
        return _explain(request, form, authorities, error)
    said = ngettext(
        "The edition %(name)s is open with one cohort.",
        "The edition %(name)s is open with %(count)d cohorts.",
        len(entries),
    )
    messages.success(request, said % {"name": edition.name, "count": len(entries)})
    return redirect(edition)


def _explain(request: HttpRequest, form: EditionForm, authorities: AuthoritiesForm, error: DomainError) -> HttpResponse:
    """The step the error is about, filled in; an edition sent twice leads to the one that is open."""
    if error.field == "name" and (twin := _opened_already(form)):
        messages.info(request, _("The edition %(name)s is already open.") % {"name": twin.name})
        return redirect(twin)
    if error.field in form.fields:
        error.add_to(form)
        return _ask_edition(request, form)
    error.add_to(authorities)
    return _ask_authorities(request, form, authorities, wrong=True)


def _opened_already(form: EditionForm) -> Edition | None:
    given = form.cleaned_data
    return Edition.objects.filter(name=given["name"], format=given["format"], starts_on=given["starts_on"]).first()


def _back(request: HttpRequest) -> str:
    return f"{reverse('cohorts:choose_authorities')}?{request.GET.urlencode()}"


@form_page
def add_cohort(request: HttpRequest, slug: str) -> HttpResponse:
    """One more authority for an edition."""
    user = person(request)
    edition = get_object_or_404(Edition.objects.visible_to(user).select_related("format"), slug=slug)
    enforce(may_open_cohort(user))
    form = CohortForm(request.POST or None, edition=edition, today=platform_today())
    if cohort := done(form, actions.add_cohort, edition=edition, by=user, today=platform_today()):
        messages.success(request, _("%(name)s takes part: check its proposed sessions.") % {"name": cohort.name})
        return redirect(cohort)
    return render(request, "cohorts/opening/add_cohort.html", {"edition": edition, "form": form})
