"""Pages of webhooks: a coordinator adds one for a cohort, lab staff for everything; secrets are shown once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.hooks import retentions
from accounts.privacy.actions import erase_person
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import NOW, Cast
from tests.factories.webhooks import SECRET, WebhookFactory, delivery_to
from tests.pages import elements, errors, links, row_heads, texts
from tests.sql import execute, force, refused_by, update
from web.security.encryption import decrypt
from webhooks import actions
from webhooks.models import Webhook, WebhookDelivery

pytestmark = pytest.mark.django_db

FORM: dict[str, Any] = {"name": "Intranet", "url": "https://receiver.example/hook", "event_types": ["idea.accepted"]}


def secret_on(page: Any) -> str:
    assert [each["attrs"]["id"] for each in elements(page, "textarea")] == ["secret"]
    return str(page.context["secret"])


def test_a_coordinator_adds_a_webhook_for_the_cohort_and_changes_it(cast: Cast):
    client = signed_in(cast["C"])
    assert "/webhooks/" in links(client.get("/account/")).values()
    assert "/webhooks/" not in links(signed_in(cast["M"]).get("/account/")).values()
    for changes in (
        {"cohort": ""},
        {"cohort": cast.other_cohort.pk},
        {"url": "http://receiver.example/"},
        {"url": "https://192.168.1.1/"},
        {"event_types": []},
        {"name": " "},
    ):
        assert len(errors(client.post("/webhooks/add/", FORM | {"cohort": cast.cohort.pk} | changes))) == 1
    page = client.post("/webhooks/add/", FORM | {"cohort": cast.cohort.pk})
    row = Webhook.objects.get()
    assert (row.owner, row.cohort, row.event_types) == (cast["C"], cast.cohort, ["idea.accepted"])
    assert (secret_on(page)[:6], decrypt(row.secret), row.secret[:5]) == ("whsec_", secret_on(page), "gAAAA")
    assert "no-store" in page["Cache-Control"]
    path = f"/webhooks/{row.pk}/"
    page_text = client.get(path).content.decode()
    assert (secret_on(page) in page_text, "an idea is accepted" in page_text) == (False, True)
    [token] = [
        each["attrs"]["value"]
        for each in elements(client.get(f"{path}change/"), "input")
        if each["attrs"].get("name") == "version_token"
    ]
    change = {**FORM, "version_token": token, "event_types": ["session.moved", "idea.accepted"]}
    assert client.post(f"{path}change/", change).status_code == 302
    late = client.post(f"{path}change/", change | {"name": "Autre"})
    assert "Someone else saved changes" in late.content.decode()
    assert Webhook.objects.get().event_types == ["idea.accepted", "session.moved"]
    new = client.post(f"{path}secret/")
    assert secret_on(new) not in {secret_on(page), SECRET}
    assert "the previous one signs too" in client.get(path).content.decode()


def test_lab_staff_add_one_for_everything_and_see_those_of_others(cast: Cast, django_assert_num_queries: Any):
    client = signed_in(cast["S"])
    client.post("/webhooks/add/", FORM)
    assert "already have a webhook with this name" in client.post("/webhooks/add/", FORM).content.decode()
    row = Webhook.objects.get()
    assert (row.owner, row.cohort) == (cast["S"], None)
    WebhookFactory(owner=cast["C"], cohort=cast.cohort, name="Rivage", failing_since=NOW)
    WebhookFactory(owner=cast["C"], cohort=cast.cohort, name="Site", disabled_at=NOW, disabled_reason="gone")
    with django_assert_num_queries(4):  # session, person, count, webhooks
        page = client.get("/webhooks/")
    assert (row_heads(page), texts(page, "span", "tag")) == (
        ["Intranet", "Rivage", "Site"],
        ["enabled", "failing", "disabled"],
    )
    assert row_heads(signed_in(cast["C"]).get("/webhooks/")) == ["Rivage", "Site"]
    reader = signed_in(UserFactory(is_lab_staff=True, lab_role="reader"))
    assert [reader.get(path).status_code for path in ("/webhooks/", f"/webhooks/{row.pk}/", "/webhooks/add/")] == [
        *(200, 200, 403),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_lists_messages_in_a_fixed_number_of_statements(
    cast: Cast, django_assert_num_queries: Any, number: int
):
    webhook = WebhookFactory(owner=cast["S"])
    for index in range(number):
        delivery_to(webhook, index)
    client = signed_in(cast["S"])
    with django_assert_num_queries(6):  # session, person, webhook, failed ones, count, messages
        page = client.get(f"/webhooks/{webhook.pk}/")
    assert len(row_heads(page)) == number
    assert 'hx-trigger="every 2s"' in page.content.decode()  # until they are sent
    WebhookDelivery.objects.update(attempts=1, next_attempt_at=timezone.now() + timedelta(days=1))
    waiting = client.get(f"/webhooks/{webhook.pk}/").content.decode()
    assert (waiting.count("next attempt:"), "every 2s" in waiting, "&quot;idea.accepted&quot;" in waiting) == (
        *(number, False),
        True,
    )


def test_messages_are_tested_and_sent_again_and_the_webhook_disabled_and_deleted(cast: Cast):
    client, webhook = signed_in(cast["C"]), WebhookFactory(owner=cast["C"], cohort=cast.cohort)
    path = f"/webhooks/{webhook.pk}/"
    client.post(f"{path}test/")
    assert "already waiting" in client.post(f"{path}test/", follow=True).content.decode()
    test = WebhookDelivery.objects.get()
    assert (test.event, test.payload["data"], test.state) == ("webhook.test", {}, "queued")
    failed, arrived, skipped = (delivery_to(webhook, number) for number in (1, 2, 3))
    force(failed, state="dead", reason="attempts", attempts=12)
    force(arrived, state="delivered", delivered_at=NOW)
    force(skipped, state="skipped", reason="disabled")
    actions_of_forms = [each["attrs"].get("action", "") for each in elements(client.get(path), "form")]
    offered = {each for each in actions_of_forms if "send-again" in each}
    one_by_one = {f"{path}deliveries/{row.pk}/send-again/" for row in (failed, arrived)}
    assert offered == {f"{path}send-again/", *one_by_one}
    assert "1 message is sent again." in client.post(f"{path}send-again/", follow=True).content.decode()
    client.post(f"{path}deliveries/{arrived.pk}/send-again/")
    assert "0 messages" in client.post(f"{path}deliveries/{skipped.pk}/send-again/", follow=True).content.decode()
    assert set(webhook.deliveries.values_list("state", "attempts")) == {("queued", 0), ("skipped", 0)}
    other = delivery_to(WebhookFactory(owner=cast["S"]))
    assert client.post(f"{path}deliveries/{other.pk}/send-again/").status_code == 404
    client.post(f"{path}disable/")
    assert Webhook.objects.get(pk=webhook.pk).disabled_reason == "by_hand"
    assert "by_hand" not in client.get(f"/history/webhook/{webhook.pk}/").content.decode()
    for name in ("test/", "send-again/"):
        assert "Enable it first" in client.post(path + name, follow=True).content.decode()
    client.post(f"{path}enable/")
    assert Webhook.objects.get(pk=webhook.pk).disabled_at is None
    assert mail.outbox == []
    cast["C"].memberships.update(ends_on=NOW.date() - timedelta(days=40))
    assert [client.post(path + name).status_code for name in ("test/", "enable/", "secret/", "disable/")] == [
        *(403, 403, 403, 302),
    ]
    assert "/webhooks/" in links(client.get("/account/")).values()
    assert row_heads(client.get("/webhooks/")) == [webhook.name]
    page = client.post(f"{path}delete/", follow=True)
    assert (page.redirect_chain, page.status_code) == ([("/account/", 302)], 200)
    assert client.get("/webhooks/").status_code == 403
    assert not Webhook.objects.filter(pk=webhook.pk).exists()


def test_an_owner_has_twenty_webhooks_at_most(cast: Cast):
    WebhookFactory.create_batch(19, owner=cast["S"])
    client = signed_in(cast["S"])
    client.post("/webhooks/add/", FORM)
    assert Webhook.objects.count() == 20
    assert "20 webhooks already" in client.post("/webhooks/add/", FORM | {"name": "Autre"}).content.decode()
    assert Webhook.objects.count() == 20 == actions.MAX_WEBHOOKS


def test_messages_end_after_ninety_days_and_webhooks_with_their_owner(cast: Cast):
    purge = retentions()["webhook-deliveries"].purge
    webhook = WebhookFactory(owner=cast["S"])
    rows = [delivery_to(webhook, days, at=NOW - timedelta(days=days)) for days in (90, 91, 92)]
    for row in rows[:2]:
        force(row, state="dead", reason="attempts")
    assert (purge(at=NOW, dry_run=True), purge(at=NOW)) == (1, 1)
    assert list(WebhookDelivery.objects.order_by("pk")) == [rows[0], rows[2]]
    WebhookFactory(owner=cast["C"], cohort=cast.cohort)
    erase_person(user=cast["C"], at=NOW, by=None)
    assert [row.owner for row in Webhook.objects.all()] == [cast["S"]]
    history: Any = Webhook.pgh_event_model  # type: ignore[attr-defined] # pghistory
    assert {"name", "url", "secret"} & {field.name for field in history._meta.get_fields()} == set()


def test_the_database_refuses_what_no_form_allows(cast: Cast):
    webhook, other = WebhookFactory.create_batch(2, owner=cast["S"])
    row = delivery_to(webhook)
    for rule, changes in (
        ("webhook_name", {"name": " "}),
        ("webhook_url", {"url": "ftp://receiver.example"}),
        ("webhook_events_known", {"event_types": ["idea.born"]}),
        ("webhook_events_known", {"event_types": []}),
        ("webhook_secret_encrypted", {"secret": SECRET}),
        ("webhook_previous_secret", {"previous_until": NOW}),
        ("webhook_disabled", {"disabled_at": NOW}),
        ("webhook_name_once", {"name": other.name}),
        ("webhook_fixed", {"owner_id": cast["C"].pk}),
        ("webhook_fixed", {"cohort_id": cast.cohort.pk}),
    ):
        with refused_by(rule):
            update(webhook, **changes)
    for rule, changes in (
        ("webhook_delivery_state", {"state": "delivered"}),
        ("webhook_delivery_reason", {"state": "dead"}),
        ("webhook_delivery_delivered_at", {"delivered_at": NOW}),
        ("webhook_delivery_lease", {"lease_until": NOW}),
        ("webhook_delivery_fixed", {"payload": "{}"}),
        ("webhook_delivery_fixed", {"event": "idea.decided"}),
    ):
        with refused_by(rule):
            update(row, **changes)
    with refused_by("webhook_delivery_once"):
        delivery_to(webhook, object_id=row.object_id)
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with refused_by("webhook_delivery_no_truncate"):
        execute("TRUNCATE webhooks_webhookdelivery CASCADE")
