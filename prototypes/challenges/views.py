"""A cohort's challenges, a challenge's page, and its forms."""

from datetime import date

from django.db.models import F, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.clock import local_today
from cohorts.cohort.pages import get_cohort_or_404
from cohorts.models import Session, Stakeholder
from cohorts.visibility import readable_until
from lists.pages import list_page
from prototypes import actions
from prototypes.action_pages.definitions import CHALLENGE_ACTIONS
from prototypes.action_pages.views import available_actions, get_action_or_404, perform
from prototypes.board.outputs import outputs
from prototypes.challenges.challenge_list import CHALLENGES
from prototypes.challenges.forms import ChallengeForm, LinksForm, NewChallengeForm
from prototypes.hooks import challenge_panels
from prototypes.ideas.cells import OWNER_COLUMNS, ROW_COLUMNS, render_idea_rows
from prototypes.models import Idea, RatedChallenge, RatingRound
from prototypes.permissions import allow_if_all, can_add_work, can_edit_challenge, open_to_additions, open_to_edits
from prototypes.views.lookups import get_challenge_or_404, roles_in
from web.database.prepared import prepared
from web.decisions import enforce
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.pages.panels import render_panels
from web.text.names import name_ordering

MAX_IDEAS = 50  # on the page of a challenge: those with the latest updates


@require_safe
def challenge_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the challenges of a cohort, each with the number of its ideas that the person may read.

    Raises Http404 for a cohort (its `slug`) that the person may not see.
    """
    listed = CHALLENGES.subject(person(request), slug)
    can_add = allow_if_all(can_add_work(listed.roles), open_to_additions(listed.cohort))
    rounds = RatingRound.objects.visible_to(person(request)).filter(cohort=listed.cohort).latest_first()
    can_choose = allow_if_all(can_edit_challenge(listed.roles), open_to_additions(listed.cohort))
    context = {"cohort": listed.cohort, "can_add": can_add, "can_choose": can_choose, "rounds": rounds}
    if can_add:
        context |= {"add_href": reverse("prototypes:add_challenge", args=[slug]), "add_label": _("Add the test case")}
    return list_page(request, CHALLENGES, "prototypes/challenges/list.html", context, subject_key=slug, subject=listed)


@require_safe
def challenge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a challenge with its stakeholders, sessions and ideas, and buttons for what the person may do with it.

    Raises Http404 for people who may not read it.
    """
    row = get_challenge_or_404(request, pk)
    roles = roles_in(request, row.cohort)
    user = person(request)
    ideas = _ideas(user, pk, local_today(row.cohort))
    context = {
        "challenge": row,
        "ideas": ideas[:MAX_IDEAS],
        "rows_html": render_idea_rows(ideas[:MAX_IDEAS], detailed=True),
        "has_more_ideas": len(ideas) > MAX_IDEAS,
        "actions": available_actions(CHALLENGE_ACTIONS, "prototypes:challenge_action", row, roles),
        "can_add": can_add_work(roles),
        "can_edit": allow_if_all(can_edit_challenge(roles), open_to_edits(row)),
        "stakeholders": _stakeholders(user, pk),
        "sessions": _sessions(user, pk),
        "decisions": _decisions(user, pk),
        "outputs": outputs(user, row.cohort, row),
        "aside_panels": render_panels(challenge_panels(), request, row, roles, position="aside"),
        "panels": render_panels(challenge_panels(), request, row, roles),
    }
    return render(request, "prototypes/challenges/page.html", context)


@prepared
def _ideas(user: User, challenge_id: int, today: date) -> QuerySet[Idea]:
    """Return the ideas of a challenge that the user may read, latest updated first.

    `today` decides whether a state needs confirming. There is one row more than the page shows.
    """
    visible = Idea.objects.visible_to(user).with_confirmation_flags(user, today)
    rows: QuerySet[Idea] = visible.latest_update_first().filter(challenge=challenge_id).select_related("owner")
    return rows.only(*ROW_COLUMNS, *OWNER_COLUMNS)[: MAX_IDEAS + 1]


@prepared
def _stakeholders(user: User, challenge_id: int) -> QuerySet[Stakeholder]:
    """Return the stakeholders of a challenge that the user may read, by name."""
    return Stakeholder.objects.visible_to(user).filter(challenges=challenge_id).order_by(*name_ordering())


@prepared
def _sessions(user: User, challenge_id: int) -> QuerySet[Session]:
    """Return the sessions of a challenge that the user may read, by their first day.

    `begins_on` is that day.
    """
    rows = Session.objects.visible_to(user).filter(challenges=challenge_id)
    return rows.annotate(begins_on=Min("days__date")).order_by("begins_on", "pk")


@prepared
def _decisions(user: User, challenge_id: int) -> QuerySet[RatedChallenge]:
    """Return the decisions about a challenge in rounds that the user may read, the latest first; for past members those
    until their last day.
    """
    rounds = RatingRound.objects.visible_to(user)
    decided = RatedChallenge.objects.filter(challenge=challenge_id, rating_round__in=rounds).exclude(decision="")
    decided = decided.alias(until=readable_until(user, "rating_round__cohort"))
    decided = decided.filter(Q(until=None) | Q(decided_on__lte=F("until")))
    return decided.select_related("rating_round").order_by("-pk")


@form_page
def add_challenge(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form to propose a challenge to the cohort; save it on POST and go to the challenge.

    Raises Refused for people other than the lab, coordinator, residents, pilot and ambassadors, and for a cohort of
    published facts; Http404 for a cohort that the person may not see.
    """
    cohort = get_cohort_or_404(request, slug)
    enforce(allow_if_all(can_add_work(roles_in(request, cohort)), open_to_additions(cohort)))
    form = NewChallengeForm(submitted_data(request))
    return form_response(
        request,
        form,
        FormPage(_("Add challenge"), _("Add the challenge"), cohort.get_absolute_url(), crumb=cohort),
        actions.add_challenge,
        done=_("The challenge is proposed. Edit it to say what is part of it, and who supports it."),
        to_result=True,
        cohort=cohort,
        by=person(request),
    )


@form_page
def edit_challenge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to edit title, kind, framing and sponsor of a challenge; save it on POST and go back to the
    challenge.

    Raises Refused for people other than the lab, coordinator, residents and pilot, and for published facts.
    """
    row = get_challenge_or_404(request, pk)
    enforce(allow_if_all(can_edit_challenge(roles_in(request, row.cohort)), open_to_edits(row)))
    form = ChallengeForm(submitted_data(request), current=row.form_values())
    page = FormPage(_("Edit the challenge"), _("Save"), row.get_absolute_url(), crumb=row)
    return form_response(
        request, form, page, actions.change_challenge, done=_("Saved."), challenge=row, by=person(request)
    )


@form_page
def link_challenge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to choose the stakeholders and sessions of a challenge; save it on POST and go back to the
    challenge.

    Raises Refused for people other than the lab, coordinator, residents and pilot, and for published facts.
    """
    row = get_challenge_or_404(request, pk)
    enforce(allow_if_all(can_edit_challenge(roles_in(request, row.cohort)), open_to_edits(row)))
    form = LinksForm(submitted_data(request), cohort=row.cohort, current=row.link_values())
    page = FormPage(_("Stakeholders and sessions"), _("Save"), row.get_absolute_url(), crumb=row)
    return form_response(
        request, form, page, actions.link_challenge, done=_("Saved."), challenge=row, by=person(request)
    )


@form_page
def challenge_action(request: HttpRequest, pk: int, action_slug: str) -> HttpResponse:
    """Show the form of one action on a challenge, such as "frame" or "drop" (`action_slug`); run it on POST.

    Raises Refused for people other than the lab, coordinator, residents and pilot, Http404 for an unknown action.
    """
    row = get_challenge_or_404(request, pk)
    action = get_action_or_404(CHALLENGE_ACTIONS, action_slug)
    roles = roles_in(request, row.cohort)
    return perform(request, action, roles, back=row.get_absolute_url(), context={"crumb": row}, challenge=row)
