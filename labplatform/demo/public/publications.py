"""What the demonstration has made public: ideas with a picture, a cohort, and a programme."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Model

from accounts.models import User
from cohorts.models import Cohort
from figures.sharing.actions import share_figures
from figures.sharing.enums import Audience
from labplatform.demo.dates import FIRST_COHORT, Dates, moment
from labplatform.demo.stories import CONTENT, StoryData
from programmes.models import Programme
from prototypes.models import Idea
from publications.actions import choose_pictures, publish, save_draft, submit_publication
from publications.consents.pictures import offered_pictures
from publications.enums import DataLicence, TextLicence
from publications.facts import measured_effects
from publications.models import MEASURE_TEXTS, TEXTS, Publication
from web.database.created_on import created_on

ALT_EN = "A drawing made for the demonstration"


def publish_stories(*, cohorts: Mapping[str, Cohort], dates: Dates, by: User) -> None:
    """Publish what `content/publications.toml` lists: written by a pilot or the lab, approved by the lab (`by`).

    The first cohort publishes its figures too.
    """
    for story in tomllib.loads((CONTENT / "publications.toml").read_text(encoding="utf-8"))["publications"]:
        _publish(story, _subject(story, cohorts), dates, by)
    first = cohorts[FIRST_COHORT]
    pilot = first.memberships.get(role="pilot", ends_on=None).user
    day = moment(dates.today - timedelta(days=30))
    share_figures(cohort=first, audience=Audience.PUBLIC, at=day, by=pilot, election_confirmed=True)


def _subject(story: StoryData, cohorts: Mapping[str, Cohort]) -> Model:
    """Return the idea, cohort or programme that a story is about."""
    match story["about"]:
        case "idea":
            ideas = Idea.objects.filter(title=story["of"], cohort__edition__demonstration=True)
            return ideas.select_related("cohort__authority", "cohort__edition").get()
        case "cohort":
            return cohorts[story["of"]]
        case _:
            return Programme.objects.get(slug=story["of"])


def _publish(story: StoryData, subject: Model, dates: Dates, lab: User) -> Publication:
    """Publish one story: save the draft with the pictures that anyone may see, submit and approve it."""
    day = dates.today - timedelta(days=story["days_ago"])
    cohort = subject.cohort if isinstance(subject, Idea) else subject if isinstance(subject, Cohort) else None
    writer = cohort.memberships.get(role="pilot", ends_on=None).user if cohort else lab
    texts: dict[str, Any] = {name: story.get(name) or story["of"] for name in TEXTS}
    licences = {"licence": TextLicence.CC_BY_SA, "data_licence": DataLicence.ETALAB}
    texts |= {name: story.get(name, "") for name in MEASURE_TEXTS}
    effects = measured_effects(subject) if isinstance(subject, Idea) and texts["measure_fr"] else {}
    texts["indicator_id"] = next(iter(effects), None)
    with created_on(day):
        row = save_draft(subject=subject, texts=texts | licences, shows_tests=True, by=writer, at=moment(day))
    pictures = {each.pk: (each.alt_text, ALT_EN) for each in offered_pictures(row, dates.today) if each.alt_text}
    choose_pictures(publication=row, pictures=pictures, by=writer, at=moment(dates.today))
    submit_publication(publication=row, by=writer, at=moment(day))
    return publish(publication=row, by=lab, at=moment(day + timedelta(days=1)), election_confirmed=True)
