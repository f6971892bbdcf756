"""Personal data of costs: the statements that a person issued."""

from django.utils.translation import gettext_lazy

from accounts.hooks import PersonalData
from accounts.privacy.personal_data import row_reader
from cohorts.models import Statement

STATEMENTS = PersonalData(
    gettext_lazy("Statements to funders you issued"),
    row_reader(lambda user: Statement.objects.filter(issued_by=user), "number", "first_day", "last_day", "issued_on"),
    covers=("cohorts.Statement.issued_by",),
)
