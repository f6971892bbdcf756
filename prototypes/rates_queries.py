"""Implementation rates from the database: whose ideas a person may count, and one aggregate SELECT per figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import User
from cohorts.models import Cohort
from programmes.enums import Metric
from programmes.models import Authority, AuthorityAdmin, Claim, Edition
from prototypes.enums import BEEN_LIVE, COUNTED_SCOPES, IdeaState
from prototypes.figures import Figures, Group
from prototypes.models import Idea
from prototypes.rates import MonthCounts

# `prototypes.rates.completed_months` in SQL: adding months to the end of a month lands on the last day there is.
COMPLETED = """
    SELECT b.*, b.begun - (b.accepted_on + make_interval(months => b.begun) > b.until)::int AS months
    FROM (SELECT f.*, (12 * (EXTRACT(YEAR FROM f.until) - EXTRACT(YEAR FROM f.accepted_on))
                       + EXTRACT(MONTH FROM f.until) - EXTRACT(MONTH FROM f.accepted_on))::int AS begun
          FROM followed f OFFSET 0) b
"""

# The reason of an abandonment is the one first given, whose day a correction may have moved (`place` names that event).
# An idea keeps what its latest event says; `told` reads the events only where that is not enough: the idea moved on
# after the as-of date, or corrections may have repeated the state it was abandoned in. An implementation's date is its
# own, frozen once live: it yields to the idea's events only where one of them was corrected. To count as it was known
# at some moment, read all ideas through `told` and let only corrections recorded by then count. OFFSET 0 keeps
# PostgreSQL from working out the same expression once for each mention.
OUTCOMES = f"""
WITH ideas AS (
    SELECT i.id, i.state, i.state_since, i.state_precision, i.accepted_on, i.implemented_on, i.retrospective,
           (%(own)s::bigint[] IS NULL OR c.authority_id = ANY(%(own)s::bigint[])) AS own
    FROM prototypes_idea i JOIN cohorts_cohort c ON c.id = i.cohort_id
    WHERE (%(authority)s::bigint IS NULL OR c.authority_id = %(authority)s)
      AND (%(edition)s::bigint IS NULL OR c.edition_id = %(edition)s)
      AND (%(cohort)s::bigint IS NULL OR c.id = %(cohort)s)
      AND (%(ids)s::bigint[] IS NULL OR i.id = ANY(%(ids)s::bigint[]))
      AND (%(own)s::bigint[] IS NULL OR c.authority_id = ANY(%(own)s::bigint[])
           OR (%(everyone)s AND (c.retrospective OR c.edition_id = ANY(%(shared)s::bigint[]))))
), corrected AS (
    SELECT e.idea_id, bool_or(named.state = 'implemented') AS implementation
    FROM prototypes_ideaevent e JOIN prototypes_ideaevent named ON named.id = e.corrects_id
    WHERE e.corrects_id IS NOT NULL GROUP BY e.idea_id
), told AS (
    SELECT e.idea_id, e.state, e.effective_on, e.place, e.precision,
           lag(e.state) OVER (PARTITION BY e.idea_id ORDER BY e.effective_on, e.place) AS before
    FROM ideas i JOIN prototypes_ideaevent e ON e.idea_id = i.id LEFT JOIN corrected x ON x.idea_id = i.id
    WHERE NOT i.retrospective
      AND (i.state_since > %(as_of)s OR (i.state = 'abandoned' AND x.idea_id IS NOT NULL))
      AND e.effective_on <= %(as_of)s
      AND NOT EXISTS (SELECT 1 FROM prototypes_ideaevent later WHERE later.corrects_id = e.id)
), stood AS (
    SELECT t.idea_id,
           (array_agg(t.state ORDER BY t.effective_on DESC, t.place DESC))[1] AS state,
           (array_agg(t.effective_on ORDER BY t.effective_on DESC, t.place DESC))[1] AS since,
           (array_agg(t.precision ORDER BY t.effective_on DESC, t.place DESC))[1] AS precision,
           MAX(t.effective_on) FILTER (
               WHERE t.state = 'abandoned' AND t.before IS DISTINCT FROM 'abandoned') AS abandoned_on
    FROM told t GROUP BY t.idea_id
), live AS (
    SELECT m.idea_id, MIN(m.live_on) AS live_on,
           bool_or(m.live_on <= %(as_of)s AND (m.ended_on IS NULL OR m.ended_on > %(as_of)s)) AS standing
    FROM prototypes_implementation m
    WHERE m.kind = 'origin' AND m.scope = ANY(%(scopes)s) AND m.state = ANY(%(been_live)s)
      AND m.live_on IS NOT NULL AND m.evidence <> '' AND NOT m.retrospective
    GROUP BY m.idea_id
), dated AS (
    SELECT i.id, i.own, i.retrospective, i.accepted_on, l.standing,
           COALESCE(s.abandoned_on, i.state_since) AS abandoned_on,
           CASE WHEN i.retrospective OR i.state_since <= %(as_of)s THEN i.state ELSE s.state END AS state,
           CASE WHEN i.state_since <= %(as_of)s THEN i.state_since ELSE s.since END AS since,
           CASE WHEN i.state_since <= %(as_of)s THEN i.state_precision ELSE s.precision END AS precision,
           CASE WHEN l.live_on IS NOT NULL AND x.implementation THEN i.implemented_on
                ELSE l.live_on END AS implemented_on
    FROM ideas i LEFT JOIN stood s ON s.idea_id = i.id LEFT JOIN live l ON l.idea_id = i.id
         LEFT JOIN corrected x ON x.idea_id = i.id
    WHERE NOT i.retrospective OR i.state_since IS NULL OR i.state_since <= %(as_of)s
    OFFSET 0
), sorted AS (
    SELECT d.*, CASE WHEN d.retrospective THEN 'retrospective'
                     WHEN d.state = 'merged' THEN 'merged'
                     WHEN d.accepted_on IS NULL OR d.accepted_on > %(as_of)s THEN 'captured'
                     WHEN d.implemented_on <= %(as_of)s THEN 'implemented'
                     WHEN d.state = 'abandoned' THEN 'abandoned'
                     ELSE 'open' END AS outcome
    FROM dated d WHERE d.retrospective OR d.state <> ''
    OFFSET 0
), followed AS (
    SELECT s.*, CASE s.outcome WHEN 'implemented' THEN GREATEST(s.implemented_on, s.accepted_on)
                               WHEN 'abandoned' THEN s.abandoned_on
                               WHEN 'open' THEN %(as_of)s::date END AS until
    FROM sorted s
    OFFSET 0
), o AS ({COMPLETED})
"""  # noqa: S608 - constants only
TALLY = f"""SELECT * FROM ({OUTCOMES}
SELECT o.outcome, o.months, CASE WHEN o.retrospective THEN o.state ELSE '' END AS known_as,
       COUNT(*) AS ideas, COUNT(*) FILTER (WHERE o.own) AS own,
       COUNT(*) FILTER (WHERE o.outcome = 'implemented' AND o.standing) AS standing
FROM o GROUP BY 1, 2, 3) AS tally
"""  # noqa: S608 - constants only
ONE_BY_ONE = f"""SELECT * FROM ({OUTCOMES}
SELECT o.id, o.outcome, o.months, o.state,
       happened.since, CASE WHEN happened.since = o.since THEN o.precision ELSE 'day' END AS precision,
       COALESCE((SELECT CASE WHEN first.state = 'abandoned' THEN first.reason ELSE e.reason END
                 FROM prototypes_ideaevent e JOIN prototypes_ideaevent first ON first.id = e.place
                 WHERE o.outcome = 'abandoned' AND e.idea_id = o.id
                 AND e.state = 'abandoned' AND e.effective_on = o.abandoned_on
                 AND NOT EXISTS (SELECT 1 FROM prototypes_ideaevent later WHERE later.corrects_id = e.id)
                 ORDER BY first.state = 'abandoned' DESC, e.place DESC LIMIT 1), '') AS reason
FROM o CROSS JOIN LATERAL (
    SELECT CASE o.outcome WHEN 'implemented' THEN o.implemented_on
                          WHEN 'abandoned' THEN o.abandoned_on ELSE o.since END AS since
) AS happened) AS told_one_by_one
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose ideas are counted.

    `own` are the authorities whose ideas the reader may see one by one, None for all. With `everyone` published facts
    and the editions in `shared` are counted too, as a whole. `kind` is one of challenge, "" for all; `accepted_from`
    and `accepted_until` bound the day of acceptance, both included.
    """

    authority: Authority | None = None
    edition: Edition | None = None
    cohort: Cohort | None = None
    own: frozenset[int] | None = None
    shared: frozenset[int] = frozenset()
    everyone: bool = False
    kind: str = ""
    accepted_from: date | None = None
    accepted_until: date | None = None

    def parameters(self) -> dict[str, Any]:
        return {
            "authority": self.authority and self.authority.pk,
            "edition": self.edition and self.edition.pk,
            "cohort": self.cohort and self.cohort.pk,
            "own": None if self.own is None else sorted(self.own),
            "shared": sorted(self.shared),
            "everyone": self.everyone,
        }

    def ideas(self) -> QuerySet[Idea]:
        """The ideas within it that the reader may see one by one, published facts left out."""
        mine = Q() if self.own is None else Q(cohort__authority__in=self.own)
        chosen = {
            path: row
            for path, row in {
                "cohort__authority": self.authority,
                "cohort__edition": self.edition,
                "cohort": self.cohort,
            }.items()
            if row is not None
        }
        return Idea.objects.measured().filter(mine, **chosen)


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Reach:
    """The cohorts that count in what a person may read, and (`own`, None: all) the authorities they read row by row.

    A person's authorities are those of their cohorts, past ones too, and those they answer for. The editions in which
    these take part (`shared`) are read as a whole; published facts are open to everyone.
    """

    cohorts: tuple[Cohort, ...]
    own: frozenset[int] | None
    shared: frozenset[int] = frozenset()

    def owns(self, cohort: Cohort) -> bool:
        return self.own is None or cohort.authority_id in self.own

    def authorities(self) -> list[Authority]:
        return _named(cohort.authority for cohort in self.cohorts if self.owns(cohort))

    def editions(self) -> list[Edition]:
        """Those read as a whole; one in which only some cohort is published is not among them."""
        return _named(cohort.edition for cohort in self.cohorts if self.shares(cohort.edition))

    def shares(self, edition: Edition) -> bool:
        return self.own is None or edition.pk in self.shared or edition.retrospective

    def choosable(self) -> list[Cohort]:
        """Cohorts whose own figures the person may read."""
        return [cohort for cohort in self.cohorts if self.owns(cohort) or cohort.retrospective]

    def scope(
        self, *, authority: Authority | None = None, edition: Edition | None = None, cohort: Cohort | None = None
    ) -> Scope:
        """What a choice among the above covers; without any, the person's own authorities."""
        return Scope(authority, edition, cohort, self.own, self.shared, everyone=bool(edition or cohort))

    def owns_nothing(self, scope: Scope) -> bool:
        """Nothing was chosen, and nothing is the person's own: there is no figure to begin with."""
        return self.own == frozenset() and not scope.everyone

    def within(self, scope: Scope) -> list[Cohort]:
        """The cohorts that a scope covers."""
        return [cohort for cohort in self.cohorts if _covers(scope, cohort)]


def _named(rows: Iterable[Any]) -> list[Any]:
    """Each row once, by name."""
    return sorted({row.pk: row for row in rows}.values(), key=lambda row: (row.name.casefold(), row.pk))


def _covers(scope: Scope, cohort: Cohort) -> bool:
    wanted = (
        (scope.authority, cohort.authority_id),
        (scope.edition, cohort.edition_id),
        (scope.cohort, cohort.pk),
    )
    shared = scope.everyone and (cohort.retrospective or cohort.edition_id in scope.shared)
    mine = shared or scope.own is None or cohort.authority_id in scope.own
    return mine and all(row is None or row.pk == pk for row, pk in wanted)


def reach_of(user: User) -> Reach:
    """One statement."""
    rows = Cohort.objects.select_related("edition__programme", "authority").order_by(Lower("name"), "pk")
    if user.is_lab_staff:
        return Reach(tuple(rows), None)
    member = Cohort.objects.filter(pk__in=user.memberships.values("cohort"), authority=OuterRef("authority"))
    admin = AuthorityAdmin.objects.filter(user=user, authority=OuterRef("authority"))
    owned = Exists(member) | Exists(admin)
    editions = Cohort.objects.filter(owned).values("edition")
    found = rows.annotate(owned=owned).filter(Q(owned=True) | Q(edition__in=editions) | Q(retrospective=True))
    owned_rows = [row for row in found if getattr(row, "owned", False)]
    return Reach(
        tuple(found),
        own=frozenset(row.authority_id for row in owned_rows),
        shared=frozenset(row.edition_id for row in owned_rows),
    )


def _read(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    asked = {"ids": None, "scopes": list(COUNTED_SCOPES), "been_live": list(BEEN_LIVE), **parameters}
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return list(cursor.fetchall())


class TallyRow(NamedTuple):
    """So many ideas with one outcome after so many months; `known_as` is the state of published ones."""

    outcome: str
    months: int | None
    known_as: str
    ideas: int
    own: int
    standing: int


def implementation_rates(*, scope: Scope = EVERYTHING, as_of: date) -> Figures:
    """What became of the ideas by that day, in one statement whatever their number."""
    rows = [TallyRow(*row) for row in _read(TALLY, {**scope.parameters(), "as_of": as_of})]
    groups: dict[str, Group] = {}
    for row in rows:
        so_far = groups.get(_side(row), Group())
        groups[_side(row)] = Group(so_far.total + row.ideas, so_far.own + row.own)
    published: Counter[str] = Counter()
    for row in rows:
        if row.outcome == "retrospective":
            published[row.known_as] += row.ideas
    return Figures(
        as_of=as_of,
        by_month=_by_month(rows),
        group=groups.get("accepted", Group()),
        captured=groups.get("captured", Group()),
        merged=groups.get("merged", Group()),
        still_live=sum(row.standing for row in rows),
        published=dict(published),
    )


def _side(row: TallyRow) -> str:
    return row.outcome if row.months is None else "accepted"


def _by_month(rows: list[TallyRow]) -> tuple[MonthCounts, ...]:
    ideas = {(row.months, row.outcome): row.ideas for row in rows if row.months is not None}
    outcomes = ("implemented", "abandoned", "open")
    months = sorted({month for month, _ in ideas})
    return tuple(MonthCounts(month, *(ideas.get((month, outcome), 0) for outcome in outcomes)) for month in months)


class Told(NamedTuple):
    """One idea by some day: its outcome, completed months, and the state it was in since when."""

    id: int
    outcome: str
    months: int | None
    state: str
    since: date | None
    precision: str
    reason: str

    @property
    def shown(self) -> IdeaState:
        """What it counts as; an open idea shows how far it is."""
        return IdeaState(self.state if self.outcome == "open" else self.outcome)


def told_one_by_one(ideas: Iterable[Idea], *, as_of: date) -> dict[int, Told]:
    """The same for ideas of one page, by id, in one statement."""
    asked = {**EVERYTHING.parameters(), "ids": [idea.pk for idea in ideas], "as_of": as_of}
    return {row[0]: Told(*row) for row in _read(ONE_BY_ONE, asked)}


def ideas_behind(scope: Scope, user: User, *, as_of: date) -> QuerySet[Idea]:
    """The ideas in the denominator that the reader may see, by reference; `readable` says whose page they may open."""
    gone = Q(state="merged", state_since__lte=as_of)
    page = Idea.objects.visible_to(user).filter(pk=OuterRef("pk"))
    return (
        scope.ideas()
        .filter(accepted_on__lte=as_of)
        .exclude(gone)
        .select_related("cohort", "challenge")
        .annotate(readable=Exists(page))
        .order_by("cohort__code", "number")
    )


def claims_beside(cohorts: Iterable[Cohort]) -> QuerySet[Claim]:
    """Published shares of ideas implemented, of these cohorts' editions and programmes."""
    editions = {cohort.edition_id for cohort in cohorts}
    programmes = {cohort.edition.programme_id for cohort in cohorts}
    about = Q(edition__in=editions) | Q(programme__in=programmes, edition=None)
    return Claim.objects.filter(about, metric=Metric.IDEAS_IMPLEMENTED).select_related("edition", "programme")
