"""Loads the published facts; loading them again changes nothing."""

from dataclasses import dataclass, field, fields

from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort, InnovationTeam, Session, SessionDay
from exchanges.models import Exchange, ProgrammeItem
from labplatform.demo.facts import cohorts, exchanges, programmes, prototypes
from labplatform.demo.facts.shelf import Shelf
from programmes.models import Authority, Claim, Edition, Format, Programme
from prototypes.models import Challenge, Idea, IdeaEvent, Implementation
from web.actions import action


@dataclass
class Shelves:
    """One shelf per thing, in the order one row needs another."""

    authorities: Shelf[Authority] = field(default_factory=lambda: Shelf(Authority, "slug", lasting=True))
    programmes: Shelf[Programme] = field(default_factory=lambda: Shelf(Programme, "slug", lasting=True))
    formats: Shelf[Format] = field(default_factory=lambda: Shelf(Format, "programme", "version", retrospective=True))
    editions: Shelf[Edition] = field(default_factory=lambda: Shelf(Edition, "slug", retrospective=True))
    cohorts: Shelf[Cohort] = field(default_factory=lambda: Shelf(Cohort, "slug", retrospective=True))
    sessions: Shelf[Session] = field(default_factory=lambda: Shelf(Session, "cohort", "number", retrospective=True))
    days: Shelf[SessionDay] = field(
        default_factory=lambda: Shelf(SessionDay, "session", "date", session__retrospective=True)
    )
    teams: Shelf[InnovationTeam] = field(default_factory=lambda: Shelf(InnovationTeam, "cohort", retrospective=True))
    challenges: Shelf[Challenge] = field(default_factory=lambda: Shelf(Challenge, "entry", retrospective=True))
    ideas: Shelf[Idea] = field(default_factory=lambda: Shelf(Idea, "entry", retrospective=True))
    events: Shelf[IdeaEvent] = field(default_factory=lambda: Shelf(IdeaEvent, "idea", idea__retrospective=True))
    implementations: Shelf[Implementation] = field(
        default_factory=lambda: Shelf(Implementation, "idea", retrospective=True)
    )
    exchanges: Shelf[Exchange] = field(
        default_factory=lambda: Shelf(Exchange, "edition", "number", "theme", retrospective=True)
    )
    programme_items: Shelf[ProgrammeItem] = field(
        default_factory=lambda: Shelf(ProgrammeItem, "exchange", "title", exchange__retrospective=True)
    )
    claims: Shelf[Claim] = field(
        default_factory=lambda: Shelf(Claim, "programme", "edition", "scope", "metric", "as_of", "value")
    )

    def written(self) -> dict[str, int]:
        """How many rows were made or corrected, by thing; what did not move is left out."""
        counts = {each.name: getattr(self, each.name).written.total() for each in fields(self)}
        return {name: count for name, count in counts.items() if count}


@action(gettext_lazy("Published facts loaded"))
def load_facts(*, by: User | None = None) -> dict[str, int]:
    """Put every published fact on the platform and answer how many rows that made or corrected, by thing.

    All or nothing. Authorities and programmes that exist already stay as people left them.
    """
    shelves = Shelves()
    authorities = programmes.put_authorities(shelves.authorities)
    offered = programmes.put_programmes(shelves.programmes)
    formats = programmes.put_formats(shelves.formats, offered)
    editions = programmes.put_editions(shelves.editions, offered, formats)
    runs = cohorts.put_cohorts(shelves.cohorts, authorities, editions)
    cohorts.put_sessions(shelves.sessions, shelves.days, runs)
    cohorts.put_teams(shelves.teams, authorities, runs)
    challenges = prototypes.put_challenges(shelves.challenges, runs)
    ideas = prototypes.put_ideas(shelves.ideas, runs, challenges)
    prototypes.put_fates(shelves.events, shelves.implementations, ideas, runs)
    exchanges.put_exchanges(shelves.exchanges, shelves.programme_items, editions, runs)
    programmes.put_claims(shelves.claims, offered, editions, runs)
    return shelves.written()
