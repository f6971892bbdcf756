"""Routes of open data: anyone reads packages and the catalogue; lab staff make releases."""

from typing import Any

from tests.factories.cast import Cast
from tests.factories.publications import PublicationFactory
from tests.matrix import RouteRow


def with_something_public(*args: str) -> Any:
    """Return the arguments of a page, once a version of the cohort is published."""

    def arguments(cast: Cast) -> list[Any]:
        PublicationFactory(cohort=cast.cohort, state="published")
        return list(args)

    return arguments


def published_page(file_format: str) -> Any:
    """Return the arguments of the data of a public page."""
    return lambda cast: ["ideas", PublicationFactory(cohort=cast.cohort, state="published").slug, file_format]


ROUTES: dict[str, RouteRow] = {
    "opendata:home": RouteRow(public=True, args=lambda _cast: ["fr"]),
    "opendata:dataset": RouteRow(public=True, args=with_something_public("en", "transfo-2026")),
    "opendata:file": RouteRow(public=True, args=with_something_public("all", "latest", "publications.csv")),
    "opendata:page_data": RouteRow(public=True, args=published_page("csv")),
    "opendata:catalogue": RouteRow(public=True),
    "opendata:releases": RouteRow(),
    "opendata:make": RouteRow(usable_by="S", post=True, args=with_something_public()),
}
