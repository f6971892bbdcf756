"""Tests of the database rules on cohorts and phases, with raw SQL."""

from datetime import date

import pytest

from cohorts.cohort.enums import COHORT_TRANSITIONS, CohortState
from cohorts.models import Cohort, Phase
from programmes.models import Authority, Edition
from tests.cohorts.sql import execute, insert, refused, update
from tests.factories.cohorts import CohortFactory, MembershipFactory, PhaseFactory
from tests.factories.programmes import AuthorityFactory, EditionFactory

pytestmark = pytest.mark.django_db
COHORTS, PHASES = "cohorts_cohort", "cohorts_phase"


@pytest.fixture
def edition() -> Edition:
    return EditionFactory()


@pytest.fixture
def authority() -> Authority:
    return AuthorityFactory()


def write(edition: Edition, authority: Authority, **changes: object) -> Cohort:
    """Insert a minimal cohort with raw SQL and return it."""
    row: dict[str, object] = {
        "edition_id": edition.pk,
        "authority_id": authority.pk,
        "name": "Rivage",
        "slug": "rivage",
        "code": "RIV",
        "site": "",
        "theme": "",
        "state": "prospect",
        "reason": "",
        "planned_start": date(2026, 1, 5),
        "planned_end": date(2028, 1, 4),
        "actual_start_precision": "day",
        "actual_end_precision": "day",
        "seats": 15,
        "outcome": "",
        "format_exception": "",
        "retrospective": False,
        "source": "",
    }
    insert(COHORTS, **(row | changes))
    return Cohort.objects.latest("pk")


def test_an_authority_has_one_cohort_per_edition_and_empty_sites_are_equal(edition, authority):
    write(edition, authority)
    with refused("cohort_once"):
        write(edition, authority, slug="again", code="AGA")


def test_an_authority_may_have_one_cohort_per_site(edition, authority):
    write(edition, authority, site="Lycée Colbert")
    write(edition, authority, slug="other", code="OTH", site="Lycée Jean-Moulin")
    with refused("cohort_once"):
        write(edition, authority, slug="again", code="AGA", site="Lycée Colbert")


def test_cohorts_of_other_editions_or_authorities_are_allowed(edition, authority):
    write(edition, authority)
    write(EditionFactory(), authority, slug="next", code="NEX")
    write(edition, AuthorityFactory(), slug="neighbour", code="NEI")
    assert Cohort.objects.count() == 3


def test_a_withdrawn_cohort_allows_a_new_one(edition, authority):
    gone = write(edition, authority)
    update(COHORTS, gone.pk, state="withdrawn", reason="Elections")
    back = write(edition, authority, slug="again", code="AGA")
    assert Cohort.objects.exclude(state="withdrawn").get() == back


def test_published_facts_may_repeat_an_authority(edition, authority):
    write(edition, authority, retrospective=True, state="completed")
    write(edition, authority, retrospective=True, state="completed", slug="again", code="AGA")
    write(edition, authority, slug="now", code="NOW")
    assert Cohort.objects.count() == 3


@pytest.mark.parametrize("code", ["R", "riv", "R1", "", "RÉV", "RI V", "RIVA1"])
def test_a_code_is_two_to_five_capitals(edition, authority, code):
    with refused("cohort_code_letters"):
        write(edition, authority, code=code)


def test_codes_and_slugs_are_unique(edition, authority):
    write(edition, authority)
    with refused("cohort_code_once"):
        write(edition, AuthorityFactory(), slug="other")
    with refused("cohort_slug_once"):
        write(edition, AuthorityFactory(), code="OTH")


@pytest.mark.parametrize("start", [date(2026, 1, 1), date(2026, 1, 2)])
def test_a_cohort_starts_before_its_authority_is_dissolved(edition, start):
    merged = AuthorityFactory(name="Bourgogne", dissolved_on=date(2026, 1, 1))
    with refused("cohort_authority_living"):
        write(edition, merged, planned_start=start)


def test_a_cohort_may_start_the_day_before_its_authority_is_dissolved(edition):
    merged = AuthorityFactory(dissolved_on=date(2026, 1, 1))
    assert write(edition, merged, planned_start=date(2025, 12, 31)).pk


def test_the_actual_start_counts_if_it_is_recorded(edition):
    merged = AuthorityFactory(dissolved_on=date(2026, 1, 1))
    with refused("cohort_authority_living"):
        write(edition, merged, planned_start=date(2025, 12, 31), actual_start=date(2026, 1, 1))
    assert write(edition, merged, planned_start=date(2026, 3, 1), actual_start=date(2025, 12, 1)).pk


def test_a_cohort_may_still_withdraw_when_its_authority_is_dissolved_first(edition, authority):
    cohort = write(edition, authority)
    update("programmes_authority", authority.pk, dissolved_on=date(2025, 12, 31))
    with refused("cohort_authority_living"):
        update(COHORTS, cohort.pk, state="agreed")
    update(COHORTS, cohort.pk, state="withdrawn", reason="Merged")
    assert Cohort.objects.get().state == "withdrawn"


def test_published_facts_may_outlive_their_authority(edition):
    merged = AuthorityFactory(dissolved_on=date(2016, 1, 1))
    dates = {"planned_start": date(2016, 3, 1), "planned_end": date(2018, 2, 28)}
    assert write(edition, merged, retrospective=True, **dates).pk


@pytest.mark.parametrize("end", [date(2026, 1, 5), date(2026, 1, 4)])
def test_the_planned_end_comes_after_the_planned_start(edition, authority, end):
    with refused("cohort_planned_dates"):
        write(edition, authority, planned_end=end)


def test_the_actual_end_cannot_be_before_the_actual_start(edition, authority):
    with refused("cohort_actual_dates"):
        write(edition, authority, actual_start=date(2026, 2, 2), actual_end=date(2026, 2, 1))


@pytest.mark.parametrize("missing", ["planned_start", "planned_end", "seats"])
def test_dates_and_seats_are_required_except_for_published_facts(edition, authority, missing):
    with refused("cohort_planned_dates_known"):
        write(edition, authority, **{missing: None})
    assert write(edition, authority, retrospective=True, **{missing: None}).pk


@pytest.mark.parametrize("state", sorted(set(CohortState) - {CohortState.PROSPECT, CohortState.AGREED}))
def test_a_new_cohort_is_a_prospect_or_agreed(edition, authority, state):
    with refused("cohort_state"):
        write(edition, authority, state=state.value, reason="Because")


def test_published_facts_can_be_created_in_any_state(edition):
    for index, state in enumerate(CohortState):
        code = "ABCDEFG"[index] * 2
        write(
            edition,
            AuthorityFactory(),
            slug=code.lower(),
            code=code,
            state=state.value,
            reason="Known",
            retrospective=True,
        )
    assert set(Cohort.objects.values_list("state", flat=True)) == set(CohortState.values)


PATHS = {
    CohortState.PROSPECT: [],
    CohortState.AGREED: [CohortState.AGREED],
    CohortState.RUNNING: [CohortState.AGREED, CohortState.RUNNING],
    CohortState.SUSPENDED: [CohortState.AGREED, CohortState.RUNNING, CohortState.SUSPENDED],
    CohortState.COMPLETED: [CohortState.AGREED, CohortState.RUNNING, CohortState.COMPLETED],
    CohortState.ALUMNI: [CohortState.AGREED, CohortState.RUNNING, CohortState.COMPLETED, CohortState.ALUMNI],
    CohortState.WITHDRAWN: [CohortState.WITHDRAWN],
}


@pytest.mark.parametrize("before", CohortState)
@pytest.mark.parametrize("after", CohortState)
def test_a_cohort_moves_along_the_declared_transitions_only(edition, authority, before, after):
    cohort = write(edition, authority, reason="Because")
    for step in PATHS[before]:
        update(COHORTS, cohort.pk, state=step.value)
    if before == after or after in COHORT_TRANSITIONS.get(before, []):
        update(COHORTS, cohort.pk, state=after.value)
        assert Cohort.objects.get().state == after
    else:
        with refused("cohort_state"):
            update(COHORTS, cohort.pk, state=after.value)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_withdrawing_needs_a_reason(edition, authority, reason):
    cohort = write(edition, authority)
    with refused("cohort_withdrawn_reason"):
        update(COHORTS, cohort.pk, state="withdrawn", reason=reason)


@pytest.mark.parametrize("published", [True, False])
def test_the_mark_of_published_facts_never_changes(edition, authority, published):
    cohort = write(edition, authority, retrospective=published)
    with refused("cohort_retrospective_fixed"):
        update(COHORTS, cohort.pk, retrospective=not published)


def test_seats_cannot_be_fewer_than_ambassadors_on_the_busiest_day():
    cohort = CohortFactory(seats=3)
    MembershipFactory(cohort=cohort, starts_on=date(2026, 1, 5), ends_on=date(2026, 6, 30))
    MembershipFactory(cohort=cohort, starts_on=date(2026, 6, 30))
    MembershipFactory(cohort=cohort, starts_on=date(2026, 9, 1))
    MembershipFactory(cohort=cohort, role="relay")
    with refused("cohort_seats_hold"):
        update(COHORTS, cohort.pk, seats=1)
    update(COHORTS, cohort.pk, seats=2)
    assert Cohort.objects.get().seats == 2


def test_a_cohort_has_each_kind_of_phase_once():
    phase = PhaseFactory()
    with refused("phase_once"):
        insert(
            PHASES,
            cohort_id=phase.cohort_id,
            kind="preparation",
            starts_on=date(2027, 1, 1),
            ends_on=date(2027, 2, 1),
        )


def test_a_phase_ends_on_or_after_its_first_day():
    phase = PhaseFactory(starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 5))
    with refused("phase_dates"):
        update(PHASES, phase.pk, ends_on=date(2026, 1, 4))
    assert Phase.objects.get().ends_on == date(2026, 1, 5)


def test_every_write_adds_a_history_row(edition, authority):
    cohort = write(edition, authority)
    update(COHORTS, cohort.pk, state="agreed")
    assert list(cohort.events.order_by("pgh_id").values_list("state", flat=True)) == ["prospect", "agreed"]


def test_a_cohort_with_members_cannot_be_deleted():
    member = MembershipFactory()
    with refused("membership_never_deleted"):
        execute("DELETE FROM cohorts_membership WHERE cohort_id = %s", member.cohort_id)
