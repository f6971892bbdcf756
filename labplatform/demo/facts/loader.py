"""Load the published facts; loading them again changes nothing."""

from dataclasses import dataclass, field, fields

from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort, InnovationTeam, Session, SessionDay
from exchanges.models import Exchange, ProgrammeItem
from labplatform.demo.facts import cohorts, exchanges, programmes, prototypes
from labplatform.demo.facts.record_table import RecordTable
from programmes.models import Authority, Claim, Edition, Format, Programme
from prototypes.models import Challenge, Idea, IdeaEvent, Implementation
from web.actions import action


@dataclass
class RecordTables:
    """One record table for each model with published facts, in the order in which their rows depend on each other."""

    authorities: RecordTable[Authority] = field(default_factory=lambda: RecordTable(Authority, "slug", lasting=True))
    programmes: RecordTable[Programme] = field(default_factory=lambda: RecordTable(Programme, "slug", lasting=True))
    formats: RecordTable[Format] = field(
        default_factory=lambda: RecordTable(Format, "programme", "version", retrospective=True)
    )
    editions: RecordTable[Edition] = field(default_factory=lambda: RecordTable(Edition, "slug", retrospective=True))
    cohorts: RecordTable[Cohort] = field(default_factory=lambda: RecordTable(Cohort, "slug", retrospective=True))
    sessions: RecordTable[Session] = field(
        default_factory=lambda: RecordTable(Session, "cohort", "number", retrospective=True)
    )
    days: RecordTable[SessionDay] = field(
        default_factory=lambda: RecordTable(SessionDay, "session", "date", session__retrospective=True)
    )
    teams: RecordTable[InnovationTeam] = field(
        default_factory=lambda: RecordTable(InnovationTeam, "cohort", retrospective=True)
    )
    challenges: RecordTable[Challenge] = field(
        default_factory=lambda: RecordTable(Challenge, "idempotency_key", retrospective=True)
    )
    ideas: RecordTable[Idea] = field(default_factory=lambda: RecordTable(Idea, "idempotency_key", retrospective=True))
    events: RecordTable[IdeaEvent] = field(
        default_factory=lambda: RecordTable(IdeaEvent, "idea", idea__retrospective=True)
    )
    implementations: RecordTable[Implementation] = field(
        default_factory=lambda: RecordTable(Implementation, "idea", retrospective=True)
    )
    exchanges: RecordTable[Exchange] = field(
        default_factory=lambda: RecordTable(Exchange, "edition", "number", "theme", retrospective=True)
    )
    programme_items: RecordTable[ProgrammeItem] = field(
        default_factory=lambda: RecordTable(ProgrammeItem, "exchange", "title", exchange__retrospective=True)
    )
    claims: RecordTable[Claim] = field(
        default_factory=lambda: RecordTable(Claim, "programme", "edition", "scope", "metric", "as_of", "value")
    )

    def written(self) -> dict[str, int]:
        """Return how many rows were created or corrected in each table, by its name, such as “ideas”.

        Tables in which nothing was written are left out.
        """
        counts = {each.name: getattr(self, each.name).written.total() for each in fields(self)}
        return {name: count for name, count in counts.items() if count}


@action(gettext_lazy("Published facts loaded"))
def load_facts(*, by: User | None = None) -> dict[str, int]:
    """Store all published facts in one transaction; return how many rows were created or corrected, by table.

    Rows that are equal already are not written; existing authorities and programmes keep what people changed. `by` is
    the actor for the history, None for the platform.
    """
    tables = RecordTables()
    authorities = programmes.put_authorities(tables.authorities)
    published_programmes = programmes.put_programmes(tables.programmes)
    formats = programmes.put_formats(tables.formats, published_programmes)
    editions = programmes.put_editions(tables.editions, published_programmes, formats)
    published_cohorts = cohorts.put_cohorts(tables.cohorts, authorities, editions)
    cohorts.put_sessions(tables.sessions, tables.days, published_cohorts)
    cohorts.put_teams(tables.teams, authorities, published_cohorts)
    challenges = prototypes.put_challenges(tables.challenges, published_cohorts)
    ideas = prototypes.put_ideas(tables.ideas, published_cohorts, challenges)
    prototypes.put_outcomes(tables.events, tables.implementations, ideas, published_cohorts)
    exchanges.put_exchanges(tables.exchanges, tables.programme_items, editions, published_cohorts)
    programmes.put_claims(tables.claims, published_programmes, editions, published_cohorts)
    return tables.written()
