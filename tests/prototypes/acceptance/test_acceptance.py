"""Asking for the acceptance of an idea: once, by people who may not accept it, with an e-mail to those who may."""

from datetime import date

import pytest

from notifications.models import Reminder
from prototypes.models import AcceptanceRequest
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.notifications import recipients, refusal, rendered
from tests.factories.prototypes import AcceptanceRequestFactory, IdeaFactory, add_event
from tests.prototypes.pages import errors, page, send
from tests.sql import delete, insert_like, refused_by

pytestmark = pytest.mark.django_db


def test_ambassador_asks_once_and_the_leads_get_one_email(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="captured", title="A sign at the door")
    href = f"{idea.get_absolute_url()}ask-for-acceptance/"
    assert f'href="{href}"' in page(cast["M"], idea.get_absolute_url())
    assert [send(cast["M"], href).status_code for _turn in range(2)] == [302, 302]
    request, reminder = AcceptanceRequest.objects.get(), Reminder.objects.get(kind="acceptance")
    assert (request.by, request.idea, reminder.object_id) == (cast["M"], idea, idea.pk)
    assert {person.full_name for person in recipients(reminder, NOW)} == {
        cast["C"].full_name,
        cast["P"].full_name,
    }
    part = rendered(reminder, cast["P"], "en")
    assert part.subject == f"{idea}: {cast['M'].full_name} asks you to accept it"
    assert (part.button, refusal(reminder, cast["P"], NOW)) == (("Read the idea", idea.get_absolute_url()), "")
    sentence = f"{cast['M'].full_name} asked for its acceptance on "
    texts = {role: page(cast[role], idea.get_absolute_url()) for role in "DP"}
    assert [(sentence in text, href in text) for text in texts.values()] == [(True, False)] * 2
    assert sentence in errors(send(cast["D"], href))["__all__"][0]
    add_event(idea, "accepted", date(2026, 11, 24))
    assert (recipients(reminder, NOW), refusal(reminder, cast["P"], NOW)) == ([], "accepted")
    assert sentence not in page(cast["D"], idea.get_absolute_url())


def test_cohort_without_coordinator_and_pilot_asks_lab_staff_but_its_readers():
    idea = AcceptanceRequestFactory().idea
    staff = UserFactory(is_lab_staff=True)
    UserFactory(is_lab_staff=True, lab_role="reader")
    reminder = Reminder(kind="acceptance", object_id=idea.pk, email_type="acceptance_requested", audience="leads")
    assert recipients(reminder, NOW) == [staff]


def test_database_refuses_requests_for_other_ideas_second_ones_and_changes():
    row = AcceptanceRequestFactory()
    with refused_by("acceptance_request_waiting"):
        insert_like(row, idea_id=IdeaFactory(state="accepted").pk)
    with refused_by("prototypes_acceptancerequest_idea_id_key"):
        insert_like(row)
    with refused_by("acceptance_request_append_only"):
        delete(row)
