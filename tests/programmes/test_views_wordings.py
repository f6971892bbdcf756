"""The page that words an e-mail of a format version: errors, previews, and what a published version allows."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from programmes.formats.wordings import editable_texts
from programmes.models import ReminderStep
from tests.factories.cast import create_cast
from tests.factories.exchanges import ExchangeFactory
from tests.factories.notifications import NOW
from tests.factories.programmes import FormatFactory, ReminderStepFactory
from tests.pages import elements, messages, texts
from tests.sql import update

pytestmark = pytest.mark.django_db


@pytest.fixture
def step() -> ReminderStep:
    """Return a step of a draft of the programme whose latest edition has the cast and a proposed Intertransfo."""
    cast = create_cast()
    draft = FormatFactory(programme=cast.edition.programme, published_at=None)
    ExchangeFactory(edition=cast.edition, host=cast.cohort, number=4, state="proposed")
    return ReminderStepFactory(
        format=draft, slug="confirm", email_type="exchange_confirm_host", audience="host_pilot", offset="-22w"
    )


def path(step: ReminderStep) -> str:
    return f"/formats/{step.format_id}/reminders/exchange/confirm/"


def typed(page: Any, **changes: str) -> dict[str, str]:
    """Return the fields of the page as a browser sends them, with changes."""
    form = page.context["form"]
    values = {name: form[name].value() for name in ReminderStep.TEXTS}
    return {**values, "version_token": form["version_token"].value(), **changes}


def previews(page: Any) -> list[str]:
    return [frame["attrs"]["srcdoc"] for frame in elements(page, "iframe")]


def test_the_lab_rewords_an_email_after_a_preview(
    step: ReminderStep, lab: Client, visitor: Client, django_assert_num_queries: Any
):
    with django_assert_num_queries(7):
        page = lab.get(path(step))
    assert visitor.get(path(step)).status_code == 404
    assert page.context["form"]["subject_fr"].value() == editable_texts(step)["subject_fr"]
    assert ["Sample host" in email for email in previews(page)] == [False, True]
    assert "{collectivité hôte}" in texts(page, "code")

    wrong = typed(page, body_en="Dear {dear}, <b>{exchange}</b>", subject_fr="À vous, {Intertransfo}")
    page = lab.post(path(step), wrong)
    assert list(page.context["form"].errors["body_en"]) == [
        "There is no placeholder {dear}. Choose from: {exchange}, {edition}, {dates}, {host}, {venue}, {theme},"
        " {next in line}, {questions}, {programme}, {minutes}, {commitments}, {own commitments}, {link}.",
        "People need {dates} in this e-mail: add it to the text.",
    ]
    assert page.context["form"]["subject_fr"].value() == "À vous, {Intertransfo}"

    right = typed(page, body_en="<b>Bold</b> {exchange}, {dates}, {link}", preview="1")
    page = lab.post(path(step), right)
    assert "&lt;b&gt;Bold&lt;/b&gt; Intertransfo 4" in previews(page)[1]
    assert ReminderStep.objects.get(pk=step.pk).is_reworded is False
    right.pop("preview")
    page = lab.post(path(step), right, follow=True)
    assert messages(page) == ["The wording is saved."]
    assert ReminderStep.objects.get(pk=step.pk).body_en == "<b>Bold</b> {exchange}, {dates}, {link}"
    assert "in the lab’s own words" in lab.get(f"/formats/{step.format_id}/").content.decode()
    page = lab.post(path(step), {**typed(page), "usual": "1"})
    assert page.context["form"]["body_en"].value().startswith("It is the turn of {host}")
    assert ReminderStep.objects.get(pk=step.pk).is_reworded is True


def test_a_preview_is_read_as_someone_in_a_role(step: ReminderStep, lab: Client, staff: User):
    page = lab.get(path(step))
    [_samples, _without_optional, (event, name)] = page.context["preview_form"].fields["event"].choices
    assert name == "Intertransfo 4 · La Transfo 2026–2028"
    page = lab.post(path(step), typed(page, body_en="{exchange}, {dates}\n\nAbout {theme}", preview="1", event="0"))
    assert ("Tue 8" in previews(page)[1], "About" in previews(page)[1]) == (True, False)
    results = {}
    for role in ("", "P", "A", "unproven"):
        page = lab.post(path(step), typed(page, preview="1", event=str(event), role=role))
        results[role] = (page.context["reader_note"], ["Hello Pilot Rivage" in email for email in previews(page)])
    assert results == {
        "": ("Shown as Coordinator Rivage reads it.", [False, False]),
        "P": ("Shown as Pilot Rivage reads it (pilot).", [False, True]),
        "A": (
            "As of today nobody in this role would receive it: admin of the authority. This is how you would read it.",
            [False, False],
        ),
        "unproven": (
            "Read by someone who has not confirmed their address yet: the text is withheld.",
            [False, False],
        ),
    }
    assert "Rivage" not in previews(page)[1]
    update(step.format, published_at=NOW)
    page = lab.get(path(step))
    assert ("Save the wording" in page.content.decode(), page.context["form"].fields["body_fr"].disabled) == (
        False,
        True,
    )
    assert ("(optional)" in page.content.decode(), f"/formats/{step.format_id}/revise/" in page.content.decode()) == (
        False,
        True,
    )
    assert lab.post(path(step), typed(page)).status_code == 403
