"""Letters about contributions and commitments: whom they find, and what of the content they carry."""

from datetime import UTC, date, datetime, time

import pytest

from accounts.models import User
from cohorts.models import Cohort
from exchanges.emails.content_paragraphs import MOST_WORDS, WRITTEN, contents
from exchanges.emails.texts import LETTERS
from exchanges.models import Exchange
from notifications.models import Reminder
from notifications.registries import LetterPart
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


def reminder(exchange: Exchange, audience: str, letter: str) -> Reminder:
    return ReminderFactory(
        kind="exchange",
        object_id=exchange.pk,
        version=exchange.version,
        audience=audience,
        letter=letter,
        event_day=exchange.first_day,
        due_at=AT,
    )


def of_metz(state: str, **more: object) -> Exchange:
    edition = more.pop("edition", None) or edition_of_four()
    host = Cohort.objects.get(slug="metz")
    return ExchangeFactory(edition=edition, host=host, state=state, number=1, **more)


def member(slug: str, **more: object) -> User:
    return MembershipFactory(cohort=Cohort.objects.get(slug=slug), starts_on=SINCE, **more).user


@pytest.mark.django_db
class TestContributionMissing:
    def reached(self, exchange: Exchange) -> set[User]:
        return set(recipients(reminder(exchange, "contribution_missing", "exchange_contribution"), AT))

    @pytest.mark.parametrize("role", ["coordinator", "resident", "pilot", "ambassador", "relay", "elected"])
    def test_those_who_may_contribute_for_a_cohort_that_has_not(self, role: str):
        exchange = of_metz("registration_open")
        more = {"discipline": "design"} if role == "resident" else {}
        assert self.reached(exchange) == set()
        person = member("nantes", role=role, **more)
        assert self.reached(exchange) == {person}

    def test_the_admin_of_its_authority_too(self):
        exchange = of_metz("registration_open")
        authority = Cohort.objects.get(slug="nantes").authority
        admin = AuthorityAdminFactory(authority=authority, since=SINCE).user
        assert self.reached(exchange) == {admin}

    def test_not_once_it_has_contributed(self):
        exchange, silent = of_metz("registration_open"), None
        member("nantes")
        silent = member("toulouse")
        ContributionFactory(exchange=exchange, cohort=Cohort.objects.get(slug="nantes"))
        assert self.reached(exchange) == {silent}

    def test_nor_who_declined_nor_a_cohort_that_withdrew(self):
        exchange = of_metz("registration_open")
        RegistrationFactory(exchange=exchange, user=member("nantes"), state="declined")
        gone = CohortFactory(edition=exchange.edition, state="withdrawn", reason="Elections")
        MembershipFactory(cohort=gone, starts_on=SINCE)
        assert self.reached(exchange) == set()

    def test_somebody_whose_cohort_contributed_meanwhile_is_spared(self):
        exchange, person = of_metz("registration_open"), None
        person = member("nantes")
        asked = reminder(exchange, "contribution_missing", "exchange_contribution")
        assert refusal(asked, person, AT) == ""
        ContributionFactory(exchange=exchange, cohort=Cohort.objects.get(slug="nantes"))
        assert refusal(asked, person, AT) == "settled"


@pytest.mark.django_db
class TestCommitmentOwners:
    def reached(self, exchange: Exchange) -> set[User]:
        return set(recipients(reminder(exchange, "commitment_owners", "exchange_commitments"), AT))

    def test_owners_of_open_promises_of_the_edition(self):
        exchange = of_metz("held")
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
        assert self.reached(exchange) == {rows["open"].owner}


@pytest.mark.django_db
class TestWords:
    def written(self, exchange: Exchange, letter: str, user: User | None = None) -> LetterPart:
        return rendered(reminder(exchange, "told", letter), user or UserFactory(), "en")

    @pytest.mark.parametrize("letter", ["exchange_registration", "exchange_contribution"])
    def test_the_questions_go_with_the_invitation_and_the_call(self, letter: str):
        exchange = of_metz("registration_open")
        for text in ("Who pays?", "Who stays: 100%?"):
            QuestionFactory(exchange=exchange, text=text)
        asked = "The questions every cohort answers:\n– Who pays?\n– Who stays: 100%?"
        assert asked in self.written(exchange, letter).text.split("\n\n")

    def test_the_programme_day_by_day(self):
        exchange = of_metz("registration_closed")
        exchange.state = "registration_open"
        ProgrammeItemFactory(exchange=exchange, title="Welcome", place="Hall", speaker=exchange.host)
        ProgrammeItemFactory(exchange=exchange, title="Tables", day=2, starts_at=time(14), ends_at=time(16, 30))
        paragraphs = self.written(exchange, "exchange_programme").text.split("\n\n")
        assert paragraphs[2:4] == [
            "Tue 8 June 2027\n– 9:00 – 10:00, Welcome, Metz, Hall",
            "Wed 9 June 2027\n– 14:00 – 16:30, Tables",
        ]

    def test_minutes_and_who_promised_what(self):
        exchange = of_metz("held")
        MinutesFactory(exchange=exchange, text="We agreed.")
        owner = member("nantes", user=UserFactory(full_name="Camille"))
        CommitmentFactory(exchange=exchange, owner=owner, what="Send the guide", made_on=SINCE, due_on=date(2027, 3, 1))
        assert self.written(exchange, "exchange_report").text.split("\n\n") == [
            "The page of the Intertransfo has the minutes and the commitments.",
            "We agreed.",
            "Commitments made:\n– Camille: Send the guide (due 1 Mar 2027)",
        ]

    def test_long_minutes_are_cut(self):
        exchange = of_metz("held")
        MinutesFactory(exchange=exchange, text="word " * (MOST_WORDS + 50))
        assert self.written(exchange, "exchange_report").text.count("word") == MOST_WORDS

    def test_ones_own_open_promises(self):
        exchange, owner = of_metz("held"), None
        owner = member("nantes")
        promised = {"exchange": exchange, "made_on": SINCE, "due_on": date(2027, 3, 1)}
        CommitmentFactory(owner=owner, what="Send the guide", **promised)
        CommitmentFactory(owner=owner, what="Call", state="kept", closed_on=date(2027, 2, 1), **promised)
        CommitmentFactory(owner=member("metz"), what="Other", **promised)
        text = self.written(exchange, "exchange_commitments", owner).text
        assert text.split("\n\n")[1] == "– Send the guide (due 1 Mar 2027)"

    @pytest.mark.parametrize("letter", sorted(slug for slug, words in LETTERS.items() if words.names & WRITTEN.keys()))
    def test_what_there_is_none_of_is_left_out(self, letter: str):
        text = self.written(of_metz("held"), letter).text
        assert ("%(" in text, "\n\n\n" in text, text.endswith(":")) == (False, False, False)

    def test_the_thanks_lead_to_the_feedback(self):
        exchange = of_metz("held")
        assert self.written(exchange, "exchange_thanks").button == (
            "Give feedback",
            f"/exchanges/{exchange.pk}/feedback/",
        )

    def test_what_can_be_written_is_named_by_a_letter(self):
        named = {name for words in LETTERS.values() for name in words.names}
        assert set(WRITTEN) <= named

    def test_each_costs_one_statement(self, django_assert_num_queries: object):
        exchange, owner = of_metz("held"), UserFactory()
        exchange = Exchange.objects.with_place().get(pk=exchange.pk)
        with django_assert_num_queries(len(WRITTEN)):
            contents(WRITTEN, exchange, owner, "en")
