"""Names of stakeholders, and of those who had their data erased."""

from typing import Any

from django.utils.translation import gettext as _

from web.text.names import ERASED_NAME, PersonName


class StakeholderName(PersonName):
    """A stakeholder's name; rows give “Erased stakeholder 12” for the stored name "#12"."""

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        """Return the stored name as people read it; Django calls it for each value it reads."""
        match = ERASED_NAME.fullmatch(value or "")
        return _("Erased stakeholder %(n)s") % {"n": match[1]} if match else value
