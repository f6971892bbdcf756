"""Actions on releases of open data: make one, and replace one when something in it was withdrawn."""

from datetime import date, datetime
from hashlib import sha256
from typing import Final

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from figures.models import FiguresConsent
from files import storage
from files.enums import StoredSize
from opendata.content import PublicContent, content_of, read_content
from opendata.models import Release, ReleasePart
from opendata.packages import PackageVersion, as_zip, package_files
from programmes.models import Edition
from publications.models import Publication
from web.actions import action
from web.database.after_commit import after_commit
from web.dates.clock import platform_day
from web.errors import DomainError
from web.forms.row_changes import lock_row
from web.pages.hot_pages import drop_all

NOTHING_PUBLIC: Final = _("Nothing is public yet, so there is nothing to release.")
RELEASED_ALREADY: Final = _("A release with the figures of this day exists already. A release never changes.")


@action(_("Open data released"))
def make_release(*, edition: Edition | None, as_of: date, by: User | None, at: datetime) -> Release:
    """Freeze what is public of an edition, or without one of all, with the figures as of a day; return the release.

    Raises DomainError where nothing is public, and where there is a release of this day already.
    """
    if Release.objects.of(edition).current().filter(as_of=as_of).exists():
        raise DomainError(RELEASED_ALREADY)
    content = read_content(edition, as_of=as_of, today=platform_day(at))
    if content.is_empty:
        raise DomainError(NOTHING_PUBLIC)
    return _release(content, is_reissue=False, by=by, at=at)


@action(_("Release of open data replaced"))
def reissue_release(*, release: Release, by: None, at: datetime) -> Release | None:
    """End a release of which something was withdrawn, and return the next issue with the rest; None if nothing is left.

    Figures are those as of its day, as they were known when it was first made (`first_made_at`). Nothing happens to a
    release that is ended, or of which nothing was withdrawn.
    """
    row, today = lock_row(release), platform_day(at)
    gone = row.parts.withdrawn(today)
    if row.ended_at or not gone.exists():
        return None
    left, known_at = row.parts.exclude(pk__in=gone.values("pk")), first_made_at(row)
    content = content_of(
        row.edition,
        versions=Publication.objects.filter(pk__in=left.values("publication")),
        consents=list(FiguresConsent.objects.filter(pk__in=left.values("consent")).select_related("cohort__edition")),
        as_of=row.as_of,
        public_on=platform_day(known_at),
        known_at=known_at,
    )
    stored, row.stored, row.ended_at = row.stored, "", at
    row.save(update_fields=["stored", "ended_at"])
    after_commit(storage.remove, stored)
    after_commit(drop_all)
    return None if content.is_empty else _release(content, is_reissue=True, by=by, at=at)


def first_made_at(release: Release) -> datetime:
    """Return when the release was made, or the first of those that it replaces.

    A release that replaces another is made at the moment at which that one ends. One that is made later, after nothing
    was left of the one before, replaces none.
    """
    made_at = release.made_at
    for earlier in Release.objects.issued_before(release):
        if earlier.ended_at != made_at:
            break
        made_at = earlier.made_at
    return made_at


def _release(content: PublicContent, *, is_reissue: bool, by: User | None, at: datetime) -> Release:
    """Store the package of the content as the next issue of its day, then save the row and what it holds."""
    earlier = Release.objects.of(content.edition).filter(as_of=content.as_of)
    row = Release(edition=content.edition, as_of=content.as_of, made_at=at, made_by=by)
    row.issue = (earlier.aggregate(last=Max("issue"))["last"] or 0) + 1
    package = as_zip(package_files(content, PackageVersion(row.name, is_reissue=is_reissue)))
    row.size, row.sha256 = len(package), sha256(package).hexdigest()
    row.stored = storage.store({StoredSize.FULL: package})
    row.save()
    parts = [
        ReleasePart(release=row, publication=version, digest=vars(version)["text_digest"])
        for version in content.versions
    ]
    parts += [ReleasePart(release=row, consent=consent) for consent in content.consents]
    ReleasePart.objects.bulk_create(parts)
    after_commit(drop_all)
    return row
