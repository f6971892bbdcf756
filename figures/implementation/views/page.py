"""The page of implementation rates: the sentence, the curve, the figures and the ideas behind them."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from dateutil.relativedelta import relativedelta
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.acting.support_session import is_acting
from accounts.models import User
from accounts.requests import person
from figures.implementation.addresses import permanent_address
from figures.implementation.context import figures_context
from figures.implementation.definitions import NOT_ROLLED_BACK, definitions
from figures.implementation.forms import RatesForm
from figures.implementation.ideas import IdeasQuery, page_of_ideas
from figures.implementation.sentences import narrowing_sentence
from figures.implementation.table_rows import figure_cards
from figures.outcomes.outcome_counts import Figures
from figures.outcomes.queries import implementation_rates
from figures.scope.choices import CHOICES, choices_page, shows_all
from figures.scope.moments import end_of, write_moment
from figures.scope.reports import missing_from_report
from figures.scope.selection import EVERYTHING, FiguresScope
from figures.scope.sentences import DATED_EDITIONS, coverage, scope_labels
from figures.scope.visibility import VisibleCohorts, visible_cohorts
from figures.visits.recording import last_changed_visit, record_visit, report_key
from figures.work.lines import work_context
from programmes.models import Claim
from prototypes.enums import IdeaState
from prototypes.ideas.claims import published_claims, published_claims_of_all, published_claims_of_few
from web.dates.clock import platform_today
from web.pages.pagination import page_number
from web.site_addresses import absolute_url

MAX_DECISIONS: Final = 5  # listed cohorts whose sharing the reader decides; the page of each one offers it too


@require_safe
def rates(request: HttpRequest) -> HttpResponse:
    """Show the implementation rates for the scope, day and filters in the query string.

    Readers choose among the cohorts whose ideas they may count; any other choice is a form error, and then no figures
    are shown.
    """
    user, today = person(request), platform_today()
    visible = visible_cohorts(user, request.GET, own_only=not request.GET)
    form = RatesForm(request.GET, visible=visible, today=today)
    days = list(_day_links(request.GET, today))
    if CHOICES in request.GET:
        return choices_page(request, form, days=days)
    scope = form.scope
    context: dict[str, Any] = {
        "form": form,
        "scope_labels": scope_labels(visible, scope, editions=DATED_EDITIONS),
        "nothing_to_show": visible.has_nothing_to_show(scope),
        "days": days,
        "made_on": today,
    }
    if form.is_valid() and not context["nothing_to_show"]:
        context |= _figures(request, user, visible, scope, form)
    return render(request, "figures/implementation/page.html", context)


@require_safe
def rates_definitions(request: HttpRequest) -> HttpResponse:
    """Show how the rates are computed, and which ideas they do not count."""
    return render(request, "figures/implementation/definitions.html", {"definitions": definitions()})


def _figures(
    request: HttpRequest, user: User, visible: VisibleCohorts, scope: FiguresScope, form: RatesForm
) -> dict[str, Any]:
    """Return the template context for a valid form: figures, ideas, published facts, results of work, filters.

    `visible` are the cohorts the user may count, `scope` the choice among them. With more than 100 cohorts, funnel and
    results of work are left out.
    """
    chosen = form.cleaned_data
    tags = {name: (label, value, _address_without(request.GET, name)) for name, label, value in form.chosen()}
    figures = implementation_rates(
        scope=scope, as_of=chosen["as_of"], known_at=end_of(chosen["known_at"]), with_effects=True
    )
    few = visible.has_few_cohorts(scope)
    context = figures_context(figures, visible.cohorts if few else (), show_all=shows_all(request.GET))
    idea_rows = _idea_rows_context(request, visible, scope, figures, chosen["outcome"])
    outcome_address = _address_for_outcome(request.GET) if "can_see_ideas" in idea_rows else ""
    return {
        **context,
        **idea_rows,
        "outcome_address": outcome_address,
        "figure_cards": figure_cards(context["lines"], outcome_address),
        "folded_figure_cards": figure_cards(context["folded_lines"], outcome_address),
        **_published_context(visible, scope, figures),
        **(work_context(scope, figures) if few and not figures.known_at else {}),
        "too_many_cohorts": bool(figures.accepted) and not few,
        "narrowing": narrowing_sentence(scope, chosen["known_at"]),
        "coverage": coverage(visible, scope).sentences,
        "report_notice": missing_from_report(visible, scope, chosen["counted"]),
        "permanent_address": absolute_url(permanent_address(form, now())),
        **_changes_context(request, user, form, figures),
        **_sharing_context(visible, scope, show_all=shows_all(request.GET)),
        "not_rolled_back": NOT_ROLLED_BACK,
        "tags": list(tags.values()),
        "outcome": chosen["outcome"],
        "outcome_tag": tags.get("outcome"),
    }


def _changes_context(request: HttpRequest, user: User, form: RatesForm, figures: Figures) -> dict[str, Any]:
    """Return since when the figures have changed for this person (`changed_since`), and the address of what changed.

    It is None where they have not, and for figures as known on a chosen day, which never change. That the person looks
    at them is recorded, unless lab staff act for them.
    """
    chosen, changed_since = form.cleaned_data, None
    if not (chosen["known_at"] or chosen["counted"]):
        report = report_key(form.scope, figures.as_of, today=form.today)
        if request.method == "GET" and not is_acting(request):
            changed_since = record_visit(user=user, report=report, figures=figures, at=now())
        else:
            changed_since = last_changed_visit(user=user, report=report, figures=figures)
    since = {"since": write_moment(changed_since)} if changed_since else {}
    return {
        "changed_since": changed_since,
        "changes_address": reverse("figures:changes") + _address_without(request.GET, "outcome", **since),
    }


def _address_without(query: QueryDict, *names: str, **instead: str) -> str:
    """Return the page's query string (“?…”) without the parameters in `names`, the page number and `choices`.

    `instead` sets parameters to new values, at the end.
    """
    changed_query = query.copy()
    for name in (*names, "page", CHOICES):
        changed_query.pop(name, None)
    for name, value in instead.items():
        changed_query[name] = value
    return f"?{changed_query.urlencode()}"


def _address_for_outcome(query: QueryDict) -> str:
    """Return the page's query string (“?…”) up to `outcome=`, to which the slug of an outcome is added."""
    return _address_without(query, "outcome", outcome="")


def _day_links(query: QueryDict, today: date) -> Iterator[tuple[str, str]]:
    """Yield labels of today, the end of last year and a year ago, each with the query string for that day."""
    last_year, year_ago = date(today.year - 1, 12, 31), today - relativedelta(years=1)
    yield _("today"), _address_without(query, "as_of")
    yield _("end of %(year)d") % {"year": last_year.year}, _address_without(query, as_of=last_year.isoformat())
    yield _("a year ago"), _address_without(query, as_of=year_ago.isoformat())


def _idea_rows_context(
    request: HttpRequest, visible: VisibleCohorts, scope: FiguresScope, figures: Figures, outcome: str
) -> dict[str, Any]:
    """Return the context of one page of the ideas with that outcome ("" for all) that the reader may see one by one.

    Keys: `page`, `rows` (pairs of an idea and its outcome), `listed` (how many there are) and `can_see_ideas`. Where
    the reader may see none, or asked for neither a page nor an outcome, `page` is None.
    """
    has_ideas = figures.accepted or figures.captured or figures.merged
    if not (has_ideas and visible.lists_ideas_of(scope)):
        return {"page": None, "rows": []}
    if not (outcome or "page" in request.GET):
        return {"page": None, "rows": [], "listed": figures.listed, "can_see_ideas": True}
    query = IdeasQuery(scope, person(request), figures.as_of, platform_today(), figures.known_at)
    page, outcomes = page_of_ideas(query, outcome, page_number(request.GET.get("page")), counted=figures.listed)
    rows = [(idea, outcomes[idea.pk]) for idea in page]
    return {"page": page, "rows": rows, "listed": page.count, "can_see_ideas": True}


def _sharing_context(visible: VisibleCohorts, scope: FiguresScope, *, show_all: bool) -> dict[str, Any]:
    """Return the cohorts about whose sharing the reader decides: those listed, and the number of all."""
    decisions = visible.sharing_decisions(scope)
    listed = decisions if show_all else decisions[:MAX_DECISIONS]
    return {"sharing_decisions": listed, "sharing_decision_count": len(decisions)}


def _published_context(visible: VisibleCohorts, scope: FiguresScope, figures: Figures) -> dict[str, Any]:
    """Return the template context of published facts about the scope, which are never mixed with what is measured.

    `published` is pairs of a state's label and its number of ideas, most frequent first; `claims` is pairs of a
    published figure and its share (0–1), empty where a kind or a period is chosen.
    """
    published = {IdeaState(state).label if state else "": count for state, count in (figures.published or {}).items()}
    claims: Iterable[Claim]
    if scope.by_kind_or_period:  # the published shares are of all ideas
        claims = ()
    elif visible.has_few_cohorts(scope):
        claims = published_claims_of_few(tuple(cohort.pk for cohort in visible.cohorts_in(scope)))
    elif scope == EVERYTHING:
        claims = published_claims_of_all()
    else:
        claims = published_claims(visible.cohort_queryset(scope))
    return {
        "published": sorted(published.items(), key=lambda pair: -pair[1]),
        "claims": [(claim, float(claim.value) / 100) for claim in claims],
    }
