"""What the role matrix leaves open: forms of actions, keys of no row, invalid input in addresses, past members."""

from datetime import date

import pytest

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


def test_no_form_offers_it(cast_with_markers: Cast):
    own, client = IdeaFactory(cohort=cast_with_markers.cohort), signed_in(cast_with_markers["P"])
    addresses = ("/ideas/new/", f"/ideas/{own.pk}/merge/", f"/ideas/{own.pk}/edit/")
    answers = {address: client.get(address) for address in addresses}
    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(addresses, 200)
    assert [address for address, answer in answers.items() if MARKER in answer.content.decode()] == []


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
