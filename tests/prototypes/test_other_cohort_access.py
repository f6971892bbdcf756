"""Private rows of another cohort: their markers appear on no page, and their keys open nothing."""

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from canvases import urls as canvas_urls
from comments import urls as comment_urls
from fieldwork import urls as fieldwork_urls
from prototypes import urls
from tests.factories.cast import Cast, create_cast
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    ParticipantGroupFactory,
    PrototypeFactory,
    TrialFactory,
)
from tests.factories.snapshots import built_once
from tests.prototypes.pages import page, signed_in
from tests.test_role_matrix import ROWS, rows_written

pytestmark = pytest.mark.django_db

MARKER = "zzcanary"
HUGE = 99999999999999999999


@built_once
def other_cohort_with_markers() -> Cast:
    cast = create_cast()
    challenge = ChallengeFactory(cohort=cast.other_cohort, title=f"{MARKER} challenge", framing=MARKER, sponsor=MARKER)
    idea = IdeaFactory(
        cohort=cast.other_cohort, challenge=challenge, title=f"{MARKER} idea", summary=MARKER, state="implementing"
    )
    prototype = PrototypeFactory(idea=idea, title=f"{MARKER} prototype", question=MARKER, description=MARKER)
    TrialFactory(prototype=prototype, hypothesis=MARKER, state="locked")
    held = TrialFactory(prototype=prototype, hypothesis=MARKER, state="held")
    ParticipantGroupFactory(trial=held, segment=MARKER)
    ImplementationFactory(idea=idea, evidence=MARKER, unit=MARKER)
    return cast


@pytest.fixture
def cast_with_markers(db: None, today: None) -> Cast:
    """The cast, and rows of the other cohort with a marker in every text."""
    return other_cohort_with_markers()


def without_query(text: str) -> str:
    """Return the page without the words that its reader searched for."""
    for query_text in (f"q={MARKER}", f"q%3D{MARKER}", f'value="{MARKER}"', f"<b>{MARKER}</b>"):
        text = text.replace(query_text, "")
    return text


@pytest.mark.parametrize("role", "CDPMRAX")
def test_no_page_shows_private_rows_of_another_cohort(cast_with_markers: Cast, role: str):
    own, client = (
        IdeaFactory(cohort=cast_with_markers.cohort, state="captured", title="Own idea"),
        signed_in(cast_with_markers[role]),
    )
    PrototypeFactory(idea=own)
    addresses = ["/", "/ideas/", "/ideas/?q=zzcanary", "/log/?all", "/ideas/?unconfirmed=on", "/field/tests.json"]
    if role != "X":
        cohort = cast_with_markers.cohort.get_absolute_url()
        addresses += [own.get_absolute_url(), cohort, f"{cohort}challenges/"]
    answers = {address: client.get(address) for address in addresses}
    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(addresses, 200)
    assert [address for address, answer in answers.items() if MARKER in without_query(answer.content.decode())] == []


def test_no_form_offers_it(cast_with_markers: Cast):
    own, client = IdeaFactory(cohort=cast_with_markers.cohort), signed_in(cast_with_markers["P"])
    addresses = ("/ideas/new/", f"/ideas/{own.pk}/merge/", f"/ideas/{own.pk}/edit/")
    answers = {address: client.get(address) for address in addresses}
    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(addresses, 200)
    assert [address for address, answer in answers.items() if MARKER in answer.content.decode()] == []


def foreign_addresses(cast: Cast) -> dict[str, str]:
    """Return the addresses of all routes of a cohort with rows of the other cohort."""
    there = replace(cast, cohort=cast.other_cohort, other_cohort=cast.cohort)
    modules = (urls, canvas_urls, comment_urls, fieldwork_urls)
    names = {f"{module.app_name}:{one.name}" for module in modules for one in module.urlpatterns if has_row_key(one)}
    rows = {name: ROWS[name] for name in names}
    return {name: reverse(name, args=row.args(there)) for name, row in rows.items() if "N" not in row.visible_to}


def has_row_key(pattern: URLPattern) -> bool:
    """Return whether the address contains the key of a row."""
    return bool({"pk", "slug"} & set(pattern.pattern.converters))


def test_another_cohorts_ids_answer_not_found_and_change_nothing(cast: Cast):
    """As a member, as an admin of the authority and as an outsider; the role matrix covers other cohorts of the
    edition.
    """
    addresses, answers = foreign_addresses(cast), set()
    before = rows_written()
    form = {"reason": "x", "on": "2026-11-24", "precision": "day", "title": "x", "participants": "1"}
    for role in "CAX":
        client = signed_in(cast[role])
        for name, address in addresses.items():
            answers.add((name, client.get(address).status_code, client.post(address, form).status_code))
    open_ones = {answer for answer in answers if answer[1:] not in {(404, 404), (404, 405), (405, 404)}}
    assert (open_ones, rows_written(), len(addresses) > 40) == (set(), before, True)


def test_ids_beyond_any_row_are_not_found(cast: Cast):
    client = signed_in(cast["S"])
    addresses = ("/ideas/{}/", "/prototypes/{}/", "/trials/{}/", "/challenges/{}/", "/ideas/{}/park/")
    statuses = {address: client.get(address.format(HUGE)).status_code for address in addresses}
    assert statuses == dict.fromkeys(addresses, 404)


def test_invalid_input_in_the_list_address_is_ignored(cast: Cast):
    IdeaFactory(cohort=cast.cohort)
    client = signed_in(cast["M"])
    pages = ("page=0", "page=-1", "page=x", "page=99999999")
    queries = (*pages, "cohort=x", "state=%00", "q=%27%22%3Cscript%3E", "mine=perhaps")
    statuses = {query: client.get(f"/ideas/?{query}").status_code for query in queries}
    assert statuses == dict.fromkeys(queries, 200)


def test_words_are_shown_and_never_run(cast: Cast):
    attack = "<script>alert(1)</script>"
    idea = IdeaFactory(cohort=cast.cohort, title=attack, summary=attack, state="testing")
    prototype = PrototypeFactory(idea=idea, title=attack)
    TrialFactory(prototype=prototype, hypothesis=attack, state="concluded", learning=attack)
    for address in ("/ideas/", idea.get_absolute_url(), cast.cohort.get_absolute_url(), "/"):
        assert attack not in page(cast["M"], address)


def test_past_member_can_read_and_cannot_add(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted", owner=cast["M"])
    membership = cast.cohort.memberships.get(user=cast["M"])
    membership.ends_on = date(2026, 11, 23)
    membership.save()
    client = signed_in(cast["M"])
    answers = {
        address: client.get(address).status_code
        for address in (
            idea.get_absolute_url(),
            f"/ideas/{idea.pk}/edit/",
            f"/ideas/{idea.pk}/prototypes/new/",
            "/ideas/new/",
        )
    }
    assert list(answers.values()) == [200, 403, 403, 403]


def test_signed_out_people_are_sent_to_sign_in(cast: Cast):
    answers = {Client().get(address).headers.get("Location", "")[:17] for address in foreign_addresses(cast).values()}
    assert answers == {"/accounts/login/?"}
