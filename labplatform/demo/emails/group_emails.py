"""E-mails to groups in the demonstration: one that a coordinator sent to a cohort, and a draft of the lab."""

import tomllib
from datetime import timedelta

from accounts.models import User
from cohorts.models import Cohort
from exchanges.models import Exchange
from labplatform.demo.dates import ONE_DAY, Dates, moment
from labplatform.demo.stories import CONTENT, StoryData
from notifications.actions import send_group_email, write_group_email
from programmes.models import Edition

TEXTS = ("subject_fr", "body_fr", "subject_en", "body_en")


def write_group_emails(*, edition: Edition, cohort: Cohort, dates: Dates, coordinator: User, lab: User) -> None:
    """Send the e-mails of `content/group_emails.toml` to the cohort, as its coordinator, some days before today.

    Those to people invited to the edition's Intertransfo that is open for registration stay drafts of `lab`.
    """
    stories = tomllib.loads((CONTENT / "group_emails.toml").read_text(encoding="utf-8"))
    for story in stories["cohort"]:
        at = moment(dates.today - timedelta(days=story["days_ago"]))
        email = write_group_email(circle="cohort", object_id=cohort.pk, at=at, by=coordinator, **_texts(story))
        send_group_email(email=email, at=at, by=coordinator)
    exchange = Exchange.objects.get(edition=edition, state="registration_open")
    for story in stories["exchange"]:
        at = moment(dates.today - ONE_DAY)
        write_group_email(circle="exchange", object_id=exchange.pk, at=at, by=lab, **_texts(story))


def _texts(story: StoryData) -> StoryData:
    """Return audience and texts of a group e-mail; a text that the story leaves out is empty."""
    return {"audience": story["audience"], **{name: story.get(name, "").strip() for name in TEXTS}}
