"""The card with the headline of public figures, which other sites may show in a frame."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import Lab
from cohorts.models import Cohort
from figures.implementation.context import headline_context
from figures.outcomes.queries import implementation_rates
from figures.scope.selection import FiguresScope
from figures.sharing.enums import Audience
from figures.sharing.models import FiguresConsent, FiguresConsentQuerySet
from programmes.models import Edition

WIDTH, HEIGHT = 400, 340  # pixels of the frame that we propose; the card fits from 240 to 600
CLOSED_POLICY: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class CardSubject:
    """Whose headline a card shows: that of a cohort, of an edition, or with neither that of all editions."""

    edition: Edition | None = None
    cohort: Cohort | None = None

    @property
    def title(self) -> str:
        """Return the heading of the card. A cohort’s own name is not public: its authority and edition are named."""
        if self.cohort:
            return f"{self.cohort.authority} — {self.cohort.edition}"
        return self.edition.name if self.edition else _("All editions")

    @property
    def path(self) -> str:
        """Return what the card's address ends in, such as "cohorts/dunkerque"; "" for all editions."""
        if self.cohort:
            return f"cohorts/{self.cohort.slug}"
        return f"editions/{self.edition.slug}" if self.edition else ""

    def href(self, language: str) -> str:
        """Return the address of the card in a language."""
        if not self.path:
            return reverse("publications:card_of_all", args=[language])
        return reverse("publications:card", args=[language, *self.path.split("/")])

    def consents(self) -> FiguresConsentQuerySet:
        """Return the consents to publish figures that cohorts of this card ever gave, withdrawn ones included."""
        rows = FiguresConsent.objects.filter(audience=Audience.PUBLIC)
        if self.cohort:
            return rows.filter(cohort=self.cohort)
        return rows.filter(cohort__edition=self.edition) if self.edition else rows


def subject_of(kind: str, slug: str) -> CardSubject | None:
    """Return the subject that an address names; None for an edition or a cohort that does not exist.

    `kind` is "editions" or "cohorts"; all editions without one. One statement at most.
    """
    if kind == "editions":
        edition = Edition.objects.filter(slug=slug).first()
        return CardSubject(edition=edition) if edition else None
    if kind == "cohorts":
        cohort = Cohort.objects.filter(slug=slug).select_related("authority", "edition").first()
        return CardSubject(cohort=cohort) if cohort else None
    return None if kind else CardSubject()


def published_subjects() -> Iterator[CardSubject]:
    """Yield the subjects with a card: all editions, then each edition and each cohort that publishes its figures.

    Yields nothing when no cohort publishes. One statement.
    """
    publishing = FiguresConsent.objects.open(Audience.PUBLIC).values("cohort")
    cohorts = (
        Cohort.objects.filter(pk__in=publishing)
        .select_related("authority", "edition")
        .order_by(Lower("authority__name"), "pk")
    )
    found = list(cohorts)
    if found:
        yield CardSubject()
    editions = {cohort.edition for cohort in found}
    latest_first = sorted(editions, key=lambda each: (each.starts_on or date.min, each.pk), reverse=True)
    yield from (CardSubject(edition) for edition in latest_first)
    yield from (CardSubject(cohort=cohort) for cohort in found)


def card_context(subject: CardSubject, today: date) -> dict[str, Any] | None:
    """Return the headline over the cohorts of the subject that publish their figures now; None where none does.

    Counts the same ideas as the page of public figures. Three statements.
    """
    publishing = frozenset(subject.consents().open().values_list("cohort", flat=True))
    if not publishing:
        return None
    scope = FiguresScope(None, subject.edition, subject.cohort, frozenset(), publishing, everyone=True)
    return {"subject": subject, "as_of": today, **headline_context(implementation_rates(scope=scope, as_of=today))}


def frame_policy() -> str:
    """Return the content security policy of a card: the sites of the lab's settings, or any, may frame it.

    It runs no script, sends no form, and loads one style sheet. One statement.
    """
    sites = Lab.objects.card_sites()
    ancestors = " ".join(["'self'", *sites]) if sites else "*"
    return f"{CLOSED_POLICY}; frame-ancestors {ancestors}"


def frame_html(subject: CardSubject, address: str) -> str:
    """Return the HTML that shows a card on another site, in the active language: `address` is that of the card."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" referrerpolicy="no-referrer"></iframe>',
        address,
        _("Implementation of ideas: %(whose)s") % {"whose": subject.title},
        WIDTH,
        HEIGHT,
    )
