"""Actions on dossiers: request one, record what its file holds."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from dossiers.enums import DossierKind
from dossiers.models import Dossier, kind_of
from dossiers.permissions import audience_decisions
from files.exports.actions import RETENTION, request_export
from files.models import Export
from files.uploads.quotas import lock_quota
from programmes.models import Edition
from prototypes.models import Idea
from web.actions import action
from web.dates.clock import platform_day, today_everywhere
from web.decisions import enforce
from web.errors import DomainError

KIND_PREFIX: Final = "dossier-"  # of the kinds of exports, before the format
MAX_UNDER_WAY: Final = 3
STEPS: Final = 12  # about as many as a dossier has; the worker corrects the number
RETAINED: Final = RETENTION + timedelta(days=1)  # a day longer than the file
TOO_MANY: Final = gettext_lazy("Three of your dossiers are being made. Wait until one of them is ready.")


@action(gettext_lazy("Dossier requested"))
def request_dossier(
    *,
    subject: Idea | Cohort | Edition,
    audience: str,
    parts: Collection[str],
    language: str,
    file_format: str,
    by: User,
    at: datetime,
    licence: str = "",
    people_named: str = "",
    thanks: str = "",
) -> Export:
    """Request a dossier of the subject for a circle of readers, and wake the worker that writes it; return its export.

    When the same dossier is being made for the person, its export is returned instead. Raises Refused where the person
    `by` may not make one for these readers, DomainError while three are being made.
    """
    enforce(audience_decisions(subject, by, today_everywhere(at))[audience])  # type: ignore[index] # of DossierAudience, which are texts
    lock_quota(by)  # so that of two requests of a person the second sees the first
    texts = {"licence": licence, "people_named": people_named, "thanks": thanks}
    choices = {"person": by, _column(subject): subject, "audience": audience, "parts": list(parts), **texts}
    kind, under_way = f"{KIND_PREFIX}{file_format}", Export.objects.under_way().filter(person=by)
    same = [f"dossier={pk}" for pk in Dossier.objects.filter(**choices).values_list("pk", flat=True)]
    if export := under_way.filter(kind=kind, language=language, query__in=same).first():
        return export
    if under_way.filter(kind__startswith=KIND_PREFIX).count() >= MAX_UNDER_WAY:
        raise DomainError(TOO_MANY)
    dossier = Dossier.objects.create(requested_at=at, **choices)
    return request_export(
        kind=kind,
        file_format=file_format,
        language=language,
        query=f"dossier={dossier.pk}",
        name=file_name(subject, file_format, at),
        rows=STEPS,
        by=by,
        at=at,
    )


def _column(subject: Idea | Cohort | Edition) -> str:
    """Return the name of the column of a dossier that refers to the subject."""
    return str(subject._meta.model_name)


def file_name(subject: Idea | Cohort | Edition, file_format: str, at: datetime) -> str:
    """Return the name of the file: what it is, its subject and the day: “dossier-pdl-003-2026-11-24.pdf”."""
    stem = _("booklet") if kind_of(subject) == DossierKind.RESIDENCY else _("dossier")
    about = slugify(subject.reference if isinstance(subject, Idea) else subject.slug)[:60]
    return f"{stem}-{about}-{platform_day(at).isoformat()}.{file_format}"


@action(gettext_lazy("Contents of a dossier recorded"))
def record_contents(*, dossier: Dossier, contents: Mapping[str, Collection[int]], by: None) -> None:
    """Record what the written file shows, as ids by kind, to be checked before it is downloaded."""
    dossier.contents = {kind: sorted(ids) for kind, ids in contents.items()}
    dossier.save(update_fields=["contents"])


def purge_dossiers(*, at: datetime, dry_run: bool = False) -> int:
    """Delete the rows of dossiers requested more than eight days before `at`, and return how many.

    With `dry_run`, only count them. Their files are gone by then.
    """
    old = Dossier.objects.filter(requested_at__lt=at - RETAINED)
    return old.count() if dry_run else old.delete()[0]
