"""Load the demonstration: once, as of a given date, in one transaction."""

from datetime import date
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from cohorts.models import Cohort
from figures.sharing.actions import share_figures
from figures.sharing.enums import Audience
from labplatform.demo import (
    canvases,
    choices,
    cohorts,
    exchanges,
    files,
    ideas,
    lessons,
    methods,
    notes,
    peers,
    people,
    programmes,
    residencies,
    skills,
)
from labplatform.demo.dates import FIRST_COHORT, ONE_DAY, RESIDENCY, Dates, dates, moment
from labplatform.demo.emails import group_emails, past_emails
from labplatform.demo.public import calls, publications
from labplatform.demo.stories import read
from programmes.actions import name_admin
from programmes.models import Edition
from prototypes.confirmations.planned_emails import ask_for_confirmations
from web.database.created_on import created_on

# Coordinators and their cohorts.
COORDINATORS = {"Sacha": ("pays_de_la_loire", "dunkerque"), "Charlie": ("occitanie", "metz", RESIDENCY)}

# E-mails sent up to today for all cohorts at once; those of an exchange are sent along with its story.
COHORT_EVENT_KINDS = (
    "group_session",
    "stakeholder_session",
    "idea",
    "comment",
    "unconfirmed",
    "invitation",
    "group_email",
    "peer_visit",
    "application",
    "call",
)


@transaction.atomic
def load_demonstration(*, today: date) -> bool:
    """Create both editions with everything in them, as if `today` were today; return whether they were created.

    False, and nothing is written, when the demonstration exists already. The published facts must be loaded. This is no
    action itself, so that the history shows the actions it consists of, each with its actor.
    """
    if Edition.objects.filter(demonstration=True).exists():
        return False
    when = dates(today)
    lab = people.make_lab()
    with created_on(when.edition):
        transfo, residency = programmes.open_transfo(dates=when, by=lab), programmes.open_residency(dates=when, by=lab)
    opened = {row.authority.slug: row for row in _cohorts(transfo, residency)}
    cohorts_by_name = {name: opened[read(name).data["authority"]] for name in when.first_days}
    coordinators = {given_name: people.make_coordinator(given_name) for given_name in COORDINATORS}
    by_cohort = {name: coordinators[given_name] for given_name, names in COORDINATORS.items() for name in names}
    for name, coordinator in by_cohort.items():
        with created_on(when.first_days[name]):
            cohorts_by_name[name] = _play_cohort(name, cohorts_by_name[name], when, coordinator, lab)
    with created_on(when.today - ONE_DAY):
        residencies.prepare_second(first=cohorts_by_name[RESIDENCY], today=when.today - ONE_DAY, by=lab)
    residencies.request_plans_of(cohort=cohorts_by_name[RESIDENCY], at=moment(when.today - ONE_DAY), by=lab)
    _name_admin(cohorts_by_name[FIRST_COHORT], when, lab)
    people.invite(cohort=cohorts_by_name[FIRST_COHORT], data=read(FIRST_COHORT).data, today=when.today)
    files.add_files(cohort=cohorts_by_name[FIRST_COHORT], dates=when)
    files.add_residency_pictures(cohort=cohorts_by_name[RESIDENCY], dates=when)
    exchanges.play_exchanges(edition=transfo, cohorts=cohorts_by_name, dates=when, by=lab)
    cards = methods.add_methods(by=lab)
    methods.use_methods(cohorts=cohorts_by_name.values(), methods=cards, dates=when, by=lab)
    lessons.add_lessons(edition=transfo, cohort=cohorts_by_name[FIRST_COHORT], dates=when, by=lab)
    peers.fill_directory(cohorts=cohorts_by_name, dates=when)
    cohorts.add_costs(edition=transfo, cohorts=cohorts_by_name, dates=when, by=lab)
    publications.publish_stories(cohorts=cohorts_by_name, dates=when, by=lab)
    calls.play_call(dates=when, reviewer=coordinators["Charlie"], by=lab)
    group_emails.write_group_emails(
        edition=transfo,
        cohort=cohorts_by_name[FIRST_COHORT],
        dates=when,
        coordinator=by_cohort[FIRST_COHORT],
        lab=lab,
    )
    ask_for_confirmations(at=moment(when.today - ONE_DAY))
    people.confirm_addresses()
    past_emails.send_or_expire(COHORT_EVENT_KINDS, until=moment(when.today - ONE_DAY))
    return True


def _cohorts(*editions: Edition) -> QuerySet[Cohort]:
    """Return the cohorts of these editions, with their authority and the format of their edition loaded."""
    return Cohort.objects.filter(edition__in=editions).select_related("authority", "edition__format")


def _play_cohort(name: str, cohort: Cohort, when: Dates, coordinator: User, lab: User) -> Cohort:
    """Play the story of the cohort called `name` in `content/`, from its first day to yesterday; return the cohort.

    `when` holds the dates, `coordinator` leads its sessions, `lab` starts it.
    """
    stories, on, since = read(name), partial(when.on, name), when.first_days[name]
    cohort = cohorts.start(cohort=cohort, stories=stories, first_day=since, by=lab)
    team = people.add_team(cohort=cohort, data=stories.data, since=since, coordinator=coordinator, by=lab)
    if leaver := stories.data.get("leaver"):
        leaving, day = team.ambassadors[leaver["ambassador"]], on(leaver["day"])
        people.replace_ambassador(
            cohort=cohort, leaver=leaving, data=leaver, surname=stories.data["surname"], on=day, by=team.pilot
        )
    people.add_later_relays(cohort=cohort, data=stories.data, on=on, by=team.pilot)
    cohorts.play_sessions(cohort=cohort, stories=stories, dates=when, by=coordinator)
    cohorts.meet_stakeholders(cohort=cohort, stories=stories, dates=when, on=on, by=coordinator)
    ideas.play(stories=stories, cohort=cohort, team=team, on=on)
    choices.choose_challenges(name=name, cohort=cohort, stories=stories, dates=when, by=team.pilot)
    notes.write_notes(name=name, cohort=cohort, team=team, dates=when)
    with created_on(when.today - ONE_DAY):
        canvases.draw(name=name, cohort=cohort, team=team, at=moment(when.today - ONE_DAY))
    skills.answer_assessments(cohort=cohort, days=skills.answering_days(since, when.today))
    if stories.team:
        cohorts.shape_team(cohort=cohort, story=stories.team, on=on, by=team.pilot)
    if shared_on := stories.data.get("figures_shared_on"):
        share_figures(cohort=cohort, audience=Audience.EDITION, at=moment(on(shared_on)), by=team.pilot)
    return cohort


def _name_admin(cohort: Cohort, when: Dates, lab: User) -> None:
    """Name the admin who can sign in to the demonstration for the authority of the cohort,
    on the edition's first day.
    """
    name_admin(
        authority=cohort.authority,
        email=people.ADMIN,
        full_name=people.NAME_OF_ADMIN,
        today=when.edition,
        at=moment(when.edition),
        by=lab,
    )
