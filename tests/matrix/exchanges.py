"""Routes of the exchanges app."""

from tests.matrix import Row

ROUTES: dict[str, Row] = {}
