"""Publications in each of their states, and rules of approval."""

from datetime import UTC, date, datetime
from typing import Any

import factory

from publications.models import ApprovalRule, Publication, PublicationPicture, PublicName
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CREATED_ON
from tests.factories.files import AttachmentFactory
from tests.factories.prototypes import IdeaFactory

PUBLISHED_AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
ENDED_AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
FACTS = {
    "as_of": "2026-11-12",
    "authority": "Ville de Rivage",
    "cohort": "Rivage",
    "edition": "La Transfo 2026–2028",
    "latitude": 51.03,
    "longitude": 2.37,
    "reference": "RIV-001",
    "state": "implemented",
    "events": [
        {"state": "captured", "on": "2026-02-02", "precision": "day"},
        {"state": "implemented", "on": "2026-09-01", "precision": "month"},
    ],
    "tests": [
        {
            "version": 1,
            "on": "2026-05-04",
            "precision": "day",
            "people": 20,
            "comparator": ">=",
            "threshold": 75.0,
            "observed": 55.0,
            "percent": True,
            "result": "not_met",
            "decision": "adapt",
        }
    ],
    "live": [
        {"where": "Ville de Rivage", "scope": "full", "state": "live", "on": "2026-09-01", "precision": "day"},
    ],
}
TEXTS = {
    "title_fr": "Le rendez-vous sans dossier",
    "title_en": "The appointment without a file",
    "summary_fr": "Un message envoyé la veille dit les deux pièces à apporter.",
    "summary_en": "A message sent the day before says which two papers to bring.",
    "text_fr": "Deux personnes sur cinq repartaient du guichet.",
    "text_en": "Two people in five left the counter.",
}

MEASURE = {
    "measure_fr": "Pièces à fournir",
    "measure_en": "Papers to provide",
    "unit_fr": "pièces",
    "unit_en": "papers",
    "method_fr": "Comptées dans vingt dossiers.",
    "method_en": "Counted in twenty files.",
}
MEASURED = {"before": 12.0, "before_on": "2026-06-01", "after": 5.0, "after_on": "2026-11-02"}


class PublicationFactory(factory.django.DjangoModelFactory):
    """A draft about an idea, brought to `state` as the actions do; approved by a second person.

    `with_measure` is one of an idea with an indicator, as `measured_idea` returns it.
    """

    class Meta:
        model = Publication

    created_on = CREATED_ON
    kind = "ideas"
    facts = FACTS
    written_by = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class: type[Publication], *args: object, **kwargs: Any) -> Publication:
        state, approval = kwargs.pop("state", "draft"), kwargs.pop("approval", "second")
        with_picture = kwargs.pop("with_picture", False)
        if kwargs.pop("with_measure", False):
            kwargs = MEASURE | kwargs | {"indicator": kwargs["idea"].indicators.get()}
            kwargs["facts"] = kwargs["facts"] | {"measure": MEASURED}
        if kwargs["kind"] == "ideas":
            idea = kwargs.setdefault("idea", None) or IdeaFactory(
                **{"cohort": kwargs["cohort"]} if "cohort" in kwargs else {}
            )
            kwargs |= {"idea": idea, "cohort": idea.cohort, "slug": kwargs.get("slug") or idea.reference.lower()}
        row = super()._create(model_class, *args, **TEXTS | kwargs)
        if with_picture:
            PublicationPictureFactory(publication=row)
        if state != "draft":
            cls.submit(row, approval)
        if state not in {"draft", "submitted"}:
            cls.publish(row)
        if state in {"replaced", "withdrawn"}:
            row.state, row.ended_at, row.ended_by = state, ENDED_AT, row.published_by
            row.end_reason = "Une erreur" if state == "withdrawn" else ""
            row.save()
        return row

    @staticmethod
    def submit(row: Publication, approval: str = "second") -> Publication:
        row.state, row.approval, row.submitted_at, row.submitted_by = (
            "submitted",
            approval,
            PUBLISHED_AT,
            row.written_by,
        )
        row.save()
        return row

    @classmethod
    def publish(cls, row: Publication) -> Publication:
        """Publish a draft, or what was submitted."""
        if row.state == "draft":
            cls.submit(row)
        row.state, row.published_at, row.published_by = "published", PUBLISHED_AT, UserFactory()
        row.save()
        return row


class PublicationPictureFactory(factory.django.DjangoModelFactory):
    """A picture of the idea of a draft; `consent=` of the people on it."""

    class Meta:
        model = PublicationPicture

    publication = factory.SubFactory(PublicationFactory)
    alt_fr = "Un message sur un téléphone"
    alt_en = "A message on a phone"

    @classmethod
    def _create(cls, model_class: type[PublicationPicture], *args: object, **kwargs: Any) -> PublicationPicture:
        consent, idea = kwargs.pop("consent", "public"), kwargs["publication"].idea
        kwargs.setdefault("attachment", None)
        kwargs["attachment"] = kwargs["attachment"] or AttachmentFactory(about="idea", of=idea, consent=consent)
        return super()._create(model_class, *args, **kwargs)


class PublicNameFactory(factory.django.DjangoModelFactory):
    """A person who agreed on paper to be named on the page of a draft."""

    class Meta:
        model = PublicName

    publication = factory.SubFactory(PublicationFactory)
    name = "Ana Roy"
    agreed_on = date(2026, 11, 2)
    agreed_how = "paper"


class ApprovalRuleFactory(factory.django.DjangoModelFactory):
    """The rule that each publication needs a second person; with `authority`, its admin."""

    class Meta:
        model = ApprovalRule

    authority = None
    since = PUBLISHED_AT
