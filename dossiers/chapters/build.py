"""Build a dossier: the cover, the chapters that the person chose in the order of its kind, and the last page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import Lab
from canvases.models import Canvas
from cohorts.models import Cohort
from dossiers.chapters import cohorts, editions, figures, ideas, observations
from dossiers.chapters.collection import Collection, chapter, paragraphs
from dossiers.enums import LICENCE_TEXTS, PARTS, DossierAudience, DossierKind, Licence, Part
from dossiers.layout.blocks import Block, Cover, Document, Labels, Lead, Paragraph, Picture, Span, plain
from figures.number_formats import day
from programmes.enums import ProgrammeFamily
from programmes.models import Edition
from prototypes.models import Idea

Chapters = Mapping[Part, Callable[[], Iterable[Block]]]


def build(collection: Collection, language: str) -> Document:
    """Return the dossier with what its readers may see now; texts of the platform are in the active language."""
    dossier, subject = collection.dossier, collection.dossier.subject
    collection.step()
    chapters = _chapters(collection)
    blocks: list[Block] = []
    for part in PARTS[dossier.kind]:
        if collection.has(part) and part in chapters:
            blocks += chapter(_title(dossier.kind, part), chapters[part]())
            collection.step()
    blocks += chapter(_("Thanks"), (Paragraph(plain(part)) for part in paragraphs(dossier.thanks)))
    blocks += chapter(_("About this document"), _imprint(collection))
    # The cover and the last page come last: they show the first picture, and until when pictures may be shown.
    return Document(
        language=language,
        title=f"{dossier.kind.label}{_(':')} {_name(subject)}",
        author=_authority_or_programme(subject),
        made_on=collection.access.today,
        cover=_cover(collection),
        blocks=tuple(blocks),
        labels=Labels(
            contents=pgettext("of a document", "Contents"),
            page=pgettext("of a document", "Page"),
            unprintable=_(
                "Some characters are not in the fonts of this document: each is replaced by □. The ODT of the same"
                " dossier has them."
            ),
        ),
    )


def _chapters(collection: Collection) -> Chapters:
    """Return the chapters of the dossier by part; each reads the database when it is called."""
    subject = collection.dossier.subject
    if isinstance(subject, Idea):
        return _of_idea(collection, subject)
    return _of_cohort(collection, subject) if isinstance(subject, Cohort) else _of_edition(collection, subject)


def _of_idea(collection: Collection, idea: Idea) -> Chapters:
    """Return the chapters of the dossier of an idea. Raises Http404 if the person may not read it any more."""
    row = ideas.ideas_in(collection, Idea.objects.filter(pk=idea.pk)).first()
    if row is None:
        raise Http404
    canvases = Canvas.objects.filter(idea=idea)

    def about() -> Iterator[Block]:
        yield from ideas.summary(collection, row)
        yield from ideas.story(collection, row, level=2)

    return {
        Part.ABOUT: about,
        Part.OUTCOMES: lambda: ideas.outcomes(collection, row),
        Part.OBSERVATIONS: lambda: observations.canvas_blocks(collection, canvases),
    }


def _of_cohort(collection: Collection, cohort: Cohort) -> Chapters:
    """Return the chapters of the dossier of a cohort, or of the booklet of a residency."""
    rows = Idea.objects.filter(cohort=cohort)
    return {
        Part.ABOUT: lambda: cohorts.in_brief(collection, cohort),
        Part.FIGURES: lambda: figures.cohort_figures(collection, cohort),
        Part.PEOPLE: lambda: cohorts.people(collection, cohort),
        Part.METHOD: lambda: cohorts.method(collection, cohort),
        Part.OBSERVATIONS: lambda: observations.observations(collection, cohort),
        Part.IDEAS: lambda: ideas.idea_stories(collection, rows),
        Part.OUTCOMES: lambda: ideas.outcome_table(collection, rows),
    }


def _of_edition(collection: Collection, edition: Edition) -> Chapters:
    """Return the chapters of the dossier of an edition."""
    rows = Idea.objects.filter(cohort__edition=edition)
    return {
        Part.ABOUT: lambda: editions.in_brief(collection, edition),
        Part.FIGURES: lambda: figures.edition_figures(collection, edition),
        Part.COHORTS: lambda: editions.cohort_list(collection, edition),
        Part.OUTCOMES: lambda: ideas.outcome_table(collection, rows, with_cohort=True),
        Part.IDEAS: lambda: ideas.idea_stories(collection, rows),
        Part.EXCHANGES: lambda: editions.exchange_list(collection, edition),
        Part.METHOD: lambda: cohorts.format_facts(edition.format),
        Part.LESSONS: lambda: editions.lessons(collection, edition),
    }


def _title(kind: DossierKind, part: Part) -> str:
    """Return the heading of a chapter; the dossier of an idea has its own words for some."""
    of_idea = {Part.ABOUT: _("The idea"), Part.OUTCOMES: _("What became of the idea")}
    return of_idea.get(part, str(part.label)) if kind == DossierKind.IDEA else str(part.label)


def _name(subject: Idea | Cohort | Edition) -> str:
    """Return the name of what the dossier is about, as its title."""
    return subject.title if isinstance(subject, Idea) else str(subject)


def _authority_or_programme(subject: Idea | Cohort | Edition) -> str:
    """Return the name of the authority whose work it is; for an edition that of its programme."""
    if isinstance(subject, Edition):
        return str(subject.programme)
    return (subject.cohort if isinstance(subject, Idea) else subject).authority.name


def _cover(collection: Collection) -> Cover:
    """Return the first page: what the dossier is about, for whom, and the first picture if pictures were chosen."""
    dossier, subject = collection.dossier, collection.dossier.subject
    edition = subject if isinstance(subject, Edition) else _cohort(subject).edition
    lines = [
        cohorts.cohort_dates(subject) if isinstance(subject, Cohort) else "",
        made_on(collection),
        str(dossier.licence_label) if dossier.licence else "",
    ]
    family = edition.programme.family
    return Cover(
        kicker=f"{dossier.kind.label} · {edition.programme}",
        title=_name(subject),
        subtitle=" · ".join(filter(None, _subtitle(subject))),
        lines=tuple(filter(None, lines)),
        tone=ProgrammeFamily(family).tone,
        picture=_cover_picture(collection),
    )


def made_on(collection: Collection) -> str:
    """Return on which day and for whom the dossier was made, such as “Made on 3 May 2026 for the public”."""
    subject = collection.dossier.subject
    edition = subject if isinstance(subject, Edition) else _cohort(subject).edition
    words = {
        "day": day(collection.access.today),
        "person": collection.access.person,
        "authority": _authority_or_programme(subject),
        "edition": edition.name,
    }
    return str(_MADE_FOR[DossierAudience(collection.dossier.audience)]) % words


_MADE_FOR: Final = {
    DossierAudience.ME: gettext_lazy("Made on %(day)s for the personal use of %(person)s"),
    DossierAudience.AUTHORITY: gettext_lazy("Made on %(day)s for %(authority)s"),
    DossierAudience.EDITION: gettext_lazy("Made on %(day)s for the cohorts of %(edition)s"),
    DossierAudience.PUBLIC: gettext_lazy("Made on %(day)s for the public"),
}


def _subtitle(subject: Idea | Cohort | Edition) -> Iterator[str]:
    """Yield the parts of the line below the title: reference, authority and edition."""
    if isinstance(subject, Idea):
        yield subject.reference
    if not isinstance(subject, Edition):
        yield _authority_or_programme(subject)
        yield _cohort(subject).edition.name


def _cohort(subject: Idea | Cohort) -> Cohort:
    """Return the cohort that the dossier is about, or the one of its idea."""
    return subject.cohort if isinstance(subject, Idea) else subject


def _cover_picture(collection: Collection) -> Picture | None:
    """Return the picture of the cover: the first that the dossier shows, wider than tall; None without pictures."""
    picture = collection.first_picture
    return picture if picture and picture.width >= picture.height else None


def _imprint(collection: Collection) -> Iterator[Block]:
    """Yield what readers have to know about the document: for whom it is, until when pictures are shown, licence."""
    yield Lead(plain(made_on(collection)))
    if lab := Lab.objects.current():
        yield Paragraph(plain(lab.name))
    for text in _imprint_texts(collection):
        yield Paragraph(plain(text))
    licence = collection.dossier.licence
    if licence != Licence.NONE:
        address = LICENCE_TEXTS[licence]
        text = _("Licence: %(licence)s") % {"licence": collection.dossier.licence_label}
        yield Paragraph((Span(f"{text}\n"), Span(address, href=address)))


def _imprint_texts(collection: Collection) -> Iterator[str]:
    """Yield the sentences of the last page."""
    dossier = collection.dossier
    if dossier.audience in {DossierAudience.AUTHORITY, DossierAudience.EDITION}:
        yield _("This document is not published. Hand it on only to the readers it was made for.")
    if collection.access.sees_names:
        yield _("This document names people. Only the person who made it may keep it.")
    if not collection.access.is_inside:
        yield _("Each cohort decides what it shares with these readers. Ideas that are not shared are left out.")
    if collection.consent_ends:
        yield _("Pictures with people who can be recognised may be shown until %(day)s at the latest.") % {
            "day": day(collection.consent_ends)
        }
