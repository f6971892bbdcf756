"""Numbers of rows, several of them in one statement."""

from django.db.models import IntegerField, Subquery


class RowCount(Subquery):
    """The number of rows of a queryset, as a column."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
