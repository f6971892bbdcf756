"""The groups into which a reader's cohorts fall: by kind of authority, by edition, by format version."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Final, NamedTuple

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.models import Cohort
from figures.scope.sentences import Coverage, authority_names
from programmes.enums import AuthorityKind
from programmes.models import Format


class Grouping(models.TextChoices):
    """What the cohorts of one group have in common."""

    KIND = "kind", gettext_lazy("Kind of authority")
    EDITION = "edition", gettext_lazy("Edition")
    FORMAT = "format", gettext_lazy("Format")


@dataclass(frozen=True, slots=True)
class Group:
    """The cohorts with one thing in common: those that are `counted`, and those `withheld` as they do not share.

    `slug` names the group in the query string; `href` is its page, "" without one.
    """

    slug: str
    name: str
    href: str
    counted: tuple[Cohort, ...]
    withheld: tuple[Cohort, ...]

    @property
    def coverage(self) -> Coverage:
        """The names of the authorities that are counted in the group, and of those that are not."""
        return Coverage(authority_names(self.counted), authority_names(self.withheld))


def groups_of(grouping: Grouping, counted: Iterable[Cohort], withheld: Iterable[Cohort]) -> list[Group]:
    """Return the groups of the cohorts: kinds by name, editions by first day, formats by programme and version.

    The order never depends on results. Cohorts known from publications are in no group. One statement for formats, none
    for the others.
    """
    members = defaultdict[str, tuple[list[Cohort], list[Cohort]]](lambda: ([], []))
    key, heads = GROUPINGS[grouping]
    for number, cohorts in enumerate((counted, withheld)):
        for cohort in cohorts:
            if not cohort.retrospective:
                members[key(cohort)][number].append(cohort)
    cohorts = [cohort for lists in members.values() for cohort in chain(*lists)]
    return [Group(*head, *map(tuple, members[head.slug])) for head in heads(cohorts)]


class GroupHead(NamedTuple):
    """What a group is called: the start of a `Group`."""

    slug: str
    name: str
    href: str = ""


def _kinds(cohorts: list[Cohort]) -> list[GroupHead]:
    """Return the kinds of authorities of the cohorts, by name."""
    kinds = {cohort.authority.kind for cohort in cohorts}
    heads = [GroupHead(kind, capfirst(str(AuthorityKind(kind).label))) for kind in kinds]
    return sorted(heads, key=lambda head: head.name.casefold())


def _editions(cohorts: list[Cohort]) -> list[GroupHead]:
    """Return the editions of the cohorts, by first day and name."""
    editions = {cohort.edition for cohort in cohorts}
    in_order = sorted(editions, key=lambda edition: (edition.starts_on or date.min, edition.name, edition.pk))
    return [GroupHead(edition.slug, edition.name, edition.get_absolute_url()) for edition in in_order]


def _formats(cohorts: list[Cohort]) -> list[GroupHead]:
    """Return the format versions of the cohorts' editions, by programme and version; one statement."""
    wanted = Format.objects.filter(pk__in={cohort.edition.format_id for cohort in cohorts}).select_related("programme")
    in_order = sorted(wanted, key=lambda version: (version.programme.name, version.programme_id, version.version))
    return [GroupHead(str(version.pk), _format_name(version), version.get_absolute_url()) for version in in_order]


def _format_name(version: Format) -> str:
    """Return the name of a format version with that of its programme: “La Transfo, version 2”."""
    return _("%(programme)s, version %(number)s") % {"programme": version.programme, "number": version.version}


# By grouping: the slug of a cohort's group, and the groups of all cohorts in their order.
GROUPINGS: Final[Mapping[Grouping, tuple[Callable[[Cohort], str], Callable[[list[Cohort]], list[GroupHead]]]]] = {
    Grouping.KIND: (lambda cohort: cohort.authority.kind, _kinds),
    Grouping.EDITION: (lambda cohort: cohort.edition.slug, _editions),
    Grouping.FORMAT: (lambda cohort: str(cohort.edition.format_id), _formats),
}
