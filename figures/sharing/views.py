"""The pages on which a cohort begins and stops to share its figures."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from accounts.roles import Roles
from cohorts.clock import local_today
from cohorts.cohort.pages import get_cohort_or_404, page_about
from cohorts.models import Cohort
from cohorts.permissions import roles_of
from figures.sharing import actions
from figures.sharing.enums import Audience
from figures.sharing.models import FiguresConsent
from figures.sharing.permissions import can_share_figures, can_stop_sharing_figures
from figures.sharing.refusals import PUBLISHED_ALREADY
from figures.sharing.texts import AUDIENCES, AudienceTexts
from programmes.elections import election_warning
from programmes.forms.elections import PublishingForm
from programmes.workdays import Period
from web.decisions import Decision, enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.security.acting import forbidden_while_acting


@forbidden_while_acting
@form_page
def share_figures(request: HttpRequest, slug: str, audience: str) -> HttpResponse:
    """Say what others will read, and on POST let the cohort's figures enter their totals; for its pilot and its admin.

    403 for others, 404 for a cohort that they cannot see or an unknown audience.
    """
    cohort, readers = _cohort_and_audience(request, slug, audience, can_share_figures)
    election = actions.election_before_sharing(cohort, readers, timezone.now())
    page = _share_page(cohort, AUDIENCES[readers], election, shared=_is_shared(cohort, readers))
    form = PublishingForm(submitted_data(request), is_near_election=bool(election))
    done = _("The figures of the cohort are shared.")
    return _confirm(request, page, form, actions.share_figures, cohort=cohort, audience=readers, done=done)


@forbidden_while_acting
@form_page
def stop_sharing_figures(request: HttpRequest, slug: str, audience: str) -> HttpResponse:
    """Say what changes, and on POST take the cohort's figures out of the totals of others.

    For its pilot, its admin and the lab; 403 for others, 404 for a cohort that they cannot see or an unknown audience.
    """
    cohort, readers = _cohort_and_audience(request, slug, audience, can_stop_sharing_figures)
    page = _stop_sharing_page(cohort, AUDIENCES[readers], shared=_is_shared(cohort, readers))
    form = ConfirmationForm(submitted_data(request))
    done = _("The figures of the cohort are no longer shared.")
    return _confirm(request, page, form, actions.stop_sharing_figures, cohort=cohort, audience=readers, done=done)


def _cohort_and_audience(
    request: HttpRequest, slug: str, audience: str, permission: Callable[[Roles], Decision]
) -> tuple[Cohort, Audience]:
    """Return the cohort and the audience of the URL, if the signed-in person may decide on them.

    `permission` decides by the person's roles. Raises Http404 for an unknown cohort or audience, else Refused.
    """
    if audience not in Audience.values:
        raise Http404
    cohort = get_cohort_or_404(request, slug)
    enforce(permission(roles_of(person(request), cohort, local_today(cohort))))
    return cohort, Audience(audience)


def _is_shared(cohort: Cohort, audience: Audience) -> bool:
    """Return whether the cohort shares its figures with the audience now."""
    return FiguresConsent.objects.open(audience).filter(cohort=cohort).exists()


def _confirm(
    request: HttpRequest,
    page: FormPage,
    form: BaseForm,
    action: Callable[..., FiguresConsent],
    *,
    cohort: Cohort,
    audience: Audience,
    done: str,
) -> HttpResponse:
    """Show the page; on POST run the action for the signed-in person and show `done` on the cohort's page."""
    if apply_form(form, action, cohort=cohort, audience=audience, at=timezone.now(), by=person(request)):
        messages.success(request, done)
        return redirect(cohort)
    return page.show(request, form)


def _share_page(cohort: Cohort, texts: AudienceTexts, election: Period | None, *, shared: bool) -> FormPage:
    """Return the page that asks to share the figures, with one sentence on what others will read, and a warning of an
    election that is near.
    """
    reason: StrOrPromise = texts.is_shared if shared else PUBLISHED_ALREADY if cohort.retrospective else ""
    return page_about(
        cohort,
        _("Share the figures of the cohort"),
        texts.share,
        consequences=(
            *([election_warning(election)] if election else []),
            texts.readable,
            _(
                "The day and your name are recorded. The pilot, the authority’s admin or the lab can stop it at"
                " any time."
            ),
        ),
        unavailable_reason=reason,
    )


def _stop_sharing_page(cohort: Cohort, texts: AudienceTexts, *, shared: bool) -> FormPage:
    """Return the page that asks to stop sharing, with one sentence on what others will no longer read."""
    return page_about(
        cohort,
        _("Stop sharing the figures of the cohort"),
        texts.stop,
        consequences=(texts.afterwards,),
        unavailable_reason="" if shared else texts.is_not_shared,
    )
