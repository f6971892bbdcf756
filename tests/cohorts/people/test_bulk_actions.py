"""The date of the mission letter of several members at once: preview, permission, and undo."""

from datetime import date

import pytest

from cohorts.models import Membership
from lists.models import BulkRun
from tests.factories.cast import Cast
from tests.lists.bulk import confirm, preview
from tests.pages import texts
from tests.prototypes.pages import send, signed_in

pytestmark = pytest.mark.django_db
BEFORE, AFTER, LATER = date(2026, 9, 1), date(2026, 10, 5), date(2026, 10, 12)


def mission_dates(cast: Cast) -> list[date | None]:
    return [cast.cohort.memberships.get(user=cast[role]).mission_letter_on for role in "MR"]


def test_date_is_recorded_for_several_members_and_set_back_unless_changed_since(cast: Cast):
    ambassador, relay = (cast.cohort.memberships.get(user=cast[role]) for role in "MR")
    Membership.objects.filter(pk=ambassador.pk).update(mission_letter_on=BEFORE)
    where = "/lists/members/actions/mission-letter/?subject_key=" + cast.cohort.slug
    selected = f"{where}&row={ambassador.pk}&row={relay.pk}"
    assert texts(preview(cast["P"], selected), "h1") == ["Record mission letter: 2 of 2"]
    confirm(cast["P"], selected, mission_letter_on=AFTER.isoformat())
    assert mission_dates(cast) == [AFTER, AFTER]
    undo = f"/bulk/{BulkRun.objects.get().pk}/undo/"
    Membership.objects.filter(pk=relay.pk).update(mission_letter_on=LATER)
    send(cast["P"], undo)
    assert mission_dates(cast) == [BEFORE, LATER]
    reasons = BulkRun.objects.get().rows.order_by("pk").values_list("state", "reason")
    assert list(reasons) == [
        ("undone", ""),
        ("unchanged", "Someone has changed the date of this mission letter since then."),
    ]


def test_only_those_who_lead_the_cohort_are_offered_it(cast: Cast):
    page, member = f"/cohorts/{cast.cohort.slug}/members/", cast.cohort.memberships.get(user=cast["R"])
    offered = {role: "Record mission letter" in texts(signed_in(cast[role]).get(page), "button") for role in "SCPMRA"}
    assert offered == {"S": True, "C": True, "P": True, "M": False, "R": False, "A": False}
    where = f"/lists/members/actions/mission-letter/?subject_key={cast.cohort.slug}&row={member.pk}"
    assert texts(preview(cast["M"], where), "h1") == ["Record mission letter: 0 of 1"]
