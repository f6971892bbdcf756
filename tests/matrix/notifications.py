"""Routes of the notifications app."""

from tests.matrix import Row

ROUTES: dict[str, Row] = {}
