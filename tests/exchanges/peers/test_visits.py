"""Peer visits: asked for, agreed or declined, cancelled, reported; e-mails that show no address."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from exchanges.peers import actions
from exchanges.peers.emails import EMAILS, PEER_VISIT, render
from exchanges.peers.models import PeerVisit
from notifications.models import Reminder
from tests.cohorts.pages import errors
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.exchanges import PeerProfileFactory, PeerVisitFactory
from tests.factories.notifications import DeliveryFactory
from tests.pages import links, messages
from tests.sql import insert_like, refused_by, update
from web.errors import DomainError

pytestmark = pytest.mark.django_db
DAY = TODAY + timedelta(days=14)


def path(name: str, visit: PeerVisit) -> str:
    return reverse(f"exchanges:{name}", args=[visit.pk])


def test_rules_of_the_database(cast: Cast):
    row, agreed = PeerVisitFactory(), PeerVisitFactory(state="agreed")
    for visit, columns, rule in [
        (row, {"guest_id": cast["M"].pk}, "peer_visit_people_fixed"),
        (row, {"purpose": "Autre"}, "peer_visit_people_fixed"),
        (row, {"state": "agreed"}, "peer_visit_agreed_has_days"),
        (row, {"state": "done"}, "peer_visit_state"),
        (row, {"reply": "x" * 5_001}, "peer_visit_reply_length"),
        (row, {"first_day": date(2026, 12, 2), "last_day": date(2026, 12, 1)}, "peer_visit_days"),
        (row, {"first_day": date(2026, 12, 2)}, "peer_visit_days"),
        (row, {"first_day": date(2126, 12, 2), "last_day": date(2126, 12, 2)}, "peer_visit_plausible_dates"),
        (row, {"report": "Trop tôt"}, "peer_visit_report"),
        (row, {"state": "declined", "guest_shares_address": True}, "peer_visit_addresses"),
        (agreed, {"state": "declined"}, "peer_visit_state"),
        (agreed, {"state": "done"}, "peer_visit_report"),
        (agreed, {"state": "done", "report": "x" * 5_001}, "peer_visit_report_length"),
        (agreed, {"created_on": date(2020, 1, 1)}, "created_on_fixed"),
    ]:
        with refused_by(rule):
            update(visit, **columns)
    for columns, rule in [
        ({}, "peer_visit_open_once"),
        ({"guest_id": row.host_id}, "peer_visit_two_people"),
        ({"guest_id": cast["M"].pk, "purpose": " "}, "peer_visit_purpose_required"),
        ({"guest_id": cast["M"].pk, "purpose": "x" * 5_001}, "peer_visit_purpose_length"),
        ({"guest_id": cast["M"].pk, "state": "declined"}, "peer_visit_state"),
    ]:
        with refused_by(rule):
            insert_like(row, **columns)


def test_visit_from_the_request_to_the_report(cast: Cast):
    guest, host = signed_in(cast["M"]), signed_in(cast["N"])
    profile = PeerProfileFactory(user=cast["N"])
    ask = links(guest.get(reverse("exchanges:directory")))[f"Ask for a visit {cast['N']}"]
    assert list(errors(guest.post(ask, {"purpose": ""}))) == ["purpose"]
    assert guest.post(ask, {"purpose": "Voir le guichet"}).status_code == 302
    assert list(errors(guest.post(ask, {"purpose": "Encore"}))) == ["purpose"]
    visit = PeerVisit.objects.get()
    assert guest.post(path("agree_to_visit", visit)).status_code == 403
    agree = links(host.get(visit.get_absolute_url()))["Agree on days"]
    past = host.post(agree, {"first_day": TODAY - timedelta(days=1)})
    assert list(errors(past)) == ["first_day"]
    assert list(errors(host.post(agree, {"first_day": DAY, "last_day": TODAY}))) == ["last_day"]
    assert host.post(agree, {"first_day": DAY, "venue": "La mairie", "reply": "Venez"}).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.first_day, visit.last_day) == ("agreed", DAY, DAY)
    report = links(guest.get(visit.get_absolute_url()))["Write the report"]
    assert list(errors(guest.post(report, {"report": "Trop tôt"}))) == ["report"]
    actions.report_visit(visit=visit, report="Un guichet", at=NOW + timedelta(days=14), by=cast["M"])
    assert [str(row) for row in PeerVisit.objects.filter(state="done")] == [f"{cast['M']} → {cast['N']}"]
    assert list(Reminder.objects.order_by("pk").values_list("email_type", "audience")) == [
        ("visit_requested", "host"),
        ("visit_agreed", "guest"),
        ("visit_reported", "host"),
    ]
    assert profile.user == cast["N"]


@pytest.mark.parametrize(("first", "last"), [(0, 0), (1, None)])
def test_today_is_the_first_day_that_a_host_can_offer(cast: Cast, first: int, last: int | None):
    visit, values = PeerVisitFactory(), {"venue": "", "reply": "", "at": NOW, "by": cast["N"]}
    days = {"first_day": TODAY + timedelta(days=first), "last_day": None if last is None else TODAY}
    assert actions.agree_to_visit(visit=visit, **days, **values).last_day == TODAY + timedelta(days=first)
    with pytest.raises(DomainError):
        actions.agree_to_visit(visit=PeerVisitFactory(), first_day=TODAY - timedelta(days=1), last_day=None, **values)


def test_address_is_shown_only_while_its_owner_allows_it(cast: Cast):
    guest, host = signed_in(cast["M"]), signed_in(cast["N"])
    visit = PeerVisitFactory(guest=cast["M"], host=cast["N"], state="agreed")

    def is_shown() -> bool:
        return cast["N"].email in guest.get(visit.get_absolute_url()).content.decode()

    assert not is_shown()
    host.post(path("share_address", visit), {"share": "1"})
    assert is_shown()
    assert cast["M"].email not in host.get(visit.get_absolute_url()).content.decode()
    host.post(path("share_address", visit), {"share": "0"})
    assert not is_shown()
    host.post(path("share_address", visit), {"share": "1"})
    assert guest.post(path("cancel_visit", visit)).status_code == 302
    assert not is_shown()
    assert host.post(path("share_address", visit), {"share": "1"}).status_code == 403


def test_who_may_ask_and_who_may_cancel(cast: Cast):
    colleague, own = PeerProfileFactory(user=cast["P"]), PeerProfileFactory(user=cast["M"])
    client = signed_in(cast["M"])
    assert f"Ask for a visit {cast['P']}" not in links(client.get(reverse("exchanges:directory")))
    moved = MembershipFactory(cohort=cast.cohort, user=cast["N"], ends_on=TODAY - timedelta(days=1)).user
    former = PeerProfileFactory(user=moved)  # who left the cohort, and asks and is asked as others do
    codes = [
        signed_in(cast[role]).get(reverse("exchanges:ask_for_visit", args=[profile.pk])).status_code
        for role, profile in (("M", colleague), ("M", own), ("M", former), ("N", colleague))
    ]
    assert codes == [403, 403, 200, 200]
    requested = PeerVisitFactory(guest=cast["M"], host=cast["N"])
    for role, name in (("N", "cancel_visit"), ("N", "report_visit"), ("M", "report_visit"), ("S", "share_address")):
        assert signed_in(cast[role]).post(path(name, requested)).status_code == 403, (role, name)
    assert signed_in(cast["N"]).post(path("decline_visit", requested), {"reply": "Pas ce mois"}).status_code == 302
    assert client.post(path("cancel_visit", requested)).headers["Location"] == requested.get_absolute_url()
    assert PeerVisit.objects.get().state == "declined"
    page = signed_in(cast["N"]).get(path("agree_to_visit", requested), follow=True)
    assert messages(page) == ["This request has already been answered."]
    agreed = PeerVisitFactory(guest=cast["M"], host=cast["N"], state="agreed")
    assert signed_in(cast["S"]).post(path("cancel_visit", agreed)).status_code == 403
    assert signed_in(cast["N"]).post(path("cancel_visit", agreed)).status_code == 302
    page = signed_in(cast["M"]).get(path("cancel_visit", agreed), follow=True)
    assert messages(page) == ["This visit is over."]
    answers = {role: signed_in(cast[role]).get(agreed.get_absolute_url()).status_code for role in "SR"}
    assert (answers, PEER_VISIT.can_see(cast["R"], agreed.pk)) == ({"S": 200, "R": 404}, False)
    assert list(Reminder.objects.order_by("pk").values_list("email_type", "audience")) == [
        ("visit_declined", "guest"),
        ("visit_cancelled", "guest"),
    ]


def test_requests_have_a_limit_of_a_day_and_of_a_pair(cast: Cast, settings: Any):
    settings.FIRST_EMAILS_PER_PERSON = 2
    ask = partial(actions.request_visit, purpose="Voir", by=cast["M"])
    first = ask(host=cast["N"], at=NOW)
    actions.cancel_visit(visit=first, at=NOW, by=cast["M"])
    for days in (0, 29):
        with pytest.raises(DomainError, match="less than 30 days ago"):
            ask(host=cast["N"], at=NOW + timedelta(days=days))
    ask(host=UserFactory(), at=NOW)
    with pytest.raises(DomainError, match="Continue tomorrow"):
        ask(host=UserFactory(), at=NOW + timedelta(hours=23))
    assert PeerVisit.objects.count() == 2
    assert ask(host=UserFactory(), at=NOW + timedelta(hours=24)).state == "requested"
    assert ask(host=cast["N"], at=NOW + timedelta(days=30)).state == "requested"
    off = PeerVisitFactory(guest=cast["M"], state="agreed", created_on=TODAY)
    actions.cancel_visit(visit=off, at=NOW, by=cast["M"])
    assert ask(host=off.host, at=NOW + timedelta(days=2)).state == "requested"


@pytest.mark.parametrize(("state", "reason"), [("queued", "cancelled"), ("sent", "")])
def test_a_host_who_never_got_the_request_is_not_told_that_it_is_off(cast: Cast, state: str, reason: str):
    visit = actions.request_visit(host=cast["N"], purpose="Voir", at=NOW, by=cast["M"])
    Reminder.objects.update(state="expanded")
    DeliveryFactory(user=cast["N"], reminder=Reminder.objects.get(), state=state)
    actions.cancel_visit(visit=visit, at=NOW, by=cast["M"])
    cancelled = Reminder.objects.get(email_type="visit_cancelled")
    assert PEER_VISIT.check(cancelled, cast["N"], NOW).reason == reason


def test_a_visit_that_is_off_or_gone_in_the_meantime_gives_a_sentence(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    """The two people act at once: the page has read the visit before the other's step."""
    visit, client = PeerVisitFactory(guest=cast["M"], host=cast["N"]), signed_in(cast["N"])
    stale = PeerVisit.objects.select_related("guest", "host").get(pk=visit.pk)
    actions.cancel_visit(visit=visit, at=NOW, by=cast["M"])
    monkeypatch.setattr("exchanges.peers.views.visits._get_visit", lambda *_arguments: stale)
    answer = client.post(path("share_address", visit), {"share": "1"}, follow=True)
    assert "E-mail addresses are hidden once a visit is declined or cancelled." in answer.content.decode()
    PeerVisit.objects.all().delete()
    with pytest.raises(DomainError, match="no longer exists"):
        actions.share_address(visit=stale, is_shared=True, by=cast["N"])
    assert list(errors(client.post(path("decline_visit", visit), {"reply": "Non"}))) == ["__all__"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_emails_name_people_and_days_and_show_no_address(cast: Cast, language: str):
    visit = PeerVisitFactory(guest=cast["M"], host=cast["N"], state="done")
    with override(language):
        for email_type in EMAILS:
            reminder = Reminder(kind="peer_visit", object_id=visit.pk, email_type=email_type, audience="host")
            part = render(reminder, visit, cast["N"], language)
            assert visit.purpose not in part.text
            assert not {cast["M"].email, cast["N"].email} & set(f"{part.text} {part.subject}".split())
            assert str(cast["M"] if "guest" in str(EMAILS[email_type].subject) else cast["N"]) in part.subject


def test_an_email_about_an_earlier_state_is_not_sent(cast: Cast):
    visit = actions.request_visit(host=cast["N"], purpose="Voir", at=NOW, by=cast["M"])
    requested_email = Reminder.objects.get()
    assert [each.user for each in PEER_VISIT.recipients(requested_email, NOW)] == [cast["N"]]
    actions.agree_to_visit(visit=visit, first_day=DAY, last_day=None, venue="", reply="", at=NOW, by=cast["N"])
    agreed = Reminder.objects.get(email_type="visit_agreed")
    assert PEER_VISIT.check(requested_email, cast["N"], NOW).reason == "answered"
    assert PEER_VISIT.check(agreed, cast["M"], NOW).reason == ""
    actions.cancel_visit(visit=visit, at=NOW, by=cast["M"])
    assert PEER_VISIT.check(agreed, cast["M"], NOW).reason == "cancelled"
    cancelled = Reminder.objects.get(email_type="visit_cancelled")
    assert [each.user for each in PEER_VISIT.recipients(cancelled, NOW)] == [cast["N"]]
