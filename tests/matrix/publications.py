"""Routes of publications: leads and the admin of the authority prepare and approve; the public reads what is out."""

from collections.abc import Callable
from typing import Any

from figures.sharing.models import FiguresConsent
from tests.factories.cast import NOW, Cast
from tests.factories.figures import FiguresConsentFactory
from tests.factories.publications import PublicationFactory, PublicNameFactory
from tests.matrix import RouteRow
from tests.matrix.prototypes import READERS, idea

PUBLISHERS = "SCPA"


def version(state: str, *more: str, **columns: Any) -> Callable[[Cast], list[Any]]:
    """Return the arguments of a page about a version in this state, which the ambassador wrote."""

    def arguments(cast: Cast) -> list[Any]:
        return [PublicationFactory(cohort=cast.cohort, written_by=cast["M"], state=state, **columns).pk, *more]

    return arguments


def published(cast: Cast) -> list[Any]:
    return ["en", "ideas", PublicationFactory(cohort=cast.cohort, state="published").slug]


def named(cast: Cast) -> list[Any]:
    name = PublicNameFactory(publication=PublicationFactory(cohort=cast.cohort))
    return [name.publication_id, name.pk]


def card(cast: Cast) -> list[Any]:
    if not FiguresConsent.objects.filter(cohort=cast.cohort, audience="public").exists():
        FiguresConsentFactory(cohort=cast.cohort, audience="public")
    return ["fr", "cohorts", cast.cohort.slug]


def public_picture(cast: Cast) -> list[Any]:
    row = PublicationFactory(cohort=cast.cohort, with_picture=True, state="published")
    return [row.pictures.get().pk]


def of_version(state: str) -> RouteRow:
    return RouteRow(visible_to=READERS, usable_by=PUBLISHERS, post=True, args=version(state))


ROUTES: dict[str, RouteRow] = {
    "publications:publications": RouteRow(),
    "publications:write": RouteRow(
        visible_to=READERS, usable_by=PUBLISHERS, post=True, args=lambda cast: ["ideas", *idea(cast)]
    ),
    "publications:publication": RouteRow(visible_to=READERS, args=version("submitted")),
    "publications:preview": RouteRow(visible_to=READERS, args=version("draft", "fr")),
    "publications:submit": of_version("draft"),
    "publications:return_to_draft": of_version("submitted"),
    "publications:publish": of_version("submitted"),
    "publications:withdraw": of_version("published"),
    "publications:discard": of_version("draft"),
    "publications:pictures": of_version("draft"),
    "publications:add_name": of_version("draft"),
    "publications:withdraw_name": RouteRow(visible_to=READERS, usable_by=PUBLISHERS, post=True, args=named),
    "publications:check_names": RouteRow(
        visible_to=READERS, usable_by="S", post=True, args=version("published", names_to_check_since=NOW)
    ),
    "publications:picture": RouteRow(public=True, args=public_picture),
    "publications:lab_rule": RouteRow(usable_by="S", post=True),
    "publications:authority_rule": RouteRow(usable_by="A", post=True, args=lambda cast: [cast.cohort.authority.slug]),
    "publications:start": RouteRow(public=True, codes={"get": 302}),
    "publications:home": RouteRow(public=True, args=lambda _cast: ["fr"]),
    "publications:page": RouteRow(public=True, args=published),
    "publications:feed": RouteRow(public=True, args=lambda _cast: ["fr"]),
    "publications:sitemap": RouteRow(public=True),
    "publications:figures": RouteRow(public=True, args=lambda _cast: ["fr"]),
    "publications:embed": RouteRow(public=True, args=lambda _cast: ["fr"]),
    "publications:card_of_all": RouteRow(public=True, args=lambda cast: card(cast)[:1]),
    "publications:card": RouteRow(public=True, args=card),
    "robots": RouteRow(public=True),
}
