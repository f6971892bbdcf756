"""What cohorts bring: the questions sent ahead, contributions by cohort, offers matched with requests."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.models import Cohort
from exchanges.content import actions
from exchanges.content.context import asked, by_cohort, contributions_of, matches_of, questions_of, taking_part
from exchanges.content.enums import ASKING, CONTRIBUTING, ContributionKind
from exchanges.content.forms import ChangeContributionForm, ContributionForm, MatchForm, QuestionForm
from exchanges.content.part_forms import address, filled, gone, part_of
from exchanges.exchange.action_pages import find, page_about, standing_of
from exchanges.models import Contribution, Exchange, Match
from exchanges.permissions import Standing, may_contribute, may_edit, may_prepare, speaks_for
from prototypes.models import Idea
from web.decisions import enforce
from web.forms.fields import SureForm
from web.forms.pages import form_page, sent

MOST_IDEAS = 200


@require_safe
def contributions(request: HttpRequest, pk: int) -> HttpResponse:
    """Questions with their answers, what each cohort brings, and what fits together."""
    exchange = find(request, pk)
    standing, cohorts = standing_of(request, exchange), list(taking_part(exchange))
    brought = contributions_of(exchange, person(request))
    takes = exchange.state in CONTRIBUTING and not exchange.retrospective
    context = {
        "exchange": exchange,
        "questions": asked(questions_of(exchange, person(request)), brought),
        "cohorts": by_cohort(brought, cohorts),
        "matches": matches_of(exchange, brought) if brought else [],
        "editable": {row.pk for row in brought if takes and may_edit(standing, row)},
        "takes": takes,
        "can": {
            "ask": may_prepare(standing) and exchange.state in ASKING and not exchange.retrospective,
            "contribute": takes and may_contribute(standing),
            "match": takes and may_prepare(standing) and _matchable(brought),
        },
    }
    return render(request, "exchanges/contributions.html", context)


def _matchable(brought: Sequence[Contribution]) -> bool:
    return {ContributionKind.OFFER, ContributionKind.REQUEST} <= {ContributionKind(row.kind) for row in brought}


@form_page
def ask_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one more question ahead."""
    exchange = find(request, pk)
    enforce(may_prepare(standing_of(request, exchange)))
    page = page_about(exchange, _("Send a question ahead"), _("Ask the question"), address("contributions", exchange))
    done = _("The question is asked.")
    return filled(request, QuestionForm(sent(request)), page, actions.ask_question, done=done, exchange=exchange)


@form_page
def change_question(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Word a question otherwise."""
    exchange = find(request, pk)
    enforce(may_prepare(standing_of(request, exchange)))
    back, question = address("contributions", exchange), part_of(request, exchange.questions.all(), key)
    if question is None:
        return gone(request, back)
    form = QuestionForm(sent(request), question=question)
    page, done = page_about(exchange, _("Edit the question"), _("Save"), back), _("The question is changed.")
    return filled(request, form, page, actions.change_question, done=done, question=question)


@form_page
def remove_question(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Take a question back."""
    exchange = find(request, pk)
    enforce(may_prepare(standing_of(request, exchange)))
    back, question = address("contributions", exchange), part_of(request, exchange.questions.all(), key)
    if question is None:
        return gone(request, back)
    says = [question.text, _("The cohorts are no longer asked this question.")]
    page = page_about(exchange, _("Withdraw the question"), _("Withdraw"), back, says, grave=True)
    done = _("The question is withdrawn.")
    return filled(request, SureForm(sent(request)), page, actions.remove_question, done=done, question=question)


@form_page
def contribute(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something for one's cohort; `?question=` is the one it answers, `?kind=` the kind that was chosen."""
    exchange = find(request, pk)
    standing = standing_of(request, exchange)
    enforce(may_contribute(standing))
    cohorts = _spoken_for(exchange, standing)
    form = ContributionForm(
        sent(request),
        cohorts=cohorts,
        questions=list(exchange.questions.all()),
        ideas=_ideas_of(request, [cohort.pk for cohort in cohorts]),
        initial=_chosen(request),
    )
    intro = _("Write what went well, what is hard, what you can give or what you need: one thing per contribution.")
    page = page_about(exchange, _("Add contribution"), _("Contribute"), address("contributions", exchange), intro=intro)
    done = _("Your contribution is on the page.")
    return filled(request, form, page, actions.contribute, done=done, exchange=exchange)


def _chosen(request: HttpRequest) -> dict[str, str]:
    """What the link on the page chose already."""
    chosen = {name: request.GET[name] for name in ("kind", "question", "cohort") if name in request.GET}
    return {"kind": ContributionKind.ANSWER, **chosen} if "question" in chosen else chosen


def _spoken_for(exchange: Exchange, standing: Standing) -> list[Cohort]:
    cohorts, own = taking_part(exchange), speaks_for(standing)
    return list(cohorts if own is None else cohorts.filter(pk__in=own))


def _ideas_of(request: HttpRequest, cohorts: Sequence[int]) -> list[Idea]:
    """Ideas of these cohorts that the person may read, the latest first."""
    readable = Idea.objects.visible_to(person(request)).filter(cohort__in=cohorts)
    return list(readable.newest_sign_first()[:MOST_IDEAS])


@form_page
def change_contribution(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Say it otherwise."""
    exchange = find(request, pk)
    back, row = address("contributions", exchange), part_of(request, exchange.contributions.all(), key)
    if row is None:
        return gone(request, back)
    enforce(may_edit(standing_of(request, exchange), row))
    ideas = _ideas_of(request, [row.cohort_id])
    form = ChangeContributionForm(sent(request), contribution=row, ideas=ideas)
    page, done = page_about(exchange, _("Edit the contribution"), _("Save"), back), _("The contribution is changed.")
    return filled(request, form, page, actions.change_contribution, done=done, contribution=row)


@form_page
def withdraw_contribution(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Take it back."""
    exchange = find(request, pk)
    back, row = address("contributions", exchange), part_of(request, exchange.contributions.all(), key)
    if row is None:
        return gone(request, back)
    enforce(may_edit(standing_of(request, exchange), row))
    says = [
        row.text,
        _("The contribution is removed from the page. The offer or request it was matched with can be matched again."),
    ]
    page = page_about(exchange, _("Withdraw the contribution"), _("Withdraw the contribution"), back, says, grave=True)
    done, form = _("The contribution is withdrawn."), SureForm(sent(request))
    return filled(request, form, page, actions.withdraw_contribution, done=done, contribution=row)


@form_page
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an offer and a request together; `?offer=` and `?request=` are those chosen on the page."""
    exchange = find(request, pk)
    enforce(may_prepare(standing_of(request, exchange)))
    brought = list(exchange.contributions.select_related("cohort").filter(kind__in=["offer", "request"]))
    chosen = {name: request.GET[name] for name in ("offer", "request") if name in request.GET}
    form = MatchForm(sent(request), contributions=brought, initial=chosen)
    page = page_about(exchange, _("Match an offer with a request"), _("Match"), address("contributions", exchange))
    return filled(
        request,
        form,
        page,
        actions.match,
        done=_("The offer and the request are matched. Both cohorts can see the match."),
    )


@form_page
def unmatch(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Take offer and request apart."""
    exchange = find(request, pk)
    enforce(may_prepare(standing_of(request, exchange)))
    back = address("contributions", exchange)
    made = part_of(request, Match.objects.filter(offer__exchange=exchange).select_related("offer", "request"), key)
    if made is None:
        return gone(request, back)
    page = page_about(
        exchange,
        _("Unmatch the offer and the request"),
        _("Unmatch the offer and the request"),
        back,
        [made.offer.text, made.request.text],
    )
    return filled(
        request,
        SureForm(sent(request)),
        page,
        actions.unmatch,
        done=_("The offer and the request are unmatched."),
        match=made,
    )
