"""No text of the neighbour cohort or of another edition leaks: e-mails, search, choices, filters, logs, dossiers.

Pages, downloads and calendars are searched with every request of `tests/test_role_matrix.py`. As a control, lab staff
and members of the neighbour cohort do see these texts.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cohorts.guests import emails as guest_emails
from cohorts.models import Application
from cohorts.sessions.emails import texts as session_emails
from comments.actions import write_comment
from comments.models import Comment
from dossiers.chapters.build import build
from dossiers.chapters.collection import Collection
from dossiers.enums import PARTS
from dossiers.exports import access_of
from dossiers.models import kind_of
from exchanges.emails import texts as exchange_emails
from exchanges.peers import emails as peer_emails
from exchanges.peers.models import PeerVisit
from labplatform.models import AccessibilityReport
from notifications.models import GroupEmail, Reminder
from notifications.registries import event_kinds
from programmes.formats.reminder_schedules import DEFAULT_REMINDER_SCHEDULES
from tests.factories.cast import NOW
from tests.factories.dossiers import DossierFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.notifications import DeliveryFactory, ReminderFactory, recipients, rendered
from tests.factories.publications import PublicationFactory
from tests.full import FULL
from tests.matrix import FORMER
from tests.matrix.leak_markers import (
    FAR,
    JSON_TEXT_KEYS,
    NEAR,
    OPEN_TO_ALL,
    OPEN_TO_EDITION,
    SEARCH_WORD,
    STAYS_EMPTY,
    WITHOUT_OWNER,
    json_values,
    leaks_in,
    marked_columns,
    text_fields,
    text_keys,
    watched_models,
    with_markers,
)
from tests.matrix.stage import Stage, rolled_back
from tests.test_role_matrix import ROWS, hidden_from
from webhooks.models import Webhook

pytestmark = pytest.mark.django_db

HOME = "CDPMRAX" + FORMER
LISTS = [
    name
    for name, row in sorted(ROWS.items())
    if row.get and not row.public and set("SM") <= set(row.usable_by or row.visible_to)
]


@pytest.mark.parametrize(("marker", "spared"), [(FAR, {}), (NEAR, OPEN_TO_EDITION)])
def test_marker_is_in_every_text_that_is_not_open_to_all(marker: str, spared: dict[str, str], stage: Stage):
    """A new model, or a new text of one, is added in `tests/matrix/fixtures.py`, or listed with its reason."""
    hidden = [model for model in watched_models() if model.__name__ not in {*OPEN_TO_ALL, *WITHOUT_OWNER, *spared}]
    texts = {f"{model.__name__}.{field.name}" for model in hidden for field in text_fields(model)}
    assert texts - marked_columns(marker) == {text for text in STAYS_EMPTY if text in texts}


@pytest.mark.parametrize("name", sorted(JSON_TEXT_KEYS))
def test_every_json_key_is_declared_as_text_or_as_chosen_by_the_code(name: str, stage: Stage):
    """A new key is listed in `tests/matrix/leak_markers.py`; a text key has a value with a marker on the stage."""
    words, chosen = JSON_TEXT_KEYS[name]
    values = json_values(name)
    found = {key for value in values for key in text_keys(value)}
    assert (words & chosen, found - words - chosen) == (set(), set())
    text = json.dumps(values)
    assert words - {key for key in words if f" {SEARCH_WORD} {name.replace('.', ' ')} {key}" in text} == set()


@pytest.mark.parametrize(
    ("value", "marked"),
    [
        ({"said": "a", "by": "b", "n": 1}, {"said": "zq said", "by": "b", "n": 1}),
        ([{"in": [{"said": ["a", "b"]}]}], [{"in": [{"said": ["zq said", "zq said"]}]}]),
        ({"groups": {"people": 8}}, {"groups": {"zq groups people": 8}}),
        ({"said": None}, {"said": None}),
    ],
)
def test_marker_is_written_to_text_keys_of_json_only(value: Any, marked: Any):
    assert with_markers(value, {"said", "groups"}, "zq") == marked


def page(client: Client, route: str, *args: Any, **query: Any) -> bytes:
    answer = client.get(f"{reverse(route, args=args)}?{urlencode(query)}")
    return bytes(answer.getvalue())


def test_lab_and_neighbour_find_the_markers(stage: Stage):
    """Markers can be found: on a page, in ideas and forms that are loaded, by search, in a table and in a workbook."""
    with rolled_back():
        assert leaks_in(page(stage.clients["S"], "prototypes:idea_list"), FAR)
        assert leaks_in(page(stage.clients["N"], "prototypes:idea_list"), NEAR)
        assert not leaks_in(page(stage.clients["N"], "prototypes:idea_list"), FAR)
        assert leaks_in(page(stage.clients["S"], "search", q=SEARCH_WORD), FAR)
        assert leaks_in(page(stage.clients["S"], "figures:rates", edition=stage.far.edition.slug, page=1), FAR)
        assert leaks_in(page(stage.clients["N"], "figures:rates", page=1), NEAR)
        for route in ("figures:rates", "figures:changes", "figures:network"):  # groups offer editions only
            assert leaks_in(page(stage.clients["S"], route, choices=1), FAR)
        assert leaks_in(page(stage.clients["S"], "figures:rates_ideas_csv", edition=stage.far.edition.slug), FAR)
        assert leaks_in(page(stage.clients["S"], "figures:rates_ideas_xlsx", edition=stage.far.edition.slug), FAR)


def test_archives_are_unpacked_before_they_are_searched():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.xml", f"<t>{FAR}</t>")
    assert leaks_in(packed.getvalue(), FAR, NEAR) == [f"<t>{FAR}</t>"]


def test_search_finds_nothing_of_others(stage: Stage):
    found = {role: leaks_in(page(stage.clients[role], "search", q=SEARCH_WORD), *hidden_from(role)) for role in HOME}
    assert found == {role: [] for role in HOME}
    assert leaks_in(page(stage.clients["N"], "search", q=SEARCH_WORD), FAR) == []


EMAILS = {
    "exchange": exchange_emails.EMAILS,
    "group_session": session_emails.EMAILS,
    "stakeholder_session": session_emails.EMAILS,
    "idea": ("idea_follow_up",),
    "innovation_team": ("team_follow_up",),
    "unconfirmed": ("idea_unconfirmed",),
    "acceptance": ("acceptance_requested",),
    "group_email": ("group_email", "group_email_test"),
    "guest_session": guest_emails.EMAILS,
    "peer_visit": peer_emails.EMAILS,
    "accessibility_report": ("accessibility_reported",),
    "application": (
        *("application_link", "application_link_again", "application_receipt", "application_decision"),
        "application_call_withdrawn",
    ),
    "call": ("call_review",),
    "webhook": ("webhook_disabled",),
    "invitation": ("invitation", "invitation_open_still", "invitation_withdrawn"),
    "publication": ("publication_submitted", "publication_without_admin", "publication_withdrawn"),
}


OWN_AUDIENCES = {
    "acceptance": "leads",
    "peer_visit": "host",
    "publication": "approvers",
    "accessibility_report": "lab",
    "application": "",
    "call": "reviewer-0",
    "webhook": "owner",
}


def reminders_about_home(stage: Stage) -> Iterator[Reminder]:
    """Create one reminder per e-mail type of every kind of event, about objects of the cast's own cohort."""
    cohort = stage.home.cohort
    session, idea = cohort.sessions.get(state="scheduled"), cohort.ideas.filter(state="handed_over").first()
    invited = InvitationFactory(cohort=cohort)
    subjects = {
        "idea": idea,
        "innovation_team": cohort.innovation_teams.get(state="open"),
        "unconfirmed": idea,
        "peer_visit": PeerVisit.objects.get(guest=stage.home["M"]),
        "acceptance": cohort.ideas.get(acceptance_request__isnull=False),
        "invitation": invited,
        "exchange": stage.home.edition.exchanges.filter(host=cohort).first(),
        "accessibility_report": AccessibilityReport.objects.latest("pk"),
        "webhook": Webhook.objects.get(cohort=cohort),
        "application": Application.objects.get(user=stage.home["M"]),
        "call": Application.objects.get(user=stage.home["M"]).call,
        "group_email": GroupEmail.objects.sent().filter(object_id=cohort.pk).first(),
        "publication": PublicationFactory(cohort=cohort, written_by=stage.home["P"], state="submitted"),
    }
    for kind, emails in EMAILS.items():
        event = subjects.get(kind, session)
        audiences = [step.audience for step in DEFAULT_REMINDER_SCHEDULES.get(kind, DEFAULT_REMINDER_SCHEDULES["idea"])]
        version = getattr(event, "version", 1)
        for email in emails:
            about = {"kind": kind, "object_id": event.pk, "version": version, "email_type": email}
            audience = OWN_AUDIENCES.get(kind, audiences[0])
            yield ReminderFactory(**about, audience=audience, event_day=NOW.date())
    write_comment(about=idea, text="À voir", by=stage.home["C"], at=NOW)
    yield Reminder.objects.filter(kind="comment").latest("pk")


def test_no_email_reveals_others_or_goes_to_them(stage: Stage):
    far = {person.pk for role, person in stage.far.people.items() if role != "S"}
    with rolled_back():
        reminders = list(reminders_about_home(stage))
        assert {reminder.kind for reminder in reminders} == set(event_kinds.slugs())
        for reminder in reminders:
            assert not far & {person.pk for person in recipients(reminder, NOW)}
            for role in "PMRA":
                part = rendered(reminder, stage.home[role])
                assert leaks_in(repr(part).encode(), FAR, NEAR) == [], reminder.email_type


def test_page_of_an_old_email_hides_an_event_that_is_no_longer_visible(stage: Stage):
    """The e-mail was sent while they could see the event; its page applies today's rights."""
    of_others = {
        "idea": ("idea_follow_up", stage.near.cohort.ideas.filter(state="handed_over").first()),
        "unconfirmed": ("idea_unconfirmed", stage.near.cohort.ideas.filter(state="accepted").first()),
        "group_session": ("group_details", stage.near.cohort.sessions.get(state="scheduled")),
        "acceptance": ("acceptance_requested", stage.near.cohort.ideas.get(acceptance_request__isnull=False)),
        "exchange": ("exchange_programme", stage.far.edition.exchanges.filter(state="registration_open").first()),
        "comment": ("comment", Comment.objects.filter(idea__cohort=stage.near.cohort, withdrawn_at=None).first()),
    }
    with rolled_back():
        for kind, (email_kind, event) in of_others.items():
            reminder_fields = {
                "kind": kind,
                "email_type": email_kind,
                "object_id": event.pk,
                "state": "expanded",
                "event_day": NOW.date(),
            }
            audiences = {"idea": "owner", "unconfirmed": "owner", "acceptance": "leads"}
            reminder = ReminderFactory(**reminder_fields, audience=audiences.get(kind, "registered"))
            row = DeliveryFactory(user=stage.home["M"], reminder=reminder, state="sent")
            leaks = {
                role: leaks_in(page(stage.clients[role], "notifications:email", row.pk), FAR, NEAR) for role in "MS"
            }
            assert (leaks["M"], bool(leaks["S"])) == ([], True), kind


SELECT = re.compile(r'<select\b[^>]*?\bname="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
VALUE = re.compile(r'<option\b[^>]*?\bvalue="([^"]+)"')


def choice_parameters(client: Client, address: str) -> dict[str, list[str]]:
    """Return the parameters that choices on a page add to its address, with the values offered."""
    answer = client.get(address)
    body = answer.getvalue()
    if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
        return {}
    if b"choices=1" in body:  # pages of figures show their form when it is opened
        body = client.get(address, {"choices": "1"}).getvalue()
    return {name: VALUE.findall(options) for name, options in sorted(SELECT.findall(body.decode()))}


def keys_of_others(stage: Stage, offered: list[str]) -> list[Any]:
    """Return keys of rows of others, for use in addresses: numbers or slugs, as the values offered, else both."""
    rows = [stage.near.cohort, stage.far.cohort, stage.far.edition, stage.far.cohort.authority]
    people = [stage.near["P"].pk, stage.far["P"].pk]
    ideas = [cast.cohort.ideas.first().pk for cast in (stage.near, stage.far)]
    kinds = {value.isdecimal() for value in offered} or {True, False}
    numbers = [*(row.pk for row in rows), *people, *ideas] if True in kinds else []
    return [*numbers, *(row.slug for row in rows if False in kinds)]


@pytest.mark.parametrize("name", [name for name in LISTS if not ROWS[name].post])
def test_no_query_parameter_opens_rows_of_others(name: str, stage: Stage):
    """Each parameter is tried with every other key, the rest at the next page; a refused page shows nothing either."""
    client = stage.clients["M"]
    with rolled_back():
        address = reverse(name, args=ROWS[name].args(stage.home))
        wrong = []
        for parameter, offered in choice_parameters(client, address).items():
            keys = keys_of_others(stage, offered)
            for key in keys if FULL else keys[LISTS.index(name) % 2 :: 2]:
                answer = client.get(address, {parameter: key, "page": "1"})
                body = answer.getvalue()
                if answer.status_code not in {200, 302, 404} or leaks_in(body, FAR, NEAR):
                    wrong.append((parameter, key, answer.status_code, leaks_in(body, FAR, NEAR)[:1]))
    assert wrong == []


def dossier_content(person: User, readers: str, subject: Any) -> bytes:
    """Return all that a dossier with every part says, and writes nothing."""
    of = {"cohort": None, str(subject._meta.model_name): subject}
    dossier = DossierFactory.build(person=person, audience=readers, parts=list(PARTS[kind_of(subject)]), **of)
    return repr(build(Collection(dossier, access_of(dossier), lambda _steps: None), "en")).encode()


def test_no_dossier_holds_texts_of_others(stage: Stage):
    home, found = stage.home, {}
    for role in "CDPMRANX" + FORMER:
        if leaks := leaks_in(dossier_content(home[role], "me", home.edition), *hidden_from(role)):
            found[role] = leaks
    for role in "CPp":
        if leaks := leaks_in(dossier_content(home[role], "me", home.cohort), *hidden_from(role)):
            found[role, "cohort"] = leaks
    # the lab reads everything, but what it makes for others holds what cohorts share with them
    for readers in ("edition", "public"):
        for subject in (home.edition, stage.near.cohort):
            if leaks := leaks_in(dossier_content(home["S"], readers, subject), NEAR, FAR):
                found[readers, str(subject)] = leaks
    assert found == {}
    assert leaks_in(dossier_content(home["S"], "me", stage.near.cohort), NEAR)
    assert leaks_in(dossier_content(home["S"], "me", stage.far.edition), FAR)
