"""E-mails about exchanges in the lab's own words, and e-mails that lab staff write to the people of an exchange."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from accounts.models import User
from exchanges.models import Exchange
from exchanges.reminders import plan_emails
from notifications.group_emails.circles import email_circles
from notifications.models import Reminder
from notifications.sending.cycle import send_round
from programmes.enums import ReminderScheduleKind
from programmes.formats.wordings import texts_of
from programmes.models import Format
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast, create_cast
from tests.factories.contents import CommitmentFactory, MinutesFactory, ProgrammeItemFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.notifications import ReminderFactory, rendered
from tests.factories.programmes import FormatFactory, ReminderStepFactory

pytestmark = pytest.mark.django_db(transaction=True)
SAVE_THE_DATE = {"email_type": "exchange_save_the_date", "audience": "active_members", "alone": True}


def format_in_own_words() -> Format:
    """Return a published format whose save-the-date is worded in French only, in one of two steps, as is its report."""
    draft = FormatFactory(published_at=None)
    ReminderStepFactory(
        format=draft,
        slug="save_the_date",
        offset="-16w",
        subject_fr="À vos agendas : {exchange} {braces}",
        body_fr="Nous nous retrouvons {dates} ({theme}).\n\nThème : {theme}\n\nTout est là : {link}",
        **SAVE_THE_DATE,
    )
    ReminderStepFactory(format=draft, slug="save_the_date_2", offset="-12w", **SAVE_THE_DATE)
    report = {"email_type": "exchange_report", "audience": "members", "offset": "+2w"}
    ReminderStepFactory(format=draft, slug="report", subject_fr="Thème", body_fr="Sur {theme}.", **report)
    Format.objects.filter(pk=draft.pk).update(published_at=NOW)
    return Format.objects.get(pk=draft.pk)


def exchange_of(cast: Cast, **fields: Any) -> Exchange:
    values = {"host": cast.cohort, "state": "announced", "first_day": date(2027, 3, 16), "theme": "Essais <b>"}
    return ExchangeFactory(edition=cast.edition, number=4, **values | fields)


def test_a_reworded_email_leaves_through_the_ledger_in_the_language_it_was_reworded_in():
    cast = create_cast(format_in_own_words())
    User.objects.filter(pk=cast["M"].pk).update(language="en")
    exchange = exchange_of(cast)
    plan_emails(exchange, at=NOW, by=None)
    send_round(lambda: datetime(2026, 11, 24, 9, 1, tzinfo=UTC), seconds=60)
    emails = {message.to[0]: message for message in mail.outbox}
    assert len(emails) == len(mail.outbox) == 6
    own, usual = emails[cast["P"].email], emails[cast["M"].email]
    assert own.subject == "À vos agendas : Intertransfo 4"
    assert "Nous nous retrouvons mar. 16 – mer. 17 mars 2027 (Essais <b>)." in own.body.replace("\xa0", " ")
    assert f"Tout est là : https://lab.example/exchanges/{exchange.pk}/" in own.body
    assert "Essais &lt;b&gt;" in own.alternatives[0][0]
    assert own.attachments[0].filename == "invite.ics"
    assert (usual.subject, "The date is in the calendar entry" in usual.body) == ("Intertransfo 4: save the date", True)


def test_an_empty_placeholder_leaves_its_paragraph_out_and_each_step_has_its_own_words():
    cast = create_cast(format_in_own_words())
    exchange = exchange_of(cast, theme="")

    def text_of(**fields: Any) -> str:
        row = ReminderFactory.build(kind="exchange", object_id=exchange.pk, **{**SAVE_THE_DATE, **fields})
        with translation.override("fr"):
            return rendered(row, cast["M"], "fr").text

    assert text_of(step="save_the_date").startswith("Tout est là")
    assert "Tout est là" not in text_of(step="save_the_date_2")
    announcement = text_of(step="exchange_save_the_date", event_day=None)
    assert announcement.startswith("Tout est là")  # it replaces a late step
    assert "Tout est là" not in text_of(step="save_the_date", email_type="exchange_programme")
    # a wording of which nothing is left is replaced by the usual text
    assert (
        text_of(step="report", email_type="exchange_report", audience="members")
        == "Le compte rendu et les engagements sont sur la page de l’Intertransfo."
    )


def test_every_placeholder_of_a_kind_has_a_value():
    """A wording that names them all is filled without a gap."""
    placeholders = texts_of(ReminderScheduleKind.EXCHANGE).placeholders
    body = "\n\n".join(f"{slug}={{{slug}}}" for slug in placeholders)
    draft = FormatFactory(published_at=None)
    ReminderStepFactory(
        format=draft,
        slug="report",
        offset="+2w",
        audience="members",
        email_type="exchange_report",
        subject_en="Words",
        body_en=body,
    )
    Format.objects.filter(pk=draft.pk).update(published_at=NOW)
    cast = create_cast(draft)
    exchange = exchange_of(cast, state="held", first_day=date(2026, 10, 13), venue="La halle")
    ProgrammeItemFactory(exchange=exchange)
    MinutesFactory(exchange=exchange)
    CommitmentFactory(exchange=exchange, owner=cast["M"])
    row = Reminder(
        kind="exchange", object_id=exchange.pk, email_type="exchange_report", step="report", due_on=date(2026, 11, 24)
    )
    with translation.override("en"):
        paragraphs = rendered(row, cast["M"], "en").text
    assert {slug for slug in placeholders if f"{slug}=" not in paragraphs} == {"next", "questions"}


def test_lab_staff_write_to_the_people_of_an_exchange():
    cast = create_cast()
    exchange = exchange_of(cast, state="registration_open")
    for role, state in (("M", "registered"), ("P", "invited"), ("R", "declined")):
        RegistrationFactory(exchange=exchange, user=cast[role], state=state)
    circle = email_circles["exchange"]

    def people(audience: str) -> str:
        rows = User.objects.filter(circle.people(exchange.pk, audience, NOW))
        return "".join(role for role in "SCDPMRANX" if rows.filter(pk=cast[role].pk).exists())

    assert {audience: people(audience) for audience in [*circle.audiences, "lab"]} == {
        "active_members": "CDPMN",
        "unanswered": "P",
        "registered": "M",
        "attendees": "M",  # as expected until someone records who came
        "contribution_missing": "CDPMAN",
        "lab": "",
    }
    reader = UserFactory(is_lab_staff=True, lab_role="reader")
    writers = {**{role: cast[role] for role in "SPX"}, "reader": reader}
    access = {role: circle.find(user, exchange.pk) for role, user in writers.items()}
    assert {role: found and bool(found.can_write) for role, found in access.items()} == {
        "S": True,
        "P": False,
        "X": None,
        "reader": False,
    }
