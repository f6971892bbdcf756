"""The pages of a choice of challenges: open a round, rate, close it, read the results, record decisions."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.cohort.pages import get_cohort_or_404
from cohorts.visibility import readable_until
from prototypes import actions
from prototypes.models import RatedChallenge, RatingRound
from prototypes.permissions import allow_if_all, can_edit_challenge, can_rate_challenges, open_to_additions
from prototypes.rating_rounds.forms import DecisionForm, NewRoundForm, RatingForm
from prototypes.rating_rounds.results import challenges_in, own_scores, people_who_rated, results_of
from prototypes.refusals import ROUND_CLOSED
from prototypes.views.lookups import roles_in
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data
from web.security.acting import forbidden_while_acting


def get_round_or_404(user: User, pk: int) -> RatingRound:
    """Return the round with this key, annotated with `readable_until`; raise Http404 if the user may not read it.

    A past member reads it as it was on their last day: open, if it was closed later.
    """
    rows = RatingRound.objects.visible_to(user).select_related("cohort__authority", "cohort__edition")
    row = get_object_or_404(rows.annotate(readable_until=readable_until(user, "cohort")), pk=pk)
    hide_later_closing(row)
    return row


def hide_later_closing(row: RatingRound) -> None:
    """Make a round open, without saving it, if it was closed after the last day of the past member who reads it.

    The round must have been read with the annotation `readable_until`.
    """
    until = vars(row)["readable_until"]
    if until and row.closed_on and row.closed_on > until:
        row.closed_on = None


@form_page
def open_round(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form to choose the challenges that a cohort rates together; open the round on POST and go to it.

    Raises Refused for people other than the lab, coordinator, residents and pilot, and for published facts.
    """
    cohort = get_cohort_or_404(request, slug)
    enforce(allow_if_all(can_edit_challenge(roles_in(request, cohort)), open_to_additions(cohort)))
    page = FormPage(
        _("Choose challenges together"),
        _("Let members rate"),
        reverse("prototypes:challenge_list", args=[slug]),
        crumb=cohort,
        crumb_href=cohort.get_absolute_url(),
        consequences=(
            _("Each member rates these challenges alone. While they do, nobody reads what others rated."),
            _("When you close the rating, everybody who can see the cohort sees how the ratings spread."),
            _("The cohort then decides."),
            _("Members see on their home page that they can rate. No e-mail is sent."),
        ),
    )
    return form_response(
        request,
        NewRoundForm(submitted_data(request), cohort=cohort),
        page,
        actions.open_round,
        done=_("Members can now rate these challenges."),
        to_result=True,
        cohort=cohort,
        by=person(request),
    )


@require_safe
def rating_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a round: while it is open, how many have rated; once it is closed, how ratings spread and what was decided.

    Raises Http404 for people who may not read it.
    """
    user = person(request)
    row = get_round_or_404(user, pk)
    roles = roles_in(request, row.cohort)
    context = {
        "rating_round": row,
        "results": results_of(row, user, until=vars(row)["readable_until"]),
        "challenges": challenges_in(row) if row.is_open else [],
        "people_who_rated": people_who_rated(row),
        "has_rated": row.is_open and bool(own_scores(row, user)),
        "can_rate": can_rate_challenges(roles),
        "can_decide": can_edit_challenge(roles),
    }
    return render(request, "prototypes/rating_rounds/page.html", context)


@forbidden_while_acting
@form_page
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the signed-in member's own ratings of all challenges of a round as one form; save them on POST.

    Raises Refused for people who are not members of the cohort. A closed round leads to its results.
    """
    user = person(request)
    row = get_round_or_404(user, pk)
    enforce(can_rate_challenges(roles_in(request, row.cohort)))
    if not row.is_open and request.method != "POST":
        messages.warning(request, ROUND_CLOSED)
        return redirect(row)
    form = RatingForm(
        submitted_data(request),
        rated_challenges=challenges_in(row),
        criteria=row.criteria,
        scores=own_scores(row, user),
    )
    apply_form(form, actions.rate_challenges, rating_round=row, by=user)
    if form.is_bound and not form.errors:
        messages.success(request, _("Your ratings are saved. You can change them until the rating is closed."))
        return redirect(row)
    return render(request, "prototypes/rating_rounds/rate.html", {"rating_round": row, "form": form})


@form_page
def close_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to close a round for good; close it on POST and go to its results.

    Raises Refused for people other than the lab, coordinator, residents and pilot.
    """
    row = get_round_or_404(person(request), pk)
    enforce(can_edit_challenge(roles_in(request, row.cohort)))
    page = FormPage(
        _("Close the rating"),
        _("Close the rating"),
        row.get_absolute_url(),
        crumb=row,
        consequences=(
            _("Nobody can rate or change ratings any more. A closed rating cannot be opened again."),
            _("Everybody who can see the cohort sees how the ratings spread, without names."),
        ),
        is_destructive=True,
    )
    return form_response(
        request,
        ConfirmationForm(submitted_data(request)),
        page,
        actions.close_round,
        done=_("The rating is closed. Look at the ratings together, then record what you decide."),
        rating_round=row,
        by=person(request),
        at=now(),
    )


@form_page
def decide(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Show the form to record what a cohort decided about a challenge of a round (`key`); save it on POST.

    Raises Refused for people other than the lab, coordinator, residents and pilot.
    """
    row = get_round_or_404(person(request), pk)
    rated = get_object_or_404(RatedChallenge.objects.select_related("challenge"), rating_round=row, pk=key)
    rated.rating_round = row
    enforce(can_edit_challenge(roles_in(request, row.cohort)))
    page = FormPage(
        _("Decide: %(challenge)s") % {"challenge": rated.challenge},
        _("Record the decision"),
        row.get_absolute_url(),
        crumb=row,
        unavailable_reason=_unavailable_reason(row, rated),
    )
    return form_response(
        request,
        DecisionForm(submitted_data(request), challenge=rated.challenge),
        page,
        actions.decide_challenge,
        done=_("The decision is recorded."),
        rated_challenge=rated,
        by=person(request),
        at=now(),
    )


def _unavailable_reason(row: RatingRound, rated: RatedChallenge) -> str:
    """Return why no decision can be recorded: members still rate, or it is recorded already; else ""."""
    if row.is_open:
        return _("Members still rate. Close the rating first, then decide.")
    return _("The decision about this challenge is recorded already.") if rated.decision else ""
