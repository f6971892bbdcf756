"""Routes of publications: leads and the admin of the authority prepare and approve; the public reads what is out."""

from collections.abc import Callable
from typing import Any

from tests.factories.cast import Cast
from tests.factories.public import PublicationFactory, PublicNameFactory
from tests.matrix import RouteRow
from tests.matrix.prototypes import READERS, idea

PUBLISHERS = "SCPA"


def version(state: str, *more: str) -> Callable[[Cast], list[Any]]:
    """Return the arguments of a page about a version in this state, which the ambassador wrote."""

    def arguments(cast: Cast) -> list[Any]:
        return [PublicationFactory(cohort=cast.cohort, written_by=cast["M"], state=state).pk, *more]

    return arguments


def published(cast: Cast) -> list[Any]:
    return ["en", "ideas", PublicationFactory(cohort=cast.cohort, state="published").slug]


def named(cast: Cast) -> list[Any]:
    name = PublicNameFactory(publication=PublicationFactory(cohort=cast.cohort))
    return [name.publication_id, name.pk]


def public_picture(cast: Cast) -> list[Any]:
    row = PublicationFactory(cohort=cast.cohort, with_picture=True, state="published")
    return [row.pictures.get().pk]


def of_version(state: str) -> RouteRow:
    return RouteRow(visible_to=READERS, usable_by=PUBLISHERS, post=True, args=version(state))


ROUTES: dict[str, RouteRow] = {
    "public:publications": RouteRow(),
    "public:write": RouteRow(
        visible_to=READERS, usable_by=PUBLISHERS, post=True, args=lambda cast: ["ideas", *idea(cast)]
    ),
    "public:publication": RouteRow(visible_to=READERS, args=version("submitted")),
    "public:preview": RouteRow(visible_to=READERS, args=version("draft", "fr")),
    "public:submit": of_version("draft"),
    "public:return_to_draft": of_version("submitted"),
    "public:publish": of_version("submitted"),
    "public:withdraw": of_version("published"),
    "public:discard": of_version("draft"),
    "public:pictures": of_version("draft"),
    "public:add_name": of_version("draft"),
    "public:withdraw_name": RouteRow(visible_to=READERS, usable_by=PUBLISHERS, post=True, args=named),
    "public:picture": RouteRow(public=True, args=public_picture),
    "public:lab_rule": RouteRow(usable_by="S", post=True),
    "public:authority_rule": RouteRow(usable_by="A", post=True, args=lambda cast: [cast.cohort.authority.slug]),
    "public:start": RouteRow(public=True, codes={"get": 302}),
    "public:home": RouteRow(public=True, args=lambda _cast: ["fr"]),
    "public:page": RouteRow(public=True, args=published),
    "public:feed": RouteRow(public=True, args=lambda _cast: ["fr"]),
    "public:sitemap": RouteRow(public=True),
    "public:figures": RouteRow(public=True, args=lambda _cast: ["fr"]),
    "robots": RouteRow(public=True),
}
