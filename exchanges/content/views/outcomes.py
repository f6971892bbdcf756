"""Pages about minutes, commitments and feedback."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from exchanges.content import actions
from exchanges.content.commitment_list import COMMITMENTS
from exchanges.content.context import commitments_of, feedback_summary, feedback_texts
from exchanges.content.enums import MEETING_STATES, CommitmentState
from exchanges.content.forms import CloseCommitmentForm, CommitmentForm, FeedbackForm, MinutesForm
from exchanges.content.part_forms import content_href
from exchanges.content.views.lookups import get_commitment_or_404, possible_owners
from exchanges.exchange.clock import exchange_today
from exchanges.exchange.pages import (
    current_time,
    exchange_form_page,
    get_exchange_or_404,
    roles_for,
)
from exchanges.models import Exchange
from exchanges.permissions import (
    EditionRoles,
    can_close_commitment,
    can_give_feedback,
    can_record_own_commitment,
    can_write_minutes,
    registration_if_came,
)
from exchanges.visibility import content_visible_to
from lists.pages import list_page
from web.decisions import enforce
from web.forms.pages import apply_form, form_page, form_response, submitted_data
from web.security.acting import forbidden_while_acting


@require_safe
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the minutes of an exchange, commitments made at it and carried over to it, and a summary of the feedback.

    The texts of the feedback are shown only to those who may write the minutes: lab staff and the coordinator,
    residents and pilot of the host. The feedback is left out before registration is closed.
    """
    exchange = get_exchange_or_404(request, pk)
    roles, has_begun = roles_for(request, exchange), _has_begun(exchange)
    carried, made = commitments_of(exchange, person(request))
    can_write = has_begun and bool(can_write_minutes(roles, exchange))
    context = {
        "exchange": exchange,
        "minutes": exchange.minutes.filter(content_visible_to(person(request))).select_related("written_by").first(),
        "carried_commitments": carried,
        "new_commitments": made,
        "closable": {row.pk for row in (*carried, *made) if can_close_commitment(roles, row)},
        "feedback_summary": feedback_summary(exchange) if has_begun else None,
        "feedback_texts": feedback_texts(exchange) if can_write or (has_begun and roles.staff) else None,
        "own_registration": registration_if_came(person(request), exchange) if has_begun else None,
        "has_begun": has_begun,
        "late_commitments": {row.pk for row in (*carried, *made) if row.is_late(exchange_today(row.exchange))},
        "permissions": {
            "write_minutes": can_write,
            "record_own_commitment": has_begun and can_record_own_commitment(roles),
        },
    }
    return render(request, "exchanges/content/minutes.html", context)


def _has_begun(exchange: Exchange) -> bool:
    """Return whether minutes and commitments can be written at the exchange now: once registration is closed.

    False for an exchange that was imported as published facts.
    """
    return exchange.state in MEETING_STATES and not exchange.retrospective


@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    """Show the commitments that the person may read, of all exchanges: open ones first, by due date."""
    return list_page(request, COMMITMENTS, "exchanges/content/commitment_list.html", can_act=True)


@form_page
def write_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for the minutes to lab staff and the host's coordinator, residents and pilot; save it on POST.

    When someone else has edited the minutes, both texts are shown so that the next save joins them. Before registration
    is closed, the page says so instead of the form.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_write_minutes(roles_for(request, exchange), exchange))
    existing = exchange.minutes.first()
    unavailable_reason = (
        ""
        if _has_begun(exchange) or submitted_data(request)
        else _("You can write the minutes once registration is closed.")
    )
    form = MinutesForm(submitted_data(request), minutes=existing)
    saved = _("The minutes are saved: everyone in the edition can read them.")
    if apply_form(form, actions.write_minutes, exchange=exchange, at=current_time(), by=person(request)):
        messages.success(request, saved)
        return redirect(content_href("minutes", exchange))
    context = {
        "form": form,
        "exchange": exchange,
        "back": content_href("minutes", exchange),
        "unavailable_reason": unavailable_reason,
    }
    return render(request, "exchanges/content/write_minutes.html", context)


@form_page
def record_commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to record what someone commits to do after the exchange; record it on POST.

    For members of the edition's cohorts, admins of their authorities and lab staff; raises Refused for others. The
    owner can be the signed-in person, or an active member of a cohort they lead as coordinator or pilot; for lab staff
    any member of the edition.
    """
    exchange = get_exchange_or_404(request, pk)
    roles = roles_for(request, exchange)
    enforce(can_record_own_commitment(roles))
    form = CommitmentForm(submitted_data(request), owners=possible_owners(roles), initial={"owner": person(request).pk})
    intro = _("The commitment carries over to the next Intertransfo until it is kept or dropped.")
    early = _("You can record commitments once registration is closed.")
    page = exchange_form_page(
        exchange,
        _("Add commitment"),
        _("Save"),
        content_href("minutes", exchange),
        intro=intro,
        unavailable_reason="" if _has_begun(exchange) or submitted_data(request) else early,
    )
    done = _("The commitment is recorded.")
    by, at = person(request), current_time()
    return form_response(request, form, page, actions.record_commitment, done=done, exchange=exchange, at=at, by=by)


@form_page
def close_commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form that marks a commitment as done or dropped; save it on POST.

    It is for the owner, lab staff, and the coordinator and pilot of the owner's cohort; raises Refused for others,
    Http404 for a commitment they may not see. `pk` is the key of the commitment.
    """
    row = get_commitment_or_404(request, pk)
    enforce(
        can_close_commitment(EditionRoles(person(request), row.exchange.edition, exchange_today(row.exchange)), row)
    )
    page = exchange_form_page(
        row.exchange,
        _("Update the commitment"),
        _("Save"),
        content_href("minutes", row.exchange),
        intro=_("%(who)s: %(what)s") % {"who": row.owner, "what": row.what},
        unavailable_reason=""
        if row.state == CommitmentState.OPEN or submitted_data(request)
        else _("This commitment is closed already."),
    )
    form = CloseCommitmentForm(submitted_data(request))
    by, at, done = person(request), current_time(), _("The commitment is closed.")
    return form_response(request, form, page, actions.close_commitment, done=done, commitment=row, at=at, by=by)


@forbidden_while_acting
@form_page
def give_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the feedback form to people who came to the exchange, with their earlier answers; save it on POST.

    Raises Refused for people who did not come. Feedback is shown only together with that of others and without names.
    """
    exchange = get_exchange_or_404(request, pk)
    own = registration_if_came(person(request), exchange)
    enforce(can_give_feedback(own))
    page = exchange_form_page(
        exchange,
        _("What did you think of the Intertransfo?"),
        _("Send"),
        content_href("minutes", exchange),
        [
            _(
                "Your answers are added to those of others. No page shows who gave them. Results are shown"
                " only from five answers on."
            ),
            _("The host and the lab read the texts word for word."),
        ],
    )
    previous: Any = own.feedback.values("useful", "time_together", "organisation", "keep", "change") if own else None
    form = FeedbackForm(submitted_data(request), initial=(previous and previous.first()) or {})
    done = _("Thank you. Your answers are added to those of the others.")
    return form_response(request, form, page, actions.give_feedback, done=done, registration=own, by=person(request))
