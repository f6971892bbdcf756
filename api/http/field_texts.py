"""What the OpenAPI document adds to the fields of forms: when some are required, and examples. Both by field name."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

# Of fields that forms ask for some rows only.
CONDITIONS: Final[Mapping[str, StrOrPromise]] = {
    "successes": _("required if the unit of the test is %"),
    "observed_value": _("required for any other unit than %"),
    "criterion_change_reason": _("required if an earlier test of this measure has another criterion"),
}
EXAMPLES: Final[Mapping[str, Any]] = {
    "abandoned_for": "too_costly",
    "authority": 2,
    "baseline": "40",
    "baseline_source": "Counted at the counter in May.",
    "coming": True,
    "contact": "Economic development",
    "choice": "add",
    "days": [{"date": "2026-12-08", "starts_at": "09:00", "ends_at": "17:00", "venue": "Town hall"}],
    "due_on": "2026-09-11",
    "ends_on": "2027-06-30",
    "outcome": "kept",
    "what": "Send the plan of the counter.",
    "email": "anne.martin@region.example",
    "evidence": "https://example.org/hub-pme",
    "fidelity": 2,
    "framing": "From the first question to the decision.",
    "full_name": "Anne Martin",
    "hypothesis": "8 people in 10 find the counter.",
    "into": 40,
    "kind": "observation",
    "language": "fr",
    "learning": "The sign is enough.",
    "measure": "Share of people who find the counter",
    "method": "Counted for a week.",
    "name": "Chamber of commerce",
    "owner": 12,
    "participants": 12,
    "reason": "No budget this year.",
    "receives": "Economic development",
    "result": "met",
    "role": "ambassador",
    "rows": {"day5-member12": "present"},
    "successes": 10,
    "summary": "A firm tells its story once.",
    "target": "cohort-3",
    "text": "Seven people out of eleven hesitate in front of the sign.",
    "threshold": "80",
    "title": "One counter for small firms",
    "titles": "The counter\nThe form",
}
