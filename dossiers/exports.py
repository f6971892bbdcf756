"""Dossiers as exports: what the worker writes, and the check whether its person may still have the file."""

from collections.abc import Callable
from functools import partial
from typing import IO, Final

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort
from dossiers.actions import KIND_PREFIX, record_contents
from dossiers.chapters.build import build
from dossiers.chapters.collection import Collection
from dossiers.layout.blocks import Document
from dossiers.models import Dossier
from dossiers.permissions import audience_decisions
from dossiers.visibility import AudienceAccess
from dossiers.writers.pdf import write_pdf
from files.registries import ExportKind
from programmes.models import Edition
from prototypes.models import Idea
from web.database.keys import key_of
from web.dates.clock import platform_today, today_everywhere
from web.errors import DomainError
from web.exports.documents import WrittenDocument
from web.text.language import active_language

Writer = Callable[[Document, IO[bytes], Callable[[], None]], None]


def write_odt(document: Document, file: IO[bytes], step: Callable[[], None]) -> None:
    """Write the document as ODT, as `dossiers.writers.odt` does."""
    from dossiers.writers import odt  # noqa: PLC0415 - its libraries take 9 MiB in every process that imports this

    odt.write_odt(document, file, step)


WRITERS: Final[dict[str, Writer]] = {"odt": write_odt, "pdf": write_pdf}
NO_LONGER_READABLE: Final = _("Something in this dossier may no longer be shown. Make a new dossier.")


def dossier_of(person: User, query: QueryDict) -> Dossier:
    """Return the person's own dossier that a stored query names. Raises DomainError if there is none."""
    related = ("idea__cohort", "cohort", "edition")
    rows = Dossier.objects.visible_to(person).select_related(
        *(f"{path}__edition__{row}" for path in related[:2] for row in ("programme", "format")),
        *(f"{path}__authority" for path in related[:2]),
        *("edition__programme", "edition__format"),
    )
    dossier = rows.filter(pk=key_of(query.get("dossier", "")) or 0).first()
    if dossier is None:
        raise DomainError(NO_LONGER_READABLE)
    return dossier


def access_of(dossier: Dossier) -> AudienceAccess:
    """Return what the readers of a dossier may see today, of what the person who made it may read."""
    return AudienceAccess(
        dossier.person, dossier.audience, platform_today(), about_edition=dossier.edition_id is not None
    )


def prepare(write: Writer, person: User, query: QueryDict) -> WrittenDocument:
    """Return the dossier that a query names, for the worker, with the person's rights of this moment.

    Raises DomainError when the person may no longer make it for its readers, or when something that the written file
    holds may not be shown to them any more.
    """
    dossier = dossier_of(person, query)
    dossier.person = person
    subject = type(dossier.subject)._default_manager.visible_to(person).filter(pk=dossier.subject.pk)
    allowed = audience_decisions(dossier.subject, person, today_everywhere()).get(dossier.audience)  # type: ignore[call-overload]
    if not (subject.exists() and allowed) or contains_hidden_content(dossier):
        raise DomainError(NO_LONGER_READABLE)
    return WrittenDocument(partial(_write, write, dossier))


def _write(write: Writer, dossier: Dossier, file: IO[bytes], report: Callable[[int], None]) -> None:
    """Collect the dossier, record what it shows, and write it into an open file."""
    collection = Collection(dossier, access_of(dossier), report)
    try:
        document = build(collection, active_language())
    except Http404 as error:
        raise DomainError(NO_LONGER_READABLE) from error
    record_contents(dossier=dossier, contents=collection.contents, by=None)
    write(document, file, collection.step)
    collection.step()


def contains_hidden_content(dossier: Dossier) -> bool:
    """Return whether the written file shows something that its readers may not see now.

    At most seven statements; for oneself, some for each object with pictures.

    Ideas and canvases that are no longer shared, figures of cohorts that stopped sharing, pictures that were withdrawn
    or whose consent ended. False while nothing is written.
    """
    access, contents = access_of(dossier), dossier.contents
    for kind, rows in (("ideas", access.ideas), ("canvases", access.canvases), ("sessions", access.sessions)):
        ids = contents.get(kind, [])
        if ids and rows().filter(pk__in=ids).count() < len(ids):
            return True
    if contents.get("cohorts") and not set(contents["cohorts"]) <= access.countable_ids(_edition(dossier)):
        return True
    return bool(contents.get("pictures")) and access.hides_one_of(contents["pictures"])


def _edition(dossier: Dossier) -> Edition:
    """Return the edition that the dossier is about, or that of its cohort or idea."""
    if isinstance(dossier.subject, Edition):
        return dossier.subject
    cohort = dossier.subject.cohort if isinstance(dossier.subject, Idea) else dossier.subject
    return cohort.edition


def _href(query: QueryDict) -> str:
    """Return the page that a dossier was requested on; "" if it is gone."""
    rows = Dossier.objects.select_related("cohort", "edition").filter(pk=key_of(query.get("dossier", "")) or 0)
    if (dossier := rows.first()) is None:
        return ""
    if dossier.idea_id:
        return reverse("dossiers:idea_dossier", args=[dossier.idea_id])
    name = "dossiers:cohort_dossier" if isinstance(dossier.subject, Cohort) else "dossiers:edition_dossier"
    return reverse(name, args=[dossier.subject.slug])  # type: ignore[union-attr]


KINDS: Final = {
    f"{KIND_PREFIX}{file_format}": ExportKind(label=_("Dossier"), prepare=partial(prepare, writer), href=_href)
    for file_format, writer in WRITERS.items()
}
