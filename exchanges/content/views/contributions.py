"""Pages about questions sent ahead, contributions by cohort, and offers matched with requests."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.models import Cohort
from exchanges.content import actions
from exchanges.content.context import (
    by_cohort,
    contributions_of,
    matches_of,
    participating_cohorts,
    questions_of,
    questions_with_answers,
)
from exchanges.content.enums import CONTRIBUTION_STATES, QUESTION_STATES, ContributionKind
from exchanges.content.forms import ChangeContributionForm, ContributionForm, MatchForm, QuestionForm
from exchanges.content.part_forms import content_href, missing_part_response, part_of
from exchanges.exchange.pages import exchange_form_page, get_exchange_or_404, roles_for
from exchanges.models import Contribution, Exchange, Match
from exchanges.permissions import (
    EditionRoles,
    can_contribute,
    can_edit_contribution,
    can_prepare_exchange,
    cohorts_to_contribute_for,
)
from prototypes.models import Idea
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import form_page, form_response, submitted_data

MAX_IDEAS = 200


@require_safe
def contributions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the exchange's questions with their answers, the contributions of each cohort, and matches of offers with
    requests.

    Only what the person may read is shown. Raises Http404 for an exchange that they may not see.
    """
    exchange = get_exchange_or_404(request, pk)
    roles, cohorts = roles_for(request, exchange), list(participating_cohorts(exchange))
    rows = contributions_of(exchange, person(request))
    is_open = exchange.state in CONTRIBUTION_STATES and not exchange.retrospective
    context = {
        "exchange": exchange,
        "questions": questions_with_answers(questions_of(exchange, person(request)), rows),
        "cohorts": by_cohort(rows, cohorts),
        "matches": matches_of(exchange, rows) if rows else [],
        "editable": {row.pk for row in rows if is_open and can_edit_contribution(roles, row)},
        "is_open": is_open,
        "permissions": {
            "ask_question": can_prepare_exchange(roles)
            and exchange.state in QUESTION_STATES
            and not exchange.retrospective,
            "contribute": is_open and can_contribute(roles),
            "match": is_open and can_prepare_exchange(roles) and _has_offer_and_request(rows),
        },
    }
    return render(request, "exchanges/content/contributions.html", context)


def _has_offer_and_request(contributions: Sequence[Contribution]) -> bool:
    """Return whether at least one of the contributions is an offer and one a request, so that they can be matched."""
    return {ContributionKind.OFFER, ContributionKind.REQUEST} <= {ContributionKind(row.kind) for row in contributions}


@form_page
def ask_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form for a question that cohorts answer before they come to the exchange; add it on POST.

    Raises Refused for others.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_prepare_exchange(roles_for(request, exchange)))
    page = exchange_form_page(
        exchange, _("Send a question ahead"), _("Ask the question"), content_href("contributions", exchange)
    )
    done = _("Question added.")
    return form_response(
        request,
        QuestionForm(submitted_data(request)),
        page,
        actions.ask_question,
        done=done,
        exchange=exchange,
        by=person(request),
    )


@form_page
def change_question(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Show lab staff the form for the text of a question of the exchange; save it on POST.

    `pk` is the key of the exchange, `key` that of the question. When someone has deleted it, a POST gets a message,
    other requests Http404.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_prepare_exchange(roles_for(request, exchange)))
    back, question = content_href("contributions", exchange), part_of(request, exchange.questions.all(), key)
    if question is None:
        return missing_part_response(request, back)
    form = QuestionForm(submitted_data(request), question=question)
    page, done = exchange_form_page(exchange, _("Edit the question"), _("Save"), back), _("The question is changed.")
    return form_response(request, form, page, actions.change_question, done=done, question=question, by=person(request))


@form_page
def remove_question(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Ask lab staff to confirm that a question of the exchange is withdrawn; delete it on POST.

    `pk` is the key of the exchange, `key` that of the question. When someone has deleted it, a POST gets a message,
    other requests Http404.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_prepare_exchange(roles_for(request, exchange)))
    back, question = content_href("contributions", exchange), part_of(request, exchange.questions.all(), key)
    if question is None:
        return missing_part_response(request, back)
    consequences = [question.text, _("The cohorts are no longer asked this question.")]
    page = exchange_form_page(
        exchange, _("Withdraw the question"), _("Withdraw"), back, consequences, is_destructive=True
    )
    done = _("The question is withdrawn.")
    return form_response(
        request,
        ConfirmationForm(submitted_data(request)),
        page,
        actions.remove_question,
        done=done,
        question=question,
        by=person(request),
    )


@form_page
def contribute(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for a contribution of the person's cohort to the exchange; add it on POST.

    For members of the edition's cohorts, admins of their authorities and lab staff; raises Refused for others.
    `?question=` and `?cohort=` (keys) and `?kind=` preselect values.
    """
    exchange = get_exchange_or_404(request, pk)
    roles = roles_for(request, exchange)
    enforce(can_contribute(roles))
    cohorts = _own_cohorts(exchange, roles)
    form = ContributionForm(
        submitted_data(request),
        cohorts=cohorts,
        questions=list(exchange.questions.all()),
        ideas=_ideas_of(request, [cohort.pk for cohort in cohorts]),
        initial=_initial_from_query(request),
    )
    intro = _("Write what went well, what is hard, what you can give or what you need: one thing per contribution.")
    page = exchange_form_page(
        exchange, _("Add contribution"), _("Contribute"), content_href("contributions", exchange), intro=intro
    )
    done = _("Your contribution is on the page.")
    return form_response(request, form, page, actions.contribute, done=done, exchange=exchange, by=person(request))


def _initial_from_query(request: HttpRequest) -> dict[str, str]:
    """Return the values that the link to the form preselects, by field: kind, question and cohort, as text from the
    URL.

    With a question and no kind, the kind is an answer. A field that the URL does not name is left out.
    """
    initial = {name: request.GET[name] for name in ("kind", "question", "cohort") if name in request.GET}
    return {"kind": ContributionKind.ANSWER, **initial} if "question" in initial else initial


def _own_cohorts(exchange: Exchange, roles: EditionRoles) -> list[Cohort]:
    """Return the participating cohorts that the person may contribute for, by name.

    These are cohorts where they are a member or whose authority they administer; for lab staff all cohorts of the
    edition. Withdrawn cohorts are left out.
    """
    cohorts, own = participating_cohorts(exchange), cohorts_to_contribute_for(roles)
    return list(cohorts if own is None else cohorts.filter(pk__in=own))


def _ideas_of(request: HttpRequest, cohorts: Sequence[int]) -> list[Idea]:
    """Return the ideas of these cohorts (by key) that the person may read, the latest update first, at most 200."""
    readable = Idea.objects.visible_to(person(request)).filter(cohort__in=cohorts)
    return list(readable.latest_update_first()[:MAX_IDEAS])


@form_page
def change_contribution(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Show the form for a contribution to its author, lab staff and its cohort's coordinator, residents and pilot; save
    it on POST.

    `pk` is the key of the exchange, `key` that of the contribution. When someone has deleted it, a POST gets a message,
    other requests Http404.
    """
    exchange = get_exchange_or_404(request, pk)
    back, row = content_href("contributions", exchange), part_of(request, exchange.contributions.all(), key)
    if row is None:
        return missing_part_response(request, back)
    enforce(can_edit_contribution(roles_for(request, exchange), row))
    ideas = _ideas_of(request, [row.cohort_id])
    form = ChangeContributionForm(submitted_data(request), contribution=row, ideas=ideas)
    page, done = (
        exchange_form_page(exchange, _("Edit the contribution"), _("Save"), back),
        _("The contribution is changed."),
    )
    return form_response(
        request, form, page, actions.change_contribution, done=done, contribution=row, by=person(request)
    )


@form_page
def withdraw_contribution(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Ask the author of a contribution, or the team of its cohort, to confirm that it is withdrawn; delete it on POST.

    The team are the cohort's coordinator, residents and pilot, and lab staff. `pk` is the key of the exchange, `key`
    that of the contribution. When someone has deleted it, a POST gets a message, other requests Http404.
    """
    exchange = get_exchange_or_404(request, pk)
    back, row = content_href("contributions", exchange), part_of(request, exchange.contributions.all(), key)
    if row is None:
        return missing_part_response(request, back)
    enforce(can_edit_contribution(roles_for(request, exchange), row))
    consequences = [
        row.text,
        _("The contribution is removed from the page. The offer or request it was matched with can be matched again."),
    ]
    page = exchange_form_page(
        exchange,
        _("Withdraw the contribution"),
        _("Withdraw the contribution"),
        back,
        consequences,
        is_destructive=True,
    )
    done, form = _("The contribution is withdrawn."), ConfirmationForm(submitted_data(request))
    return form_response(
        request, form, page, actions.withdraw_contribution, done=done, contribution=row, by=person(request)
    )


@form_page
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form to match an offer with a request at the exchange; save the match on POST.

    `?offer=` and `?request=`, keys of contributions, preselect them.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_prepare_exchange(roles_for(request, exchange)))
    contributions = list(exchange.contributions.select_related("cohort").filter(kind__in=["offer", "request"]))
    initial = {name: request.GET[name] for name in ("offer", "request") if name in request.GET}
    form = MatchForm(submitted_data(request), contributions=contributions, initial=initial)
    page = exchange_form_page(
        exchange, _("Match an offer with a request"), _("Match"), content_href("contributions", exchange)
    )
    return form_response(
        request,
        form,
        page,
        actions.match,
        done=_("The offer and the request are matched. Both cohorts can see the match."),
        by=person(request),
    )


@form_page
def unmatch(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Ask lab staff to confirm that an offer and a request are no longer matched; delete the match on POST.

    `pk` is the key of the exchange, `key` that of the match. When someone has deleted it, a POST gets a message, other
    requests Http404.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_prepare_exchange(roles_for(request, exchange)))
    back = content_href("contributions", exchange)
    row = part_of(request, Match.objects.filter(offer__exchange=exchange).select_related("offer", "request"), key)
    if row is None:
        return missing_part_response(request, back)
    page = exchange_form_page(
        exchange,
        _("Unmatch the offer and the request"),
        _("Unmatch the offer and the request"),
        back,
        [row.offer.text, row.request.text],
    )
    return form_response(
        request,
        ConfirmationForm(submitted_data(request)),
        page,
        actions.unmatch,
        done=_("The offer and the request are unmatched."),
        match=row,
        by=person(request),
    )
