"""What belongs to another cohort stays there: canaries in its rows appear on no page, and its ids open nothing."""

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from canvases import urls as canvas_urls
from comments import urls as comment_urls
from fieldwork import urls as fieldwork_urls
from prototypes import urls
from tests.factories.cast import Cast, assemble
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    ParticipantGroupFactory,
    PrototypeFactory,
    TrialFactory,
)
from tests.factories.remembered import remembered
from tests.prototypes.pages import page, signed_in
from tests.test_role_matrix import ROWS, rows_written

pytestmark = pytest.mark.django_db

CANARY = "zzcanary"
HUGE = 99999999999999999999


@remembered
def story_of_the_other_cohort() -> Cast:
    cast = assemble()
    challenge = ChallengeFactory(cohort=cast.other, title=f"{CANARY} challenge", framing=CANARY, sponsor=CANARY)
    idea = IdeaFactory(
        cohort=cast.other, challenge=challenge, title=f"{CANARY} idea", summary=CANARY, state="implementing"
    )
    prototype = PrototypeFactory(idea=idea, title=f"{CANARY} prototype", question=CANARY, description=CANARY)
    TrialFactory(prototype=prototype, hypothesis=CANARY, state="locked")
    held = TrialFactory(prototype=prototype, hypothesis=CANARY, state="held")
    ParticipantGroupFactory(trial=held, segment=CANARY)
    ImplementationFactory(idea=idea, evidence=CANARY, unit=CANARY)
    return cast


@pytest.fixture
def marked(db: None, today: None) -> Cast:
    """The cast, and the other cohort's whole story, marked in every text."""
    return story_of_the_other_cohort()


def unasked(text: str) -> str:
    """A page without the words its reader searched for."""
    for asked in (f"q={CANARY}", f"q%3D{CANARY}", f'value="{CANARY}"'):
        text = text.replace(asked, "")
    return text


@pytest.mark.parametrize("letter", "CDPMRAX")
def test_no_page_shows_what_another_cohort_keeps_to_itself(marked: Cast, letter: str):
    own, client = IdeaFactory(cohort=marked.cohort, state="captured", title="Own idea"), signed_in(marked[letter])
    PrototypeFactory(idea=own)
    addresses = ["/", "/ideas/", "/ideas/?q=zzcanary", "/log/?all", "/ideas/?silent=on", "/field/tests.json"]
    if letter != "X":
        cohort = marked.cohort.get_absolute_url()
        addresses += [own.get_absolute_url(), cohort, f"{cohort}challenges/"]
    answers = {address: client.get(address) for address in addresses}
    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(addresses, 200)
    assert [address for address, answer in answers.items() if CANARY in unasked(answer.content.decode())] == []


def test_no_form_offers_it(marked: Cast):
    own, client = IdeaFactory(cohort=marked.cohort), signed_in(marked["P"])
    addresses = ("/ideas/new/", f"/ideas/{own.pk}/merge/", f"/ideas/{own.pk}/edit/")
    answers = {address: client.get(address) for address in addresses}
    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(addresses, 200)
    assert [address for address, answer in answers.items() if CANARY in answer.content.decode()] == []


def closed(cast: Cast) -> dict[str, str]:
    """Every route that leads to something of a cohort, with the other cohort's rows in its address."""
    there = replace(cast, cohort=cast.other, other=cast.cohort)
    modules = (urls, canvas_urls, comment_urls, fieldwork_urls)
    names = {f"{module.app_name}:{one.name}" for module in modules for one in module.urlpatterns if asks(one)}
    rows = {name: ROWS[name] for name in names}
    return {name: reverse(name, args=row.args(there)) for name, row in rows.items() if "N" not in row.see}


def asks(pattern: URLPattern) -> bool:
    """Whether the address says which row it is about."""
    return bool({"pk", "slug"} & set(pattern.pattern.converters))


def test_another_cohorts_ids_answer_not_found_and_change_nothing(cast: Cast):
    """Asked by a member, an authority's admin and somebody who belongs nowhere: the role matrix asks as a neighbour."""
    addresses, answers = closed(cast), set()
    before = rows_written()
    form = {"reason": "x", "on": "2026-11-24", "precision": "day", "title": "x", "participants": "1"}
    for letter in "CAX":
        client = signed_in(cast[letter])
        for name, address in addresses.items():
            answers.add((name, client.get(address).status_code, client.post(address, form).status_code))
    open_ones = {answer for answer in answers if answer[1:] not in {(404, 404), (404, 405), (405, 404)}}
    assert (open_ones, rows_written(), len(addresses) > 40) == (set(), before, True)


def test_ids_beyond_any_row_are_not_found(cast: Cast):
    client = signed_in(cast["S"])
    addresses = ("/ideas/{}/", "/prototypes/{}/", "/trials/{}/", "/challenges/{}/", "/ideas/{}/park/")
    found = {address: client.get(address.format(HUGE)).status_code for address in addresses}
    assert found == dict.fromkeys(addresses, 404)


def test_nonsense_in_the_lists_address_is_survived(cast: Cast):
    IdeaFactory(cohort=cast.cohort)
    client = signed_in(cast["M"])
    pages = ("page=0", "page=-1", "page=x", "page=99999999")
    queries = (*pages, "cohort=x", "state=%00", "q=%27%22%3Cscript%3E", "mine=perhaps")
    found = {query: client.get(f"/ideas/?{query}").status_code for query in queries}
    assert found == dict.fromkeys(queries, 200)


def test_words_are_shown_and_never_run(cast: Cast):
    attack = "<script>alert(1)</script>"
    idea = IdeaFactory(cohort=cast.cohort, title=attack, summary=attack, state="testing")
    prototype = PrototypeFactory(idea=idea, title=attack)
    TrialFactory(prototype=prototype, hypothesis=attack, state="concluded", learning=attack)
    for address in ("/ideas/", idea.get_absolute_url(), cast.cohort.get_absolute_url(), "/"):
        assert attack not in page(cast["M"], address)


def test_a_person_who_left_reads_on_and_adds_nothing(cast: Cast):
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
    answers = {Client().get(address).headers.get("Location", "")[:17] for address in closed(cast).values()}
    assert answers == {"/accounts/login/?"}
