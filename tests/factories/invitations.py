"""Invitations, and the tokens of their links, which the database does not store."""

from datetime import datetime, timedelta
from uuid import uuid4

import factory

from accounts.models import User
from cohorts.invitations.tokens import token_of
from cohorts.models import Invitation
from tests.factories.cast import NOW
from tests.factories.cohorts import CohortFactory
from web.security.link_tokens import hash_token

A_DAY = timedelta(days=1)


class AwaitedFactory(factory.django.DjangoModelFactory):
    """An invited person who has not accepted yet and cannot sign in."""

    class Meta:
        model = User

    full_name = factory.Sequence(lambda n: f"Sacha Attendu{n}")
    email = factory.Sequence(lambda n: f"awaited{n}@people.example")
    password = "!"
    is_active = False
    joined = False


class InvitationFactory(factory.django.DjangoModelFactory):
    """A pending invitation as ambassador, sent at ten on 24 November 2026."""

    class Meta:
        model = Invitation

    cohort = factory.SubFactory(CohortFactory)
    person = factory.SubFactory(AwaitedFactory)
    email = factory.SelfAttribute("person.email")
    full_name = factory.SelfAttribute("person.full_name")
    role = "ambassador"
    language = "en"
    seed = factory.LazyFunction(uuid4)
    token_hash = factory.LazyAttribute(lambda row: hash_token(token_of(row.seed, 1, row.email)))
    invited_at = NOW
    sent_at = factory.SelfAttribute("invited_at")
    expires_at = factory.LazyAttribute(lambda row: end_of(row.invited_at))


def end_of(at: datetime) -> datetime:
    """Return midnight in Paris (in winter) after fourteen full days."""
    return at.replace(hour=23, minute=0, second=0, microsecond=0) + 14 * A_DAY


def token(row: Invitation) -> str:
    """Return the token in the latest e-mail of the invitation."""
    return token_of(row.seed, row.version, row.email)


def link(row: Invitation) -> str:
    return f"/invitations/{token(row)}/"
