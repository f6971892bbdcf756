"""Calls for authorities, and applications to them, brought to a state through all states before it."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import factory

from cohorts.calls.links import link_columns, token_of_application
from cohorts.models import Application, ApplicationPerson, ApplicationRating, Call, CallReviewer
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY
from tests.factories.invitations import AwaitedFactory

TEXTS = {
    "authority_name": "Ville des Dunes",
    "siren": "356000000",
    "contact_name": "Ada Dune",
    "contact_role": "Cheffe de projet",
    "need": "Des familles renoncent à leurs droits",
    "challenge": "Comment les familles trouvent-elles une place en crèche ?",
    "sponsors": "La maire et le directeur",
    "site": "École des Dunes",
}


class CallFactory(factory.django.DjangoModelFactory):
    """A published call that is open on 24 November 2026, with two criteria; `state="draft"` leaves it a draft."""

    class Meta:
        model = Call

    slug = factory.Sequence(lambda n: f"appel-{n}")
    title_fr = "Dix collectivités pour La Transfo"
    title_en = "Ten authorities for La Transfo"
    text_fr = "Le laboratoire cherche des collectivités."
    text_en = "The lab is looking for authorities."
    criteria_fr = ["Soutien de la direction", "Place des usagers"]
    criteria_en = ["Support of the management", "Place of users"]
    opens_on = date(2026, 11, 2)
    closes_on = date(2026, 12, 18)

    @classmethod
    def _create(cls, model_class: type[Call], *args: Any, **fields: Any) -> Call:
        state = fields.pop("state", "published")
        row = super()._create(model_class, *args, **fields)
        for each in {"draft": [], "published": ["published"], "closed": ["published", "closed"]}[state]:
            row.state, row.published_at = each, NOW
            row.save()
        return row


class CallReviewerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CallReviewer

    call = factory.SubFactory(CallFactory)
    user = factory.SubFactory(UserFactory)


class ApplicationFactory(factory.django.DjangoModelFactory):
    """An application that was sent, of someone without an account; each has a SIREN of its own only if one is given."""

    class Meta:
        model = Application

    call = factory.SubFactory(CallFactory)
    user = factory.SubFactory(AwaitedFactory)
    created_at = NOW - timedelta(days=3)

    @classmethod
    def _create(cls, model_class: type[Application], *args: Any, **fields: Any) -> Application:
        state, named = fields.pop("state", "submitted"), fields.pop("people", [])
        expires_at, decided_by = fields.pop("link_expires_at", NOW + timedelta(days=30)), fields.pop("decided_by", None)
        name = f"Ville des Dunes {fields['user'].pk}"
        texts = {
            **TEXTS,
            "authority_name": name,
            "siren": None,
            **{name: fields.pop(name) for name in TEXTS if name in fields},
        }
        link = link_columns(uuid4(), 1, fields["user"].email, expires_at)
        row = super()._create(model_class, *args, **fields, **link)
        if state == "unconfirmed":
            return row
        _move(row, state="draft", **texts)
        for role, person in named or [("ambassador", "Lea")]:
            email = f"{person.lower()}{row.pk}@people.example"
            ApplicationPerson.objects.create(application=row, full_name=person, email=email, role=role)
        if state == "draft":
            return row
        if state == "withdrawn":
            return _move(row, state="withdrawn", ended_at=NOW)
        _move(row, state="submitted", submitted_on=TODAY - timedelta(days=1))
        if state == "submitted":
            return row
        return _move(row, state=state, ended_at=NOW, decided_by=decided_by or UserFactory(), reason="Un projet mûr")


def _move(row: Application, **values: Any) -> Application:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


class ApplicationRatingFactory(factory.django.DjangoModelFactory):
    """What a reviewer gave for the first criterion."""

    class Meta:
        model = ApplicationRating

    application = factory.SubFactory(ApplicationFactory)
    reviewer = factory.LazyAttribute(lambda row: CallReviewerFactory(call=row.application.call))
    criterion = 0
    points = 4
    sentence = "La direction est là"


def link_of(row: Application, more: str = "") -> str:
    """Return the path that the latest link of the application opens."""
    row = Application.objects.select_related("user").get(pk=row.pk)
    return f"/own-application/{token_of_application(row)}/{more}"
