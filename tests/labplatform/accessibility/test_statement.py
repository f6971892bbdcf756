"""The accessibility statement: the status follows from the audit, in the footer of every page and in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Lab
from labplatform.accessibility.compliance import Compliance, compliance_of
from labplatform.models import AccessibilityStatement
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import TODAY, Cast
from tests.pages import elements, errors, links
from tests.sql import execute, refused_by

pytestmark = pytest.mark.django_db

PATH, FORM_PATH = "/accessibility/", "/accessibility/change/"
FORM: dict[str, Any] = {
    "entity": "Ville de Rivage",
    "scope": "https://labo.rivage.example",
    "rate": "72.5",
    "audited_on": "2026-11-02",
    "auditor": "Cabinet Clair",
    "limits_fr": "La carte de France n’a pas de légende.",
    "limits_en": "The map of France has no legend.",
    "contact_email": "accessibilite@rivage.example",
    "contact_post": "1 quai du Port, 99000 Rivage",
    "plan_url": "https://rivage.example/schema",
}
NO_AUDIT = {"rate": "", "audited_on": "", "auditor": ""}
ENGLISH = {"accept-language": "en"}


def footer(client: Client, path: str = PATH, language: str = "en") -> str:
    answer = client.get(path, headers={"accept-language": language})
    return next(text for text, href in links(answer).items() if href == PATH)


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(None, "NONE"), ("49.99", "NONE"), ("50", "PARTIAL"), ("99.99", "PARTIAL"), ("100", "FULL")],
)
def test_the_status_follows_from_the_rate(rate: str | None, expected: str):
    assert compliance_of(Decimal(rate) if rate else None) == Compliance[expected]


def test_without_an_audit_every_page_says_not_compliant(client: Client, cast: Cast, django_assert_num_queries: Any):
    Lab.objects.create(name="Labo", sender="labo@lab.example")
    with django_assert_num_queries(3):  # the statement, the lab, the status
        page = client.get(PATH, headers=ENGLISH)
    text = page.content.decode()
    assert ("(not audited)" in " ".join(text.split()), "labo@lab.example" in text) == (True, True)
    pages = (PATH, "/accounts/login/", "/field/en/", "/public/en/")
    assert {footer(client, path) for path in pages} == {"Accessibility: not compliant"}
    assert footer(client, language="fr") == "Accessibilité : non conforme"
    member = signed_in(cast["M"])
    assert footer(member, "/account/", "fr") == "Accessibilité : non conforme"
    assert "https://formulaire.defenseurdesdroits.fr/" in links(page).values()


@pytest.mark.time_machine(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False)
def test_administrators_complete_the_statement_and_its_status_follows(client: Client):
    administrator = signed_in(UserFactory(is_lab_staff=True, language="en"))
    member = signed_in(UserFactory(is_lab_staff=True, lab_role="member"))
    assert [each.get(FORM_PATH).status_code for each in (administrator, member)] == [200, 403]
    assert (FORM_PATH in links(administrator.get(PATH)).values(), FORM_PATH in links(member.get(PATH)).values()) == (
        *(True, False),
    )
    for changes in ({"auditor": ""}, {"audited_on": "2026-11-25"}, {"limits_en": ""}, {"rate": "101"}):
        assert len(errors(administrator.post(FORM_PATH, FORM | changes))) == 1
    assert not AccessibilityStatement.objects.exists()
    earlier = administrator.post(FORM_PATH, FORM | NO_AUDIT).headers["Location"]
    assert (earlier, footer(administrator)) == (PATH, "Accessibility: not compliant")
    token = next(
        each["attrs"]["value"]
        for each in elements(administrator.get(FORM_PATH), "input")
        if each["attrs"].get("name") == "version_token"
    )
    assert administrator.post(FORM_PATH, FORM | {"version_token": token}).status_code == 302
    late = administrator.post(FORM_PATH, FORM | {"entity": "Autre", "version_token": token})
    assert "Someone else saved changes" in late.content.decode()
    saved = AccessibilityStatement.objects.get()
    assert (saved.rate, saved.audited_on, saved.established_on) == (Decimal("72.50"), date(2026, 11, 2), TODAY)
    assert (footer(administrator), footer(client)) == ("Accessibility: partly compliant",) * 2
    english, french = (
        " ".join(client.get(PATH, headers={"accept-language": code}).content.decode().split()) for code in ("en", "fr")
    )
    assert ("found 72.5% of" in english, "no legend" in english, "légende" in english) == (True, True, False)
    assert ("72,5 %" in french, "Cabinet Clair" in french, "légende" in french) == (True, True, True)


def test_the_database_refuses_half_an_audit_and_a_text_in_one_language():
    right = {
        "id": 1,
        "entity": "Ville",
        "scope": "",
        "rate": 80,
        "audited_on": TODAY,
        "auditor": "Cabinet",
        "limits_fr": "",
        "limits_en": "",
        "contact_email": "a@b.example",
        "contact_post": "",
        "plan_url": "",
        "established_on": TODAY,
    }
    columns, places = ", ".join(right), ", ".join(["%s"] * len(right))
    insert = f"INSERT INTO labplatform_accessibilitystatement ({columns}) VALUES ({places})"
    for rule, changes in (
        ("accessibility_only_one", {"id": 2}),
        ("accessibility_entity", {"entity": " "}),
        ("accessibility_audit_complete", {"auditor": " "}),
        ("accessibility_audit_complete", {"rate": None}),
        ("accessibility_rate_percent", {"rate": 101}),
        ("accessibility_audit_before_statement", {"audited_on": date(2026, 11, 25)}),
        ("accessibility_limits_in_both_languages", {"limits_fr": "Tout"}),
        ("accessibility_has_contact", {"contact_email": ""}),
        ("accessibility_contact_mailbox", {"contact_email": "nobody"}),
        ("accessibility_plan_address", {"plan_url": "javascript:alert(1)"}),
        ("accessibility_dates_plausible", {"established_on": date(2200, 1, 1)}),
    ):
        with refused_by(rule):
            execute(insert, *(right | changes).values())
    execute(insert, *right.values())
