"""Pages of an edition: its state, dates, format and figures, the panels of other apps, and forms to change it."""

from django.contrib import messages
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from programmes import actions
from programmes.enums import EditionState
from programmes.forms import EditionForm, EditionStateForm
from programmes.hooks import edition_panels
from programmes.models import Claim, Edition
from programmes.models.editions import EditionQuerySet
from programmes.permissions import can_change_edition, can_move_edition
from programmes.wording import TRANSITION_TEXTS
from web.database.nested_rows import column_names, nested, row_from_nested
from web.database.prepared import TextArgument, one_or_404, prepared
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page
from web.pages.panels import Panel, columns_of, render_panels


def _visible_editions(user: User) -> EditionQuerySet:
    """Return the editions the user may see, with their programme and format: all for lab staff, all but drafts for
    others.
    """
    return Edition.objects.visible_to(user).select_related("programme", "format")


def _get_edition(user: User, slug: str) -> Edition:
    """Return the edition with this slug, its programme and format; raises Http404 when the user may not see it."""
    return get_object_or_404(_visible_editions(user), slug=slug)


@prepared
def _edition_for_page(user: User, slug: TextArgument, panels: tuple[Panel, ...]) -> QuerySet[Edition]:
    """Return the query for the edition with this slug that the user may see, with its claims and what these panels of
    its page read together with it.
    """
    claims = Claim.objects.filter(edition=OuterRef("pk")).order_by("metric", "as_of", "pk")
    rows = _visible_editions(user).with_lesson_access(user).filter(slug=slug)
    return rows.annotate(claim_rows=nested(claims, *column_names(Claim)), **columns_of(panels, user))


@require_safe
def edition(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an edition with its published figures and the panels of other apps; lab staff also get the button for its
    next state.

    Raises Http404 for a draft, except to lab staff.
    """
    user, panels = person(request), tuple(edition_panels())
    edition = one_or_404(_edition_for_page(user, TextArgument(slug), panels))
    context = {
        "edition": edition,
        "claims": [row_from_nested(Claim, row) for row in vars(edition)["claim_rows"]],
        "panels": render_panels(panels, request, edition),
        "can_change": can_change_edition(user, edition),
        "next_step": TRANSITION_TEXTS[edition.next_state]
        if edition.next_state and can_move_edition(user, edition)
        else None,
        "is_next_step_due": edition.is_next_state_due(platform_today()),
    }
    return render(request, "programmes/editions/page.html", context)


@form_page
def change_edition(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff the form with an edition's name, dates, funders and planned number of authorities; save it on
    POST.

    Raises Refused for others, and for an edition that holds imported published facts.
    """
    user = person(request)
    edition = _get_edition(user, slug)
    enforce(can_change_edition(user, edition))
    form = EditionForm(request.POST or None, instance=edition)
    if apply_form(form, actions.change_edition, edition=edition, by=user):
        messages.success(request, _("Saved."))
        return redirect(edition)
    page = FormPage(
        _("Name, dates and funders"),
        _("Save"),
        edition.get_absolute_url(),
        crumb=edition,
        intro=_("Cohorts and Intertransfos keep their dates."),
    )
    return page.show(request, form)


@form_page
def move_edition(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask lab staff to confirm that an edition moves to its next state (draft, open, running, closed, archived); set it
    on POST.

    The form holds the state that was shown, so that submitting it twice changes the state once. Raises Refused for
    others, and for an archived edition.
    """
    user = person(request)
    edition = _get_edition(user, slug)
    enforce(can_move_edition(user, edition))
    form = EditionStateForm(request.POST if request.method == "POST" else None, initial={"state": edition.next_state})
    if apply_form(form, _apply_state, edition=edition, by=user):
        messages.success(request, TRANSITION_TEXTS[EditionState(form.cleaned_data["state"])].success_message)
        return redirect(edition)
    move = TRANSITION_TEXTS[edition.next_state or EditionState.OPEN]
    page = FormPage(
        move.action,
        move.action,
        edition.get_absolute_url(),
        crumb=edition,
        consequences=move.consequences,
    )
    return page.show(request, form)


def _apply_state(*, state: str, edition: Edition, by: User) -> Edition:
    """Run the action that moves the edition to `state` ("open", "running", "closed" or "archived"), and return the
    edition.

    Raises DomainError when that is not the state that follows.
    """
    return actions.STATE_ACTIONS[EditionState(state)](edition=edition, by=by)
