"""Pages on which people write publications, see what is public, and look at a version before it is."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from programmes.elections import election_warning
from programmes.models import AuthorityAdmin, Lesson, Method, Programme
from prototypes.models import Idea
from publications.actions import (
    SUBMITTED_ALREADY,
    election_before_publishing,
    required_approval,
    save_draft,
)
from publications.enums import Approval, PublicationKind, PublicationState
from publications.facts import MeasuredEffect, measured_effects
from publications.forms import PublicationForm
from publications.models import SUBJECTS, TITLE_LENGTH, ApprovalRule, Publication, kind_of
from publications.permissions import can_approve, can_publish, publishing_roles
from publications.rendering import LANGUAGES, check_language, page_context, public_response
from web.dates.clock import platform_today, today_everywhere
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.pages.pagination import paginate
from web.text.language import active_language

MAX_LESSONS = 50
MAX_TO_CHECK = 100


@require_safe
def publications(request: HttpRequest) -> HttpResponse:
    """List the versions that the person may see, of each thing the latest first; lab staff start new ones here too."""
    user = person(request)
    rows = Publication.objects.visible_to(user).select_related("cohort")
    administered = AuthorityAdmin.objects.active(today_everywhere()).filter(user=user)
    context: dict[str, Any] = {
        "page": paginate(rows, request.GET.get("page")),
        "authorities": [mandate.authority for mandate in administered.select_related("authority")],
    }
    if can_publish(user, frozenset(), of_cohort=False):
        subjects = [*Programme.objects.all(), *Method.objects.order_by("name")]
        subjects += Lesson.objects.filter(state="accepted").order_by("-pk")[:MAX_LESSONS]
        context |= {
            "subjects": [(kind_of(subject), subject) for subject in subjects],
            "names_to_check": Publication.objects.names_to_check()[:MAX_TO_CHECK],
            "asks_for_second_person": ApprovalRule.objects.counting_for(None).exists(),
        }
    return render(request, "publications/publications.html", context)


@form_page
def write(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show the form of the draft about an idea, a cohort or another thing; on POST save it and go to its page.

    403 for people who may not publish it; 404 for a thing that they cannot see.
    """
    subject, user = _subject_or_404(request, kind, pk), person(request)
    roles = publishing_roles(user, subject, today_everywhere())
    enforce(can_publish(user, roles, of_cohort=PublicationKind(kind).of_cohort))
    latest = Publication.objects.about(subject).first()
    effects = measured_effects(subject) if isinstance(subject, Idea) else {}
    form = PublicationForm(
        submitted_data(request),
        has_tests=kind == PublicationKind.IDEA,
        effects=effects,
        **_values_to_start_from(subject, latest, effects),
    )
    if row := apply_form(form, save_draft, subject=subject, by=user, at=now()):
        return redirect(row)
    waits = latest is not None and latest.state == PublicationState.SUBMITTED
    page = FormPage(
        _("Prepare a page for the public"),
        _("Save draft"),
        latest.get_absolute_url() if latest else _address_of(subject),
        crumb=subject,
        crumb_href=_address_of(subject),
        intro=_("Nobody outside reads it before it is approved. Later changes of the original do not change the page."),
        unavailable_reason=SUBMITTED_ALREADY if waits else "",
    )
    return page.show(request, form)


@require_safe
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a version with its state, its preview, what to think of before, and all versions about the same thing."""
    user, row = person(request), publication_or_404(request, pk)
    roles = publishing_roles(user, row.subject, today_everywhere())
    may_publish = can_publish(user, roles, of_cohort=row.current_kind.of_cohort)
    election = election_before_publishing(row, now()) if row.state == PublicationState.SUBMITTED else None
    context = {
        "row": row,
        "can_publish": may_publish,
        "can_approve": can_approve(user, roles, row),
        "election": election_warning(election) if election else "",
        "approval": (required_approval(row) if row.state == PublicationState.DRAFT else Approval(row.approval)).label,
        "addresses": [(code, row.public_url(code)) for code in LANGUAGES],
        "versions": Publication.objects.filter(kind=row.kind, slug=row.slug).select_related("published_by", "ended_by"),
        "href": _address_of(row.subject),
        "check_names_href": reverse("publications:check_names", args=[row.pk]),
        "public_names": row.names.filter(ended_at=None).order_by("pk"),
    } | page_context(row, active_language(), platform_today())
    return render(request, "publications/publication.html", context)


@require_safe
def preview(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Show a version exactly as the public reads it, in a language; 404 for a version that the person may not see."""
    row = publication_or_404(request, pk)
    check_language(language)
    context = page_context(row, language, platform_today()) | {"is_preview": True}
    return public_response("publications/page.html", language, context, noindex=True)


def publication_or_404(request: HttpRequest, pk: int) -> Publication:
    """Return a version that the signed-in person may see, with what it is about; raises Http404."""
    rows = Publication.objects.visible_to(person(request))
    return get_object_or_404(
        rows.select_related("cohort__authority", "cohort__edition", "idea", "programme", "lesson", "method"), pk=pk
    )


def changeable_publication(request: HttpRequest, pk: int) -> Publication:
    """Return the version of the URL, if the person may publish what it is about.

    Raises Http404 for one that they cannot see, else Refused.
    """
    row, user = publication_or_404(request, pk), person(request)
    roles = publishing_roles(user, row.subject, today_everywhere())
    enforce(can_publish(user, roles, of_cohort=row.current_kind.of_cohort))
    return row


def _subject_or_404(request: HttpRequest, kind: str, pk: int) -> Any:
    """Return the thing to publish, if the signed-in person may see it; raises Http404."""
    if kind not in PublicationKind.values:
        raise Http404
    rows: Any = SUBJECTS[PublicationKind(kind)]._default_manager
    related = {PublicationKind.IDEA: ("cohort__authority", "cohort__edition"), PublicationKind.LESSON: ("edition",)}
    if kind == PublicationKind.COHORT:
        related[PublicationKind.COHORT] = ("authority", "edition")
    found = rows.visible_to(person(request)).select_related(*related.get(PublicationKind(kind), ()))
    return get_object_or_404(found, pk=pk)


def _values_to_start_from(
    subject: Model, latest: Publication | None, effects: Mapping[int, MeasuredEffect]
) -> dict[str, Any]:
    """Return the arguments of the form: the saved draft, else the texts of the version before, else of the thing.

    The words of a measure start from those of the first indicator, which someone then reviews.
    """
    if latest and latest.state == PublicationState.DRAFT:
        return {"current": latest.form_values()}
    if latest:
        return {"initial": latest.form_values()}
    title = subject.title if isinstance(subject, Idea) else str(subject)
    words = next((effect.words for effect in effects.values()), {})
    return {"initial": {"title_fr": title[:TITLE_LENGTH], "shows_tests": True, **words}}


def _address_of(subject: Any) -> str:
    """Return the URL of the page of a thing."""
    address: str = subject.get_absolute_url()
    return address
