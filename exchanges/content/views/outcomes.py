"""What is left: minutes, commitments until they are kept or dropped, feedback, and the closing of the whole."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.models import Membership
from exchanges.content import actions
from exchanges.content.context import commitments_of, heard, wishes
from exchanges.content.enums import MEETING, CommitmentState
from exchanges.content.forms import CloseCommitmentForm, CommitmentForm, FeedbackForm, MinutesForm
from exchanges.content.part_forms import address, filled
from exchanges.exchange.action_pages import acted, find, now, page_about, standing_of
from exchanges.exchange.clock import exchange_today
from exchanges.models import Commitment, Exchange
from exchanges.permissions import (
    Standing,
    may_close,
    may_commit,
    may_commit_for_others,
    may_give_feedback,
    may_write_minutes,
    members_led,
    own_answer,
)
from exchanges.visibility import said_at
from web.decisions import enforce
from web.forms.pages import form_page, sent
from web.security.acting import forbidden_while_acting


@require_safe
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Minutes, commitments and what those who came thought."""
    exchange = find(request, pk)
    standing, begun = standing_of(request, exchange), _has_begun(exchange)
    carried, made = commitments_of(exchange, person(request))
    writes = begun and bool(may_write_minutes(standing, exchange))
    context = {
        "exchange": exchange,
        "minutes": exchange.minutes.filter(said_at(person(request))).select_related("written_by").first(),
        "carried": carried,
        "made": made,
        "closable": {row.pk for row in (*carried, *made) if may_close(standing, row)},
        "heard": heard(exchange) if begun else None,
        "wishes": wishes(exchange) if writes else None,
        "own": own_answer(person(request), exchange) if begun else None,
        "begun": begun,
        "late_ones": {row.pk for row in (*carried, *made) if row.late(exchange_today(row.exchange))},
        "can": {"write": writes, "commit": begun and may_commit(standing)},
    }
    return render(request, "exchanges/minutes.html", context)


def _has_begun(exchange: Exchange) -> bool:
    """Minutes and commitments can be written; before, their pages say from when on."""
    return exchange.state in MEETING and not exchange.retrospective


@form_page
def write_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Write them; when someone else wrote meanwhile, both texts are shown and the next save joins them."""
    exchange = find(request, pk)
    enforce(may_write_minutes(standing_of(request, exchange), exchange))
    found = exchange.minutes.first()
    impossible = (
        "" if _has_begun(exchange) or sent(request) else _("You can write the minutes once registration is closed.")
    )
    form = MinutesForm(sent(request), minutes=found)
    saved = _("The minutes are saved: everyone in the edition can read them.")
    if acted(request, form, actions.write_minutes, done=saved, exchange=exchange, at=now()):
        return redirect(address("minutes", exchange))
    context = {"form": form, "exchange": exchange, "back": address("minutes", exchange), "impossible": impossible}
    return render(request, "exchanges/write_minutes.html", context)


@form_page
def commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise something, or note what somebody of one's cohorts promises."""
    exchange = find(request, pk)
    standing = standing_of(request, exchange)
    enforce(may_commit(standing))
    form = CommitmentForm(sent(request), owners=_possible_owners(standing), initial={"owner": person(request).pk})
    intro = _("The commitment carries over to the next Intertransfo until it is kept or dropped.")
    early = _("You can record commitments once registration is closed.")
    page = page_about(
        exchange,
        _("Add commitment"),
        _("Save"),
        address("minutes", exchange),
        intro=intro,
        impossible="" if _has_begun(exchange) or sent(request) else early,
    )
    done = _("The commitment is recorded.")
    return filled(request, form, page, actions.commit, done=done, exchange=exchange, at=now())


def _possible_owners(standing: Standing) -> list[tuple[int, str]]:
    """Oneself, and the active members of the cohorts one leads (for lab staff: of all of them)."""
    others = members_led(standing) if may_commit_for_others(standing) else Membership.objects.none()
    people = User.objects.filter(Q(pk=standing.user.pk) | Q(pk__in=others.values("user"), is_active=True))
    return [(user.pk, str(user)) for user in people.order_by("full_name", "pk")]


@form_page
def close_commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what became of a promise."""
    rows = Commitment.objects.visible_to(person(request)).with_people()
    row = get_object_or_404(rows, pk=pk)
    enforce(may_close(Standing(person(request), row.exchange.edition, exchange_today(row.exchange)), row))
    page = page_about(
        row.exchange,
        _("Update the commitment"),
        _("Save"),
        address("minutes", row.exchange),
        intro=_("%(who)s: %(what)s") % {"who": row.owner, "what": row.what},
        impossible=""
        if row.state == CommitmentState.OPEN or sent(request)
        else _("This commitment is closed already."),
    )
    form = CloseCommitmentForm(sent(request))
    return filled(request, form, page, _closed, done=_("The commitment is closed."), commitment=row, at=now())


def _closed(*, commitment: Commitment, became: str, reason: str, at: datetime, by: User) -> Commitment:
    if became == CommitmentState.KEPT:
        return actions.keep(commitment=commitment, at=at, by=by)
    return actions.drop(commitment=commitment, reason=reason, at=at, by=by)


@forbidden_while_acting
@form_page
def give_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what one thought; it is shown with that of others only, without names."""
    exchange = find(request, pk)
    own = own_answer(person(request), exchange)
    enforce(may_give_feedback(own))
    page = page_about(
        exchange,
        _("What did you think of the Intertransfo?"),
        _("Send"),
        address("minutes", exchange),
        [
            _(
                "Your answers are added to those of others. No page shows who gave them. Results are shown"
                " only from five answers on."
            ),
            _("The host and the lab read the texts word for word."),
        ],
    )
    before: Any = own.feedback.values("useful", "time_together", "organisation", "keep", "change") if own else None
    form = FeedbackForm(sent(request), initial=(before and before.first()) or {})
    done = _("Thank you. Your answers are added to those of the others.")
    return filled(request, form, page, actions.give_feedback, done=done, registration=own)
