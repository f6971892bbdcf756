"""Methods in the plan of a session: copied from a card, changed for the session, removed."""

from datetime import date

import pytest
from django.urls import reverse

from cohorts.methods import forms
from cohorts.methods.actions import edit_session_method
from cohorts.models import SessionMethod
from programmes.methods.actions import edit_method
from programmes.models import Method
from tests.cohorts.pages import errors
from tests.factories.accounts import signed_in
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory, SessionMethodFactory
from tests.factories.programmes import MethodFactory
from tests.pages import links, texts
from tests.sql import insert_like, refused_by, update
from web.errors import DomainError

pytestmark = pytest.mark.django_db
SOON = date(2026, 12, 8)


def test_rules_of_the_database(cast: Cast):
    first, second = (SessionMethodFactory(session__cohort=cast.cohort, method=MethodFactory()) for _ in range(2))
    twin = SessionMethodFactory(session=first.session)
    for column, value, rule in [
        ("title", " ", "session_method_texts"),
        ("steps", " ", "session_method_texts"),
        ("minutes", 0, "session_method_minutes"),
        ("minutes", 2_401, "session_method_minutes"),
        ("steps", "x" * 10_001, "session_method_length"),
        ("session_id", second.session_id, "session_method_fixed"),
        ("method_id", twin.method_id, "session_method_fixed"),
        ("created_on", date(2020, 1, 1), "created_on_fixed"),
    ]:
        with refused_by(rule):
            update(first, **{column: value})
    with refused_by("session_method_once"):
        insert_like(first)
    cancelled = SessionFactory(cohort=cast.cohort, state="cancelled")
    with refused_by("session_method_open"):
        insert_like(first, session_id=cancelled.pk)


def test_only_the_next_sessions_are_offered_for_a_method(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    first, second = (SessionFactory(cohort=cast.cohort, date=date(2026, 12, day)) for day in (8, 9))
    client, method = signed_in(cast["P"]), MethodFactory()
    field = client.get(reverse("cohorts:use_method")).context["form"].fields["session"]
    assert (list(field.queryset), field.help_text) == ([first, second], "")
    monkeypatch.setattr(forms, "MAX_SESSIONS", 1)
    field = client.get(reverse("cohorts:use_method")).context["form"].fields["session"]
    assert list(field.queryset) == [first]
    assert field.help_text.startswith("The next 1 sessions are listed.")
    answer = client.get(reverse("cohorts:use_method"), {"method": method.pk, "session": second.pk})
    assert list(errors(answer)) == ["session"]


def test_card_is_copied_into_a_session_and_changed_there(cast: Cast):
    client = signed_in(cast["P"])
    method = MethodFactory(name="Écoute", minutes=90, steps="1. Écoutez.")
    session = SessionFactory(cohort=cast.cohort, date=SOON, title="Le terrain")
    SessionFactory(cohort=cast.other_cohort, date=SOON)
    SessionFactory(cohort=cast.cohort, date=date(2026, 11, 3), state="held")
    use = links(client.get(method.get_absolute_url()))["Use in a session"]
    choice = client.get(use).context["form"].fields["session"]
    assert [choice.label_from_instance(row) for row in choice.queryset] == ["Rivage · Le terrain, 8 Dec 2026"]
    add = client.get(f"{use}&session={session.pk}").headers["Location"]
    assert client.get(add).context["form"].initial == {"method": method.pk}
    page = client.post(add, {"method": str(method.pk)}, follow=True)
    assert texts(page, "h3") == ["Écoute 1 h 30"]
    assert list(errors(client.post(add, {"method": str(method.pk)}))) == ["method"]
    row = SessionMethod.objects.get()
    edit = reverse("cohorts:edit_session_method", args=[row.pk])
    values = {"title": "Écoute rapide", "minutes": "", "steps": "1. Vite.", "version_token": ""}
    token = client.get(edit).context["form"].initial["version_token"]
    assert client.post(edit, values | {"version_token": token}).status_code == 302
    assert client.post(edit, values | {"steps": "1. Lentement.", "version_token": token}).status_code == 200
    row.refresh_from_db()
    method.refresh_from_db()
    assert (row.title, row.minutes, row.steps, method.steps) == ("Écoute rapide", None, "1. Vite.", "1. Écoutez.")
    client.post(reverse("cohorts:remove_session_method", args=[row.pk]))
    assert not SessionMethod.objects.exists()


def test_who_plans_no_session_reads_the_plan_only(cast: Cast):
    row = SessionMethodFactory(session__cohort=cast.cohort)
    member, reader = (links(signed_in(cast[role]).get(row.session.get_absolute_url())) for role in "MR")
    assert "Add a method" not in member | reader
    assert member["See the method Observer"] == row.method.get_absolute_url()
    assert "Use in a session" not in links(signed_in(cast["M"]).get(row.method.get_absolute_url()))


def test_a_method_removed_in_the_meantime_gives_a_sentence(cast: Cast):
    row, card = SessionMethodFactory(session__cohort=cast.cohort), MethodFactory()
    SessionMethod.objects.filter(pk=row.pk).delete()
    Method.objects.filter(pk=card.pk).delete()
    with pytest.raises(DomainError, match="no longer exists"):
        edit_session_method(session_method=row, title="A", minutes=None, steps="B", by=cast["P"])
    with pytest.raises(DomainError, match="no longer exists"):
        edit_method(method=card, name="A", by=cast["S"])


def test_a_cancelled_session_takes_no_method(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state="cancelled")
    page = signed_in(cast["P"]).get(session.get_absolute_url())
    assert "Add a method" not in links(page)
