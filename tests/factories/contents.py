"""Contents of exchanges: questions, contributions, matches, programme, minutes, commitments, feedback."""

from datetime import date, time

import factory

from exchanges.models import Commitment, Contribution, Feedback, Match, Minutes, ProgrammeItem, Question
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CREATED_ON, CohortFactory, MembershipFactory
from tests.factories.exchanges import NOON, ExchangeFactory, RegistrationFactory


class QuestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Question

    created_on = CREATED_ON
    exchange = factory.SubFactory(ExchangeFactory, state="registration_open")
    position = factory.Sequence(lambda n: n + 1)
    text = factory.Sequence(lambda n: f"Qui décide, cas {n} ?")


class ContributionFactory(factory.django.DjangoModelFactory):
    """A contribution of the host, unless `cohort` is given."""

    class Meta:
        model = Contribution

    created_on = CREATED_ON
    exchange = factory.SubFactory(ExchangeFactory, state="registration_open")
    cohort = factory.SelfAttribute("exchange.host")
    kind = "success"
    text = factory.Sequence(lambda n: f"Le guichet a changé {n}")
    author = factory.SubFactory(UserFactory)


class MatchFactory(factory.django.DjangoModelFactory):
    """An offer of the host and a request of another cohort of the edition."""

    class Meta:
        model = Match

    offer = factory.SubFactory(ContributionFactory, kind="offer")
    request = factory.LazyAttribute(
        lambda row: ContributionFactory(
            exchange=row.offer.exchange, cohort=CohortFactory(edition=row.offer.exchange.edition), kind="request"
        )
    )
    made_by = factory.SubFactory(UserFactory)


class ProgrammeItemFactory(factory.django.DjangoModelFactory):
    """The first hour of the first day."""

    class Meta:
        model = ProgrammeItem

    exchange = factory.SubFactory(ExchangeFactory, state="registration_open")
    day = 1
    starts_at = time(9)
    ends_at = time(10)
    title = factory.Sequence(lambda n: f"Accueil {n}")


class MinutesFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Minutes

    created_on = CREATED_ON
    exchange = factory.SubFactory(ExchangeFactory, state="held")
    text = "Ce qui a été dit."
    written_by = factory.SubFactory(UserFactory)
    written_at = NOON


class CommitmentFactory(factory.django.DjangoModelFactory):
    """A commitment of a member of the host cohort, unless `owner` is given: created open, then closed in `state`."""

    class Meta:
        model = Commitment

    created_on = CREATED_ON
    exchange = factory.SubFactory(ExchangeFactory, state="held")
    cohort = factory.SelfAttribute("exchange.host")
    owner = factory.LazyAttribute(lambda row: MembershipFactory(cohort=row.exchange.host).user)
    what = factory.Sequence(lambda n: f"Envoyer le guide {n}")
    made_on = date(2026, 11, 24)
    due_on = date(2027, 1, 15)
    state = "open"

    @classmethod
    def _create(cls, model_class: type[Commitment], *args: object, **kwargs: object) -> Commitment:
        state, closed_on = kwargs.pop("state"), kwargs.pop("closed_on", date(2026, 12, 1))
        row = super()._create(model_class, *args, state="open", **kwargs)
        if state != "open":
            row.state, row.closed_on, row.reason = state, closed_on, "No time" if state == "dropped" else ""
            row.save()
        return row


class FeedbackFactory(factory.django.DjangoModelFactory):
    """Feedback of someone who attended a held exchange."""

    class Meta:
        model = Feedback

    registration = factory.LazyAttribute(
        lambda row: RegistrationFactory(exchange=ExchangeFactory(state="held"), state="attended")
    )
    useful = 4
    time_together = 3
    organisation = 5
