"""The command `implementation_rates` on the worked example, with real rows, and on what people mistype."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories.prototypes import IdeaFactory
from tests.factories.rates import AS_OF, early_cohort, worked_example

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("implementation_rates", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def answered(*arguments: str) -> dict[str, object]:
    return json.loads(told(*arguments, "--json"))


def test_the_worked_example_to_six_decimals():
    worked_example(early_cohort(slug="tours"))
    assert answered("--cohort", "tours", "--as-of", "2026-11-24") == {
        "as_of": "2026-11-24",
        "accepted": 24,
        "implemented": 10,
        "abandoned": 6,
        "open": 8,
        "stock": {"rate": 0.416667, "low": 0.244676, "high": 0.611653},
        "incidence": [
            {
                "months": 12,
                "implemented": 0.307209,
                "low": 0.135890,
                "high": 0.497631,
                "abandoned": 0.174438,
                "open": 0.518353,
                "at_risk": 13,
            },
            {
                "months": 24,
                "implemented": 0.492335,
                "low": 0.256978,
                "high": 0.691057,
                "abandoned": 0.285514,
                "open": 0.222151,
                "at_risk": 2,
            },
        ],
        "left_out": {"captured": 0, "merged": 0, "retrospective": 0},
    }
