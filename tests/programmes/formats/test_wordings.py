"""E-mails in the lab's own words: placeholders are checked, only they are filled, and the usual text can come back."""

from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from notifications.emails.placeholders import Wording, fill, filled_paragraphs, names_in
from programmes import actions
from programmes.enums import ReminderScheduleKind
from programmes.formats.comparison import compare
from programmes.formats.reminder_schedules import email_types_of
from programmes.formats.wordings import (
    LANGUAGES,
    editable_texts,
    stored_texts,
    texts_of,
    usual_texts,
    usual_wording,
    wording_problems,
)
from programmes.models import Format, ReminderStep
from tests.factories.notifications import NOW
from tests.factories.programmes import FormatFactory, ReminderStepFactory
from tests.sql import refused_by, update
from web.errors import DomainError
from web.forms.edit_conflicts import EditConflict, fingerprint

VALUES = {"dates": "8 December", "theme": "", "host": "{dates} {0.__class__}"}


@pytest.fixture
def step(db: None) -> ReminderStep:
    """Return the step of a draft that asks for confirmation of hosting."""
    return ReminderStepFactory(slug="confirm", email_type="exchange_confirm_host", audience="host_pilot", offset="-22w")


def reword(step: ReminderStep, by: User, **texts: str) -> ReminderStep:
    return actions.reword_email(step=step, by=by, **{**editable_texts(step), **texts})


def test_only_placeholders_are_filled_and_once():
    text = "{dates}: {{ dates }} {% now %} %(dates)s {dates.year} {unknown} {host}"
    assert fill(text, VALUES) == "8 December: {}  %(dates)s   {dates} {0.__class__}"
    assert names_in(text) == ["dates", "dates", "% now %", "dates.year", "unknown", "host"]
    wording = Wording("", "On {dates}.\n \n\nAbout {theme}.\n\nBye")
    assert filled_paragraphs(wording, VALUES) == ["On 8 December.", "Bye"]


def test_the_usual_text_of_every_email_can_be_saved_and_stays_the_usual_text():
    for kind in ReminderScheduleKind.values:
        for email_type in email_types_of(kind):
            step = ReminderStep(kind=kind, email_type=email_type)
            written = usual_texts(step)
            typed = {name: text.replace("\n", "\r\n") + " " for name, text in written.items()}
            assert stored_texts(step, typed) == dict.fromkeys(ReminderStep.TEXTS, "")
            assert list(wording_problems(step, typed)) == []
            for language in LANGUAGES:
                usual = usual_wording(step, language)
                assert set(names_in(usual.subject + usual.body)) <= set(texts_of(kind).placeholders)


def test_placeholders_have_one_short_name_each_in_both_languages():
    for kind in ReminderScheduleKind.values:
        for language in LANGUAGES:
            with translation.override(language):
                names = [str(row.name).casefold() for row in texts_of(kind).placeholders.values()]
            assert len(set(names)) == len(names)
            assert [name for name in names if not name or "{" in name or len(name) > 30] == []


def test_a_wording_is_saved_with_slugs_and_edited_with_names_in_its_language(step: ReminderStep, staff: User):
    row = reword(
        step, staff, subject_fr="{Intertransfo} : à vous ?", body_fr="Rendez-vous {DATES}, {collectivité hôte}"
    )
    assert (row.subject_fr, row.body_fr) == ("{exchange} : à vous ?", "Rendez-vous {dates}, {host}")
    assert (row.subject_en, row.body_en, row.is_reworded) == ("", "", True)
    assert editable_texts(row)["body_fr"] == "Rendez-vous {dates}, {collectivité hôte}"
    assert row.wording("en") is None
    back = reword(row, staff, **usual_texts(row))
    assert (back.subject_fr, back.is_reworded) == ("", False)
    emptied = reword(reword(row, staff, body_en="Please, {exchange} on {dates}"), staff, subject_en="", body_en="")
    assert emptied.wording("en") is None


@pytest.mark.parametrize(
    ("texts", "field", "message"),
    [
        (
            {"body_en": "{exchange} on {dates} at {hotel} {user.password}"},
            "body_en",
            "There is no placeholder {hotel}, {user.password}. Choose from: {exchange}, {edition}, {dates}",
        ),
        ({"body_en": "Will you host?"}, "body_en", "People need {dates} in this e-mail"),
        ({"body_fr": "Le {dates} à {host}"}, "body_fr", "There is no placeholder {host}. Choose from: {Intertransfo}"),
        ({"subject_en": "{exchange} {minutes}"}, "subject_en", "{minutes} takes several lines"),
        (
            {"body_en": "{exchange} takes place on {dates}, about {theme}.\n\n{theme}"},
            "body_en",
            "{theme} may be empty: its paragraph is then left out. Put {exchange}, {dates} in another paragraph.",
        ),
        ({"subject_en": " "}, "subject_en", "Write both a subject and a text"),
    ],
)
def test_a_mistake_is_refused_next_to_its_field(
    texts: dict[str, str], field: str, message: str, step: ReminderStep, staff: User
):
    with pytest.raises(DomainError) as refusal:
        reword(step, staff, **texts)
    assert refusal.value.field == field
    assert message in str(refusal.value)


def test_two_people_reword_the_same_email(step: ReminderStep, staff: User):
    token = fingerprint(*editable_texts(step).values())
    reword(step, staff, body_en="First, {exchange}, {dates}")
    with pytest.raises(EditConflict) as conflict:
        reword(step, staff, body_en="Second, {exchange}, {dates}", version_token=token)
    assert conflict.value.current["body_en"] == "First, {exchange}, {dates}"


def test_a_wording_follows_its_version(step: ReminderStep, staff: User):
    """It survives a change of the schedule, is copied to the next version and frozen once published."""
    reword(step, staff, body_en="In our words: {exchange}, {dates}")
    draft = step.format

    def set_step(email_type: str, audience: str) -> Any:
        steps = [actions.ReminderStepInput("-20w", audience, email_type, slug="confirm")]
        actions.set_reminder_schedule(format=draft, kind="exchange", steps=steps, by=staff)
        return draft.reminder_steps.get()

    assert set_step("exchange_confirm_host", "host_pilot").body_en == "In our words: {exchange}, {dates}"
    update(draft, published_at=NOW)
    row = draft.reminder_steps.get()
    with pytest.raises(DomainError):
        reword(row, staff, body_en="Too late: {exchange}, {dates}")
    with refused_by("format_part_frozen"):
        update(row, body_en="Too late")
    draft = actions.revise_format(format=Format.objects.get(pk=draft.pk), by=staff)
    copy = draft.reminder_steps.get()
    assert copy.body_en == "In our words: {exchange}, {dates}"
    reword(copy, staff, body_en="Other words: {exchange}, {dates}")
    versions = Format.objects.prefetch_related("phases", "reminder_steps").order_by("version")
    [row] = compare(versions[0], versions[1], [], staff).rows
    assert [(line.before, line.after) for line in row.lines] == [
        (
            "20 weeks before: confirm hosting (to: the host’s pilot), in the lab’s own words",
            "20 weeks before: confirm hosting (to: the host’s pilot), in the lab’s own words (worded differently)",
        )
    ]
    assert set_step("exchange_choose_host", "lab").body_en == ""


def test_the_database_refuses_a_subject_without_a_text(db: None):
    row = ReminderStepFactory(format=FormatFactory(published_at=None))
    for change in ({"subject_fr": "Seul"}, {"body_en": "Alone"}):
        with refused_by("reminder_step_wording"):
            update(row, **change)
