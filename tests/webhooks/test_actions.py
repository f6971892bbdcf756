"""Actions on webhooks ask who acts, whatever page they come from."""

from datetime import date
from functools import partial

import pytest

from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import NOW, Cast
from tests.factories.webhooks import WebhookFactory
from web.errors import Refused
from webhooks import actions
from webhooks.emails import WEBHOOK
from webhooks.enums import DisabledReason
from webhooks.models import WebhookDelivery
from webhooks.permissions import can_have_webhook

pytestmark = pytest.mark.django_db


def test_each_action_is_refused_to_people_who_may_not_have_the_webhook(cast: Cast):
    row = WebhookFactory(owner=cast["C"], cohort=cast.cohort)
    form = {"name": "Intranet", "url": row.url, "event_types": ["idea.accepted"]}
    of_row = {"webhook": row, "at": NOW}
    for action in (
        partial(actions.add_webhook, cohort=cast.cohort, at=NOW, **form),
        partial(actions.change_webhook, **form, **of_row),
        partial(actions.rotate_secret, **of_row),
        partial(actions.disable_webhook, reason=DisabledReason.BY_HAND, **of_row),
        partial(actions.enable_webhook, **of_row),
        partial(actions.send_test_message, **of_row),
        partial(actions.send_again, deliveries=WebhookDelivery.objects.all(), **of_row),
        partial(actions.delete_webhook, **of_row),
    ):
        with pytest.raises(Refused):
            action(by=cast["P"])
    assert [WEBHOOK.can_see(cast[role], row.pk) for role in "CSP"] == [True, True, False]


def test_webhook_is_enabled_only_while_its_owner_may_have_it(cast: Cast):
    row = WebhookFactory(owner=cast["C"], cohort=cast.cohort, disabled_at=NOW, disabled_reason="by_hand")
    cast.cohort.memberships.filter(user=cast["C"]).update(ends_on=date(2026, 11, 23))
    with pytest.raises(Refused):
        actions.enable_webhook(webhook=row, at=NOW, by=cast["S"])
    paths = [f"/webhooks/{row.pk}/{form}/" for form in ("change", "secret", "delete")]
    reader = UserFactory(is_lab_staff=True, lab_role="reader")
    answers = [[signed_in(user).get(path).status_code for path in paths] for user in (cast["C"], reader)]
    assert answers == [[403, 403, 200], [403, 403, 403]]
    cast["S"].is_active = False
    assert not can_have_webhook(cast["S"], None, NOW)
