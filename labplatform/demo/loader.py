"""Puts the demonstration on the platform: once, as of a day, all or nothing."""

from datetime import date
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from cohorts.models import Cohort
from labplatform.demo import canvases, cohorts, exchanges, files, ideas, lessons, letters, people, programmes, skills
from labplatform.demo.dates import FIRST, ONE_DAY, RESIDENCY, Dates, dates, moment
from labplatform.demo.stories import read
from programmes.actions import name_admin
from programmes.models import Edition
from prototypes.confirmations.planned_emails import ask_for_confirmations
from web.database.created_on import born_on

# Who of the lab is in charge of which cohorts.
COORDINATORS = {"Sacha": ("pays_de_la_loire", "dunkerque"), "Charlie": ("occitanie", "metz", RESIDENCY)}

# Letters that go along with the life of the cohorts; those of the Intertransfos are carried with each of them.
OWN_LETTERS = ("group_session", "stakeholder_session", "idea", "comment", "unconfirmed", "invitation")


@transaction.atomic
def load_demonstration(*, today: date) -> bool:
    """Make both editions with everything in them; False, and nothing written, where they exist already.

    Needs the published facts: the editions belong to their programmes and authorities. No action itself, so that the
    history keeps the actions it is made of, each with its actor.
    """
    if Edition.objects.filter(demonstration=True).exists():
        return False
    when = dates(today)
    lab = people.make_lab()
    with born_on(when.edition):
        transfo, residency = programmes.open_transfo(dates=when, by=lab), programmes.open_residency(dates=when, by=lab)
    opened = {row.authority.slug: row for row in _cohorts(transfo, residency)}
    runs = {name: opened[read(name).told["authority"]] for name in when.first_days}
    for given, names in COORDINATORS.items():
        coordinator = people.make_coordinator(given)
        for name in names:
            with born_on(when.first_days[name]):
                runs[name] = _live(name, runs[name], when, coordinator, lab)
    _name_admin(runs[FIRST], when, lab)
    people.invite(cohort=runs[FIRST], told=read(FIRST).told, today=when.today)
    files.bring(cohort=runs[FIRST], dates=when)
    exchanges.meet(edition=transfo, cohorts=runs, dates=when, by=lab)
    lessons.learn(edition=transfo, cohort=runs[FIRST], dates=when, by=lab)
    ask_for_confirmations(at=moment(when.today - ONE_DAY))
    people.confirm_addresses()
    letters.catch_up(OWN_LETTERS, until=moment(when.today - ONE_DAY))
    return True


def _cohorts(*editions: Edition) -> QuerySet[Cohort]:
    return Cohort.objects.filter(edition__in=editions).select_related("authority", "edition__format")


def _live(name: str, cohort: Cohort, when: Dates, coordinator: User, lab: User) -> Cohort:
    """A cohort from its first day to today."""
    run, on, since = read(name), partial(when.on, name), when.first_days[name]
    cohort = cohorts.start(cohort=cohort, run=run, first_day=since, by=lab)
    team = people.gather(cohort=cohort, told=run.told, since=since, coordinator=coordinator, by=lab)
    if leaver := run.told.get("leaver"):
        gone, day = team.ambassadors[leaver["place"]], on(leaver["day"])
        people.replace_ambassador(
            cohort=cohort, leaver=gone, told=leaver, surname=run.told["surname"], on=day, by=team.pilot
        )
    people.widen(cohort=cohort, told=run.told, on=on, by=team.pilot)
    cohorts.meet(cohort=cohort, run=run, dates=when, by=coordinator)
    cohorts.meet_stakeholders(cohort=cohort, run=run, dates=when, on=on, by=coordinator)
    ideas.play(run=run, cohort=cohort, team=team, on=on)
    with born_on(when.today - ONE_DAY):
        canvases.draw(name=name, cohort=cohort, team=team, at=moment(when.today - ONE_DAY))
    skills.say(cohort=cohort, days=skills.days_of(since, when.today))
    if run.team:
        cohorts.shape_team(cohort=cohort, story=run.team, on=on, by=team.pilot)
    return cohort


def _name_admin(cohort: Cohort, when: Dates, lab: User) -> None:
    """The one who answers for the figures of the authority that has some."""
    name_admin(
        authority=cohort.authority,
        email=people.ADMIN,
        full_name=people.NAME_OF_ADMIN,
        today=when.edition,
        at=moment(when.edition),
        by=lab,
    )
