"""A reader takes every figure they can get, over time: nothing depends on cohorts that do not share their figures.

Two worlds are made of one edition. They differ in nothing but what the cohorts that do not share have done. Whatever
the reader asks for, both worlds must answer the same, or the difference would tell them something. The control treats
every cohort as sharing: then the reader learns something.

`ATTACKED_EDITIONS=500 python -m pytest tests/figures/sharing/test_attack.py` attacks 500 generated editions. Then each
edition is asked six questions drawn at random instead of all fifteen.
"""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.utils.translation import override

from accounts.models import User
from cohorts.models import Cohort
from figures.groups.comparison import comparison_of
from figures.groups.exports import comparison_table
from figures.groups.forms import GroupsForm
from figures.groups.groupings import Grouping
from figures.implementation.exports import effects_table, figures_table, ideas_table, parse_rates_query
from figures.implementation.panels import edition_panel
from figures.network.context import network_page
from figures.network.report import network_table
from figures.outcomes.outcome_counts import Figures
from figures.scope import visibility
from figures.scope.forms import ScopeForm
from figures.scope.visibility import visible_cohorts
from programmes.models import Edition
from prototypes import actions
from prototypes.models import Idea
from tests.factories.accounts import UserFactory, request_by
from tests.factories.cast import NOW, TODAY
from tests.factories.cohorts import (
    AttendanceFactory,
    CohortFactory,
    InnovationTeamFactory,
    MembershipFactory,
    SessionFactory,
)
from tests.factories.contents import CommitmentFactory, ContributionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.figures import FiguresConsentFactory, share_with_edition
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory, EditionFactory
from tests.factories.prototypes import (
    PATH,
    ChallengeFactory,
    FollowUpFactory,
    IdeaFactory,
    ImplementationFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    LineageFactory,
    PrototypeFactory,
    TrialFactory,
    add_event,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

EDITIONS = int(os.environ.get("ATTACKED_EDITIONS", "1"))
QUESTIONS = 15 if EDITIONS == 1 else 6  # asked at each moment; of them so many as a page, and about changes:
PAGES, CHANGES = (2, 4) if EDITIONS == 1 else (1, 1)
MOMENTS = 2  # at which the reader looks, in each world
FIRST_DAY = date(2026, 1, 10)
HELD_ON = date(2026, 6, 9)
LATE = date(2026, 11, 20)
READERS = ("pilot", "ambassador", "admin", "past member")


@dataclass(frozen=True)
class Field:
    """An edition with the reader, the cohort of their authority, cohorts that share, and those that do not."""

    edition: Edition
    reader: User
    own: Cohort
    sharing: list[Cohort]
    silent: list[Cohort]
    anchor: Idea  # of a silent cohort: a part of an idea of the reader's cohort merged into it


# One edition


def make_field(chance: random.Random) -> Field:
    """Create the edition with everything that both worlds have in common."""
    edition = EditionFactory()
    own, *others = (
        CohortFactory(edition=edition, authority=AuthorityFactory(name=f"Ville {initial}"))
        for initial in "ABCDEF"[: chance.randint(3, 5)]
    )
    cut = chance.randint(1, len(others) - 1)
    sharing, silent = others[:cut], others[cut:]
    share_with_edition(*sharing)
    for cohort in silent:
        past = chance.choice([{}, {"audience": "public"}, {"withdrawn_on": TODAY, "withdrawn_by": UserFactory()}])
        if past:
            FiguresConsentFactory(cohort=cohort, **past)
    anchor = IdeaFactory(cohort=silent[0], state="accepted", days=dict.fromkeys(PATH[:2], FIRST_DAY))
    for cohort in (own, *sharing):
        work(cohort, chance)
        take_part(cohort, chance)
    merge_a_part(own, anchor, chance)
    return Field(edition, make_reader(own, chance), own, sharing, silent, anchor)


def make_reader(own: Cohort, chance: random.Random) -> User:
    reader, kind = UserFactory(), chance.choice(READERS)
    if kind == "admin":
        AuthorityAdminFactory(authority=own.authority, user=reader)
    else:
        ended = {"starts_on": FIRST_DAY, "ends_on": date(2026, 6, 1)} if kind == "past member" else {}
        MembershipFactory(cohort=own, user=reader, role="pilot" if kind == "pilot" else "ambassador", **ended)
    return reader


def work(cohort: Cohort, chance: random.Random) -> list[Idea]:
    """Add up to seven ideas of any fate, with their tests."""
    kinds = [ChallengeFactory(cohort=cohort, kind=kind) for kind in ("priority", "test_case")]
    ideas = [idea_of_any_fate(cohort, chance, chance.choice([*kinds, None])) for _ in range(chance.randint(0, 7))]
    for idea in ideas:
        if idea.state in {"prototyping", "testing", "decided"} and chance.random() < 0.5:
            TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
    return ideas


def idea_of_any_fate(cohort: Cohort, chance: random.Random, challenge: object) -> Idea:
    days = list(rising_days(chance))
    reached = chance.randint(0, len(days) - 1)
    if reached == len(PATH) - 1 and chance.random() < 0.5:
        return idea_with_effect(cohort, challenge, days)
    idea = IdeaFactory(
        cohort=cohort, challenge=challenge, state=PATH[reached], days=dict(zip(PATH, days, strict=False))
    )
    end = days[reached] + timedelta(days=chance.randint(0, 30))
    if 1 <= reached < len(PATH) - 1 and end <= TODAY and chance.random() < 0.4:
        add_event(idea, "abandoned", end, abandoned_for=chance.choice(["too_costly", "tested", ""]))
    return idea


def idea_with_effect(cohort: Cohort, challenge: object, days: list[date]) -> Idea:
    """Create an idea implemented on the last of these days, with an indicator that was measured that day."""
    idea = IdeaFactory(
        cohort=cohort, challenge=challenge, state="implementing", days=dict(zip(PATH[:-1], days, strict=False))
    )
    indicator = IndicatorFactory(idea=idea)
    ImplementationFactory(idea=idea, live_on=days[-1])
    add_event(idea, "implemented", days[-1])
    follow_up = FollowUpFactory(idea=idea, counted_from="live", noted_on=TODAY)
    IndicatorValueFactory(indicator=indicator, follow_up=follow_up, measured_on=days[-1])
    return idea


def rising_days(chance: random.Random) -> Iterator[date]:
    """Yield up to eight days, as for the steps of an idea, none after today."""
    day = FIRST_DAY + timedelta(days=chance.randint(0, 200))
    for _ in PATH:
        if day > TODAY:
            return
        yield day
        day += timedelta(days=chance.randint(1, 45))


def take_part(cohort: Cohort, chance: random.Random) -> None:
    """Add people, a session that some attended, and perhaps an innovation team."""
    members = [
        MembershipFactory(
            cohort=cohort,
            role=chance.choice(["ambassador", "relay", "resident", "elected"]),
            discipline="design",
            starts_on=FIRST_DAY + timedelta(days=chance.randint(0, 90)),
        )
        for _ in range(chance.randint(0, 3))
    ]
    day = SessionFactory(cohort=cohort, state="held", date=HELD_ON).days.get()
    for member in members:
        if chance.random() < 0.7:
            AttendanceFactory(day=day, member=member, status="present", half_days=2)
    if chance.random() < 0.4 and not cohort.innovation_teams.exists():
        InnovationTeamFactory(cohort=cohort, proposed_on=date(2026, 2, 2))


def merge_a_part(own: Cohort, anchor: Idea, chance: random.Random) -> None:
    """Split an idea of the reader's cohort: one part ends there, the other merges into the idea of a silent cohort."""
    by, on = UserFactory(is_lab_staff=True), date(2026, 5, 4)
    split = IdeaFactory(cohort=own, state="accepted", days=dict.fromkeys(PATH[:2], FIRST_DAY))
    ended, merged = actions.split_idea(idea=split, titles=["One", "Two"], by=by, at=NOW, on=on)
    actions.merge_idea(idea=merged, into=anchor, by=by, at=NOW, on=on + timedelta(days=chance.randint(0, 30)))
    add_event(ended, "abandoned", date(2026, 7, 1))
    IdeaFactory(cohort=own, state="accepted", shared_with_edition=True)


# What differs between two worlds


def live_on(field: Field, chance: random.Random) -> None:
    """Let the silent cohorts do whatever they do until the next moment."""
    for cohort in field.silent:
        ideas = work(cohort, chance)
        take_part(cohort, chance)
        link(field, cohort, ideas, chance)
    end_anchor(field.anchor, chance)


def link(field: Field, cohort: Cohort, ideas: list[Idea], chance: random.Random) -> None:
    """Link a silent cohort with others in every way that it does not show the edition itself."""
    colleague = field.own.memberships.exclude(user=field.reader).order_by("pk").first()
    if colleague and chance.random() < 0.5 and not cohort.memberships.filter(user=colleague.user).exists():
        MembershipFactory(cohort=cohort, user=colleague.user, role="relay")
    host = chance.choice(field.sharing)
    exchange = field.edition.exchanges.get(host=host) if field.edition.exchanges.filter(host=host).exists() else None
    if exchange and chance.random() < 0.7:
        owner = MembershipFactory(cohort=cohort).user
        ContributionFactory(exchange=exchange, cohort=cohort)
        CommitmentFactory(exchange=exchange, cohort=cohort, owner=owner, made_on=HELD_ON, due_on=date(2026, 7, 1))
    for idea in ideas:
        if idea.accepted_on and chance.random() < 0.4:
            there = chance.choice([field.own, *field.sharing]).authority
            ImplementationFactory(idea=idea, authority=there, kind="replication", live_on=date(2026, 10, 1))
    if chance.random() < 0.5:
        shared = field.own.ideas.get(shared_with_edition=True)
        LineageFactory(parent=shared, child=IdeaFactory(cohort=cohort, state="accepted"))


def end_anchor(anchor: Idea, chance: random.Random) -> None:
    """Abandon the idea into which a part of the reader's idea merged, or merge it on, or leave it open."""
    anchor.refresh_from_db()
    if anchor.state != "accepted" or chance.random() < 0.3:
        return
    if chance.random() < 0.5:
        add_event(anchor, "abandoned", date(2026, 8, 1) + timedelta(days=chance.randint(0, 100)))
    else:
        add_event(anchor, "merged", LATE, merged_into=IdeaFactory(cohort=anchor.cohort, state="accepted"))


# What the reader takes


Answer = dict[str, Any]


def take_everything(field: Field, chance: random.Random) -> Answer:
    """Return every figure that the reader can get, by question.

    The questions are drawn from `chance`, so that two worlds get the same ones.
    """
    queries = chance.sample(list(questions(field, chance)), QUESTIONS)
    answer: Answer = {"edition page": panel_of_edition(field)}
    for query in queries:
        answer[f"rates?{query}"] = rates_of(field.reader, query)
        answer[f"network?{query}"] = network_of(field.reader, query)
        by = chance.choice(list(Grouping))
        answer[f"groups?{query}&by={by}"] = groups_of(field.reader, query, by)
    client = Client(headers={"accept-language": "en"})
    client.force_login(field.reader)
    for query in chance.sample(queries, PAGES):
        for address in (f"/rates/?{query}", f"/network/?{query}", f"/rates/groups/?{query}"):
            answer[f"page {address}"] = main_part(client.get(address).content.decode())
    for query in chance.sample(queries, CHANGES):
        since = FIRST_DAY + timedelta(days=chance.randint(0, 300))
        address = f"/rates/changes.csv?{query}&since={since}"
        answer[f"changes {address}"] = client.get(address).content.decode()
        answer[f"page {address}"] = main_part(client.get(address.replace(".csv", "/")).content.decode())
    return answer


def questions(field: Field, chance: random.Random) -> Iterator[str]:
    """Yield query strings: scopes, days, and filters, also those that are refused."""
    edition, own, silent = f"edition={field.edition.slug}", field.own, field.silent[0]
    yield from (
        "",
        f"cohort={own.slug}",
        f"{edition}&authority={own.authority.slug}",
        f"{edition}&cohort={silent.slug}",
        f"authority={silent.authority.slug}",
        f"cohort={field.sharing[0].slug}",
    )
    days = [FIRST_DAY + timedelta(days=chance.randint(0, 318)) for _ in range(2)]
    yield from (f"{edition}&as_of={day}" for day in (TODAY, *days))
    since, known = days[0], date(2026, 9, 1) + timedelta(days=chance.randint(0, 80))
    kind = chance.choice(["priority", "test_case"])
    yield f"{edition}&kind={kind}&accepted_until={since}"
    yield f"{edition}&accepted_from={since}"
    yield f"{edition}&as_of={min(days[1], known)}&known_at={known}"
    yield f"{edition}&kind={kind}&as_of=2026-09-01&known_at={known}"
    for counted in ("all", f"{own.pk}-{silent.pk}-{field.sharing[0].pk}"):
        yield f"{edition}&counted={counted}&as_of={days[0]}"


def rates_of(reader: User, query: str) -> Any:
    """Return all cells of the three downloads of the rates, or the errors of the form."""
    parsed = parse_rates_query(reader, QueryDict(query), today=TODAY)
    if not parsed.form.is_valid():
        return parsed.form.errors.as_json()
    figures = figures_table(parsed, parsed.figures())
    lists = [table(parsed) for table in (ideas_table, effects_table)]
    return [*figures.rows, *figures.about, *(row for table in lists for row in table.rows)]


def network_of(reader: User, query: str) -> Any:
    """Return all cells of the download of the network, or the errors of the form."""
    form = ScopeForm(QueryDict(query), visible=visible_cohorts(reader), today=TODAY)
    if not form.is_valid():
        return form.errors.as_json()
    empty = form.visible.has_nothing_to_show(form.scope)
    page = None if empty else network_page(form.visible, form.scope, reader, form.cleaned_data["as_of"])
    table = network_table(form, page)
    return [*table.rows, *table.about]


def groups_of(reader: User, query: str, by: Grouping) -> Any:
    """Return all cells of the download of the groups, or the errors of the form."""
    form = GroupsForm(QueryDict(f"{query}&by={by}"), visible=visible_cohorts(reader), today=TODAY)
    if not form.is_valid():
        return form.errors.as_json()
    comparison = comparison_of(form.visible, form.scope, by=by, as_of=form.cleaned_data["as_of"])
    table = comparison_table(form, comparison)
    return [*table.rows, *table.about]


def panel_of_edition(field: Field) -> Any:
    """Return what the edition's page shows. The figures are compared as they are: as text, the order of keys of their
    dictionaries would count, which follows the database's plan and is shown nowhere.
    """
    panel = edition_panel(request_by(field.reader), field.edition)
    return panel and {
        name: with_sorted_months(value) if name == "figures" else str(value) for name, value in panel.items()
    }


def with_sorted_months(figures: Figures) -> Figures:
    """Return the figures with the months of each cohort's ideas sorted; the database gives them in no fixed order."""
    months = tuple([sorted(of_outcome) for of_outcome in cohort] for cohort in figures.cohort_months)
    return replace(figures, cohort_months=months)


def main_part(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html[html.index("<main") : html.index("</main>")])


# The attack


def world(field: Field, seed: str, moments: int) -> list[Answer]:
    """Return what the reader takes at each moment of one world; everything is undone at the end."""
    with transaction.atomic():
        chance, answers = random.Random(seed), []
        for moment in range(moments):
            live_on(field, chance)
            answers.append(take_everything(field, random.Random(moment)))
        transaction.set_rollback(True)
    return answers


def differences(number: int, moments: int = MOMENTS) -> list[str]:
    """Return the questions to which two worlds of the generated edition answer differently."""
    with override("en"):
        field = make_field(random.Random(number))
        for host in field.sharing:
            at = HELD_ON + timedelta(days=14 * field.sharing.index(host))
            ExchangeFactory(
                edition=field.edition, host=host, number=1 + field.sharing.index(host), state="held", first_day=at
            )
        one, other = (world(field, f"{number} {name}", moments) for name in ("one", "other"))
    pairs = list(zip(one, other, strict=True))
    return sorted({question for first, second in pairs for question in first if first[question] != second[question]})


@pytest.mark.parametrize("number", range(EDITIONS))
def test_no_answer_depends_on_a_cohort_that_does_not_share(number: int):
    assert differences(number) == []


@pytest.fixture
def without_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat every cohort of the reader's editions as one that shares its figures."""
    cohorts_with_access = visibility._cohorts_with_access

    def all_share(*arguments: Any) -> list[tuple[Cohort, visibility.CohortAccess]]:
        return [
            (cohort, access._replace(shares=access.takes_part)) for cohort, access in cohorts_with_access(*arguments)
        ]

    monkeypatch.setattr(visibility, "_cohorts_with_access", all_share)


@pytest.mark.usefixtures("without_guard")
def test_without_the_guard_the_reader_learns_something():
    found = differences(0, moments=1)
    assert [question.split("?")[0] for question in found if question.endswith(TODAY.isoformat())] != []
    pages = {"rates", "network", "groups", "edition page", "page /rates/"}
    assert {question.partition("?")[0] for question in found} >= pages
