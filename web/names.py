"""Names in the order people read them: É beside E, capitals or not."""

from django.contrib.postgres.lookups import Unaccent
from django.db.models.functions import Lower


def by_name(column: str = "name") -> tuple[Lower, str]:
    """What to give to `order_by`; rows that share a name stay in the order they were made."""
    return Lower(Unaccent(column)), "pk"
