"""Starting a programme from a known format."""

from itertools import pairwise

import pytest
from django.urls import reverse

from programmes.formats.starters import STARTER_FORMATS, starter_format
from programmes.models import Format, Programme
from tests.factories.accounts import UserFactory, signed_in
from tests.pages import elements, errors


@pytest.mark.parametrize("months", [2, 6, 15, 24, 36])
def test_phases_follow_the_months_in_order_and_end_with_them(months: int):
    for starter in STARTER_FORMATS:
        phases = starter.phases_for(months)
        assert (phases[0][1], phases[-1][2]) == (0, months)
        assert all(start < end for _kind, start, end in phases)
        assert all(before[2] == after[1] for before, after in pairwise(phases))
        assert starter.phases_for(starter.numbers["months"]) == list(starter.phases)


@pytest.mark.django_db
def test_each_known_format_becomes_a_draft_that_can_be_changed_and_published():
    client = signed_in(UserFactory(is_lab_staff=True))
    for starter in STARTER_FORMATS:
        path = reverse("programmes:start_programme", args=[starter.slug])
        page = client.get(path)
        form = {
            element["attrs"]["name"]: element["attrs"].get("value", "")
            for element in elements(page, "input")
            if element["attrs"].get("name") and element["attrs"].get("type") != "hidden"
        }
        draft_page = client.post(path, form).headers["Location"]
        draft = Format.objects.latest("pk")
        assert draft.get_absolute_url() == draft_page
        assert (draft.months, draft.seats, draft.published_at) == (
            *(starter.numbers["months"], starter.numbers["seats"], None),
        )
        assert list(draft.phases.order_by("start_month").values_list("kind", "start_month", "end_month")) == list(
            starter.phases
        )
        assert client.post(reverse("programmes:publish_format", args=[draft.pk])).headers["Location"] == draft_page
    versions = Programme.objects.order_by("pk", "formats__version").values_list("family", "formats__version")
    assert list(versions) == [("residency", 1), ("transfo", 1), ("transfo", 2)]
    taken = client.post(reverse("programmes:start_programme", args=["residency"]), form | {"name_fr": "La Transfo"})
    assert (taken.status_code, Programme.objects.count()) == (200, 2)
    assert errors(taken)


def test_unknown_format_is_none():
    assert starter_format("nothing") is None
