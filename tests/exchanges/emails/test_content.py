"""E-mails about contributions and commitments: their recipients, and the content they carry."""

from datetime import UTC, date, datetime, time

import pytest

from accounts.models import User
from cohorts.models import Cohort
from exchanges.emails.content_paragraphs import MAX_WORDS, PARAGRAPH_WRITERS, content_paragraphs
from exchanges.emails.recipients import EXCHANGE_AUDIENCES
from exchanges.emails.texts import EMAILS
from exchanges.models import Exchange
from notifications.models import Reminder
from notifications.registries import EmailPart
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.contents import (
    CommitmentFactory,
    ContributionFactory,
    MinutesFactory,
    ProgrammeItemFactory,
    QuestionFactory,
)
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory, edition_of_four
from tests.factories.notifications import ReminderFactory, recipients, refusal, rendered
from tests.factories.programmes import AuthorityAdminFactory

AT = datetime(2027, 1, 6, 8, tzinfo=UTC)
SINCE = date(2027, 1, 5)


def reminder(exchange: Exchange, audience: str, email_type: str) -> Reminder:
    return ReminderFactory(
        kind="exchange",
        object_id=exchange.pk,
        version=exchange.version,
        audience=audience,
        email_type=email_type,
        event_day=exchange.first_day,
        due_at=AT,
    )


def exchange_of_metz(state: str, **more: object) -> Exchange:
    edition = more.pop("edition", None) or edition_of_four()
    host = Cohort.objects.get(slug="metz")
    return ExchangeFactory(edition=edition, host=host, state=state, number=1, **more)


def member(slug: str, **more: object) -> User:
    return MembershipFactory(cohort=Cohort.objects.get(slug=slug), starts_on=SINCE, **more).user


@pytest.mark.django_db
class TestContributionMissing:
    def recipients_of(self, exchange: Exchange) -> set[User]:
        return set(recipients(reminder(exchange, "contribution_missing", "exchange_contribution"), AT))

    @pytest.mark.parametrize("role", ["coordinator", "resident", "pilot", "ambassador", "relay", "elected"])
    def test_members_of_a_cohort_without_contribution_are_reminded(self, role: str):
        exchange = exchange_of_metz("registration_open")
        more = {"discipline": "design"} if role == "resident" else {}
        assert self.recipients_of(exchange) == set()
        person = member("nantes", role=role, **more)
        assert self.recipients_of(exchange) == {person}

    def test_admin_of_the_authority_is_reminded_too(self):
        exchange = exchange_of_metz("registration_open")
        authority = Cohort.objects.get(slug="nantes").authority
        admin = AuthorityAdminFactory(authority=authority, since=SINCE).user
        assert self.recipients_of(exchange) == {admin}

    def test_cohort_that_contributed_is_not_reminded(self):
        exchange, silent = exchange_of_metz("registration_open"), None
        member("nantes")
        silent = member("toulouse")
        ContributionFactory(exchange=exchange, cohort=Cohort.objects.get(slug="nantes"))
        assert self.recipients_of(exchange) == {silent}

    def test_people_who_declined_and_withdrawn_cohorts_are_not_reminded(self):
        exchange = exchange_of_metz("registration_open")
        RegistrationFactory(exchange=exchange, user=member("nantes"), state="declined")
        withdrawn = CohortFactory(edition=exchange.edition, state="withdrawn", reason="Elections")
        MembershipFactory(cohort=withdrawn, starts_on=SINCE)
        assert self.recipients_of(exchange) == set()

    def test_reminder_is_settled_once_the_cohort_has_contributed(self):
        exchange, person = exchange_of_metz("registration_open"), None
        person = member("nantes")
        email = reminder(exchange, "contribution_missing", "exchange_contribution")
        assert refusal(email, person, AT) == ""
        ContributionFactory(exchange=exchange, cohort=Cohort.objects.get(slug="nantes"))
        assert refusal(email, person, AT) == "settled"


@pytest.mark.django_db
class TestCommitmentOwners:
    def recipients_of(self, exchange: Exchange) -> set[User]:
        return set(recipients(reminder(exchange, "commitment_owners", "exchange_commitments"), AT))

    def test_owners_of_open_commitments_of_the_edition_are_recipients(self):
        exchange = exchange_of_metz("held")
        rows = {
            state: CommitmentFactory(
                exchange=exchange,
                owner=member("nantes"),
                made_on=SINCE,
                due_on=date(2027, 3, 1),
                state=state,
                closed_on=date(2027, 2, 1),
            )
            for state in ("open", "kept", "dropped")
        }
        CommitmentFactory()
        assert self.recipients_of(exchange) == {rows["open"].owner}


@pytest.mark.django_db
class TestWords:
    def written(self, exchange: Exchange, email_type: str, user: User | None = None) -> EmailPart:
        return rendered(reminder(exchange, "informed", email_type), user or UserFactory(), "en")

    @pytest.mark.parametrize("email_type", ["exchange_registration", "exchange_contribution"])
    def test_invitation_and_contribution_reminder_have_the_questions(self, email_type: str):
        exchange = exchange_of_metz("registration_open")
        for text in ("Who pays?", "Who stays: 100%?"):
            QuestionFactory(exchange=exchange, text=text)
        questions = "The questions every cohort answers:\n– Who pays?\n– Who stays: 100%?"
        assert questions in self.written(exchange, email_type).text.split("\n\n")

    def test_email_has_the_programme_day_by_day(self):
        exchange = exchange_of_metz("registration_closed")
        exchange.state = "registration_open"
        ProgrammeItemFactory(exchange=exchange, title="Welcome", venue="Hall", speaker=exchange.host)
        ProgrammeItemFactory(exchange=exchange, title="Tables", day=2, starts_at=time(14), ends_at=time(16, 30))
        paragraphs = self.written(exchange, "exchange_programme").text.split("\n\n")
        assert paragraphs[2:4] == [
            "Tue 8 June 2027\n– 9:00 – 10:00, Welcome, Metz, Hall",
            "Wed 9 June 2027\n– 14:00 – 16:30, Tables",
        ]

    def test_email_has_the_minutes_and_commitments(self):
        exchange = exchange_of_metz("held")
        MinutesFactory(exchange=exchange, text="We agreed.")
        owner = member("nantes", user=UserFactory(full_name="Camille"))
        CommitmentFactory(exchange=exchange, owner=owner, what="Send the guide", made_on=SINCE, due_on=date(2027, 3, 1))
        assert self.written(exchange, "exchange_report").text.split("\n\n") == [
            "The page of the Intertransfo has the minutes and the commitments.",
            "We agreed.",
            "Commitments made:\n– Camille: Send the guide (due 1 Mar 2027)",
        ]

    def test_long_minutes_are_truncated(self):
        exchange = exchange_of_metz("held")
        MinutesFactory(exchange=exchange, text="word " * (MAX_WORDS + 50))
        assert self.written(exchange, "exchange_report").text.count("word") == MAX_WORDS

    def test_email_has_the_recipients_open_commitments(self):
        exchange, owner = exchange_of_metz("held"), None
        owner = member("nantes")
        shared = {"exchange": exchange, "made_on": SINCE, "due_on": date(2027, 3, 1)}
        CommitmentFactory(owner=owner, what="Send the guide", **shared)
        CommitmentFactory(owner=owner, what="Call", state="kept", closed_on=date(2027, 2, 1), **shared)
        CommitmentFactory(owner=member("metz"), what="Other", **shared)
        text = self.written(exchange, "exchange_commitments", owner).text
        assert text.split("\n\n")[1] == "– Send the guide (due 1 Mar 2027)"

    @pytest.mark.parametrize(
        "email_type", sorted(slug for slug, words in EMAILS.items() if words.placeholders & PARAGRAPH_WRITERS.keys())
    )
    def test_missing_content_is_left_out(self, email_type: str):
        text = self.written(exchange_of_metz("held"), email_type).text
        assert ("%(" in text, "\n\n\n" in text, text.endswith(":")) == (False, False, False)

    def test_thank_you_email_links_to_the_feedback_form(self):
        exchange = exchange_of_metz("held")
        assert self.written(exchange, "exchange_thanks").button == (
            "Give feedback",
            f"/exchanges/{exchange.pk}/feedback/",
        )

    def test_every_content_paragraph_is_used_by_an_email(self):
        named = {name for words in EMAILS.values() for name in words.placeholders}
        assert set(PARAGRAPH_WRITERS) <= named

    def test_each_paragraph_but_the_questions_costs_one_statement(self, django_assert_num_queries: object):
        exchange, owner = exchange_of_metz("held"), UserFactory()
        exchange = EXCHANGE_AUDIENCES.find(reminder(exchange, "informed", "exchange_registration"))
        with django_assert_num_queries(len(PARAGRAPH_WRITERS) - 1):
            content_paragraphs(PARAGRAPH_WRITERS, exchange, owner, "en")
