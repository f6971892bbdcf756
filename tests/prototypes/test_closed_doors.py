"""What belongs to another cohort stays there: canaries in its rows appear on no page, and its ids open nothing."""

from datetime import date

import pytest
from django.test import Client

from prototypes.models import IdeaEvent, Implementation, Trial
from tests.factories.cast import Cast
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    ParticipantGroupFactory,
    PrototypeFactory,
    TrialFactory,
)
from tests.prototypes.pages import page, signed_in

pytestmark = pytest.mark.django_db

CANARY = "zzcanary"
HUGE = 99999999999999999999


@pytest.fixture
def foreign(cast: Cast) -> Trial:
    """The other cohort's whole story, marked in every text."""
    challenge = ChallengeFactory(cohort=cast.other, title=f"{CANARY} challenge", framing=CANARY, sponsor=CANARY)
    idea = IdeaFactory(
        cohort=cast.other, challenge=challenge, title=f"{CANARY} idea", summary=CANARY, state="implementing"
    )
    prototype = PrototypeFactory(idea=idea, title=f"{CANARY} prototype", question=CANARY, description=CANARY)
    trial = TrialFactory(prototype=prototype, hypothesis=CANARY, state="locked")
    held = TrialFactory(prototype=prototype, hypothesis=CANARY, state="held")
    ParticipantGroupFactory(trial=held, segment=CANARY)
    ImplementationFactory(idea=idea, evidence=CANARY, unit=CANARY)
    return trial


def unasked(text: str) -> str:
    """A page without the words its reader searched for."""
    return text.replace(f"q={CANARY}", "").replace(f'value="{CANARY}"', "")


@pytest.mark.parametrize("letter", "CDPMRAX")
def test_no_page_shows_what_another_cohort_keeps_to_itself(cast: Cast, foreign: Trial, letter: str):
    own = IdeaFactory(cohort=cast.cohort, state="captured", title="Own idea")
    PrototypeFactory(idea=own)
    addresses = ["/", "/ideas/", "/ideas/?q=zzcanary", "/log/?all", "/ideas/?silent=on", "/field/tests.json"]
    if letter != "X":
        cohort = cast.cohort.get_absolute_url()
        addresses += [own.get_absolute_url(), cohort, f"{cohort}challenges/"]
    assert [address for address in addresses if CANARY in unasked(page(cast[letter], address))] == []


@pytest.mark.parametrize("address", ["/ideas/new/", "/ideas/{idea}/merge/", "/ideas/{idea}/edit/"])
def test_no_form_offers_it(cast: Cast, foreign: Trial, address: str):
    own = IdeaFactory(cohort=cast.cohort)
    assert CANARY not in page(cast["P"], address.format(idea=own.pk))


def addresses_of(trial: Trial) -> list[str]:
    """Every address that takes an id, with the other cohort's ids in it."""
    idea = trial.prototype.idea
    event, live = IdeaEvent.objects.filter(idea=idea).first(), Implementation.objects.get(idea=idea)
    return [
        f"/challenges/{idea.challenge_id}/",
        f"/challenges/{idea.challenge_id}/edit/",
        f"/challenges/{idea.challenge_id}/drop/",
        f"/cohorts/{idea.cohort.slug}/challenges/",
        f"/cohorts/{idea.cohort.slug}/challenges/new/",
        f"/ideas/{idea.pk}/",
        f"/ideas/{idea.pk}/events/",
        f"/ideas/{idea.pk}/edit/",
        f"/ideas/{idea.pk}/abandon/",
        f"/ideas/{idea.pk}/prototypes/new/",
        f"/ideas/{idea.pk}/events/{event.pk}/correct/",
        f"/prototypes/{trial.prototype_id}/",
        f"/prototypes/{trial.prototype_id}/edit/",
        f"/prototypes/{trial.prototype_id}/retire/",
        f"/prototypes/{trial.prototype_id}/tests/new/",
        f"/trials/{trial.pk}/",
        f"/trials/{trial.pk}/edit/",
        f"/trials/{trial.pk}/log/",
        f"/trials/{trial.pk}/cancel/",
        f"/implementations/{live.pk}/discontinue/",
    ]


@pytest.mark.parametrize("letter", "CDPMRAX")
def test_another_cohorts_ids_answer_not_found_and_change_nothing(cast: Cast, foreign: Trial, letter: str):
    client, events = signed_in(cast[letter]), IdeaEvent.objects.count()
    form = {"reason": "x", "on": "2026-11-24", "precision": "day", "title": "x", "participants": "1"}
    read = {address: client.get(address).status_code for address in addresses_of(foreign)}
    written = {address: client.post(address, form).status_code for address in addresses_of(foreign)}
    assert read == dict.fromkeys(read, 404)
    assert set(written.values()) <= {404, 405}
    foreign.refresh_from_db()
    foreign.prototype.idea.refresh_from_db()
    assert (IdeaEvent.objects.count(), foreign.state, foreign.prototype.idea.title) == (
        events,
        "locked",
        f"{CANARY} idea",
    )


@pytest.mark.parametrize(
    "address", ["/ideas/{}/", "/prototypes/{}/", "/trials/{}/", "/challenges/{}/", "/ideas/{}/park/"]
)
def test_ids_beyond_any_row_are_not_found(cast: Cast, address: str):
    assert signed_in(cast["S"]).get(address.format(HUGE)).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=x", "page=99999999", "cohort=x", "state=%00", "q=%27%22%3Cscript%3E", "mine=perhaps"],
)
def test_nonsense_in_the_lists_address_is_survived(cast: Cast, query: str):
    IdeaFactory(cohort=cast.cohort)
    assert signed_in(cast["M"]).get(f"/ideas/?{query}").status_code == 200


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


def test_signed_out_people_are_sent_to_sign_in(cast: Cast, foreign: Trial):
    answers = {Client().get(address).headers.get("Location", "")[:17] for address in addresses_of(foreign)}
    assert answers == {"/accounts/login/?"}
