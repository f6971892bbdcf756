"""Rules and permissions of calls, applications and ratings."""

from datetime import timedelta

import pytest

from cohorts.calls.actions.reviews import decide_application
from cohorts.calls.documents import find_application
from cohorts.calls.emails import APPLICATION_EMAILS, CALL_EMAILS
from cohorts.calls.permissions import can_decide, can_manage_calls, can_open_cohort, can_read_calls, can_review
from cohorts.models import Application, ApplicationPerson, Call
from tests.cohorts.raw import refused, run_sql
from tests.factories.accounts import UserFactory
from tests.factories.calls import (
    TEXTS,
    ApplicationFactory,
    ApplicationRatingFactory,
    CallFactory,
    CallReviewerFactory,
)
from tests.factories.cast import NOW, TODAY, Cast
from web.dates.clock import Today
from web.errors import DomainError


class TestRules:
    def test_call_has_both_languages_the_same_criteria_and_days_in_order(self, cast: Cast):
        CallFactory(state="draft")
        for rule, change in {
            "call_in_both_languages": "title_en = ' '",
            "call_criteria_in_both_languages": "criteria_en = '{}'",
            "call_dates": "closes_on = '2026-11-01'",
            "call_plausible_dates": "closes_on = '2126-11-01'",
            "call_published_at": "published_at = now()",
            "call_state": "state = 'closed'",
            "call_text_fr_length": "text_fr = repeat('x', 10001)",
            "call_text_en_length": "text_en = repeat('x', 10001)",
        }.items():
            with refused(rule):
                run_sql(f"UPDATE cohorts_call SET {change}")
        run_sql("UPDATE cohorts_call SET criteria_fr = '{a}', criteria_en = '{b}'")

    def test_what_applicants_read_is_fixed_once_a_call_is_published(self, call: Call):
        for change in ("slug = 'other'", "criteria_fr = '{a,b}'", "criteria_en = '{a,b}'", "opens_on = '2026-11-01'"):
            with refused("call_fixed"):
                run_sql(f"UPDATE cohorts_call SET {change}")
        with refused("call_slug_once"):
            CallFactory(slug=call.slug)
        reviewer = CallReviewerFactory(call=call)
        with refused("call_reviewer_once"):
            CallReviewerFactory(call=call, user=reviewer.user)
        run_sql("UPDATE cohorts_callreviewer SET ended_at = now()")
        with refused("application_rating_of_call"):
            ApplicationRatingFactory(application=ApplicationFactory(call=call), reviewer=reviewer)
        run_sql("UPDATE cohorts_call SET state = 'withdrawn'")
        with refused("call_state"):
            run_sql("UPDATE cohorts_call SET state = 'published'")

    def test_nothing_is_stored_before_the_address_is_confirmed(self, call: Call):
        ApplicationFactory(call=call, state="unconfirmed")
        for name in TEXTS:
            with refused("application_empty_until_confirmed"):
                run_sql(f"UPDATE cohorts_application SET {name} = '356000000'")
        with refused("application_state"):
            run_sql("UPDATE cohorts_application SET state = 'submitted'")

    def test_application_is_complete_in_time_and_fixed_once_sent(self, call: Call):
        row = ApplicationFactory(call=call, state="draft")
        for day in ("2026-11-01", "2026-12-19"):
            with refused("application_in_time"):
                run_sql("UPDATE cohorts_application SET state = 'submitted', submitted_on = %s", day)
        with refused("application_complete"):
            run_sql("UPDATE cohorts_application SET state = 'submitted', submitted_on = '2026-11-24', need = ' '")
        with refused("application_siren_luhn"):
            run_sql("UPDATE cohorts_application SET siren = '356000001'")
        for name in ("need", "challenge", "sponsors"):
            with refused(f"application_{name}_length"):
                run_sql(f"UPDATE cohorts_application SET {name} = repeat('x', 10001)")
        for day in ("2026-11-02", "2026-12-18"):
            run_sql("UPDATE cohorts_application SET state = 'submitted', submitted_on = %s", day)
            run_sql("DELETE FROM cohorts_applicationperson")
            Application.objects.filter(pk=row.pk).delete()
            row = ApplicationFactory(call=call, state="draft")
        run_sql("UPDATE cohorts_application SET state = 'submitted', submitted_on = '2026-11-24'")
        for name in TEXTS:
            with refused("application_fixed"):
                run_sql(f"UPDATE cohorts_application SET {name} = '732829320'")
        with refused("application_fixed"):
            run_sql("UPDATE cohorts_applicationperson SET full_name = 'Someone else'")
        with refused("application_decided_with_reason"):
            run_sql("UPDATE cohorts_application SET state = 'refused', ended_at = now()")
        with refused("application_cohort_accepted"):
            run_sql("UPDATE cohorts_application SET cohort_id = (SELECT max(id) FROM cohorts_cohort)")

    def test_an_authority_has_one_accepted_application_by_its_siren_or_its_name(self, cast: Cast, call: Call):
        decide = (
            "UPDATE cohorts_application SET state = 'accepted', ended_at = now(), reason = 'x', decided_by_id = %s"
            " WHERE id = %s"
        )
        for rule, name, values in (
            ("application_siren_once", "LA VILLE", {"siren": "356000000"}),
            ("application_name_once", "SYNDICAT", {}),
        ):
            first = ApplicationFactory(call=call, state="accepted", authority_name=name.title(), **values)
            second = ApplicationFactory(call=call, authority_name=name, **values)
            assert list(Application.objects.of_same_authority(second)) == [first]
            with refused(rule):
                run_sql(decide, cast["S"].pk, second.pk)
            with pytest.raises(DomainError, match="is accepted already"):
                decide_application(application=second, accepted=True, reason="x", at=NOW, by=cast["S"])
        with refused("application_of_person_once"):
            ApplicationFactory(call=call, user=second.user, state="unconfirmed")
        with refused("application_link_once"):
            run_sql("UPDATE cohorts_application SET token_hash = %s", second.token_hash)

    def test_people_of_an_application_have_a_name_an_address_and_a_role_of_the_authority(self, call: Call):
        ApplicationFactory(call=call, state="draft")
        for rule, change in {
            "application_person_role": "role = 'coordinator'",
            "application_person_name": "full_name = ' '",
            "application_person_mailbox": "email = 'nobody'",
        }.items():
            with refused(rule):
                run_sql(f"UPDATE cohorts_applicationperson SET {change}")
        person = ApplicationPerson.objects.get()
        with refused("application_person_once"):
            ApplicationPerson.objects.create(
                application=person.application, full_name="Leo", email=person.email.upper(), role="pilot"
            )

    def test_only_a_reviewer_of_the_call_rates_by_its_criteria_until_the_decision(self, call: Call):
        row = ApplicationFactory(call=call)
        rating = ApplicationRatingFactory(application=row)
        for rule, change in {
            "application_rating_points": "points = 6",
            "application_rating_sentence": "sentence = ' '",
            "application_rating_of_call": "criterion = 2",
        }.items():
            with refused(rule):
                run_sql(f"UPDATE cohorts_applicationrating SET {change}")
        with refused("application_rating_points"):
            run_sql("UPDATE cohorts_applicationrating SET points = 0")
        with refused("application_rating_of_call"):
            ApplicationRatingFactory(application=row, reviewer=CallReviewerFactory())
        with refused("application_rating_once"):
            ApplicationRatingFactory(application=row, reviewer=rating.reviewer)
        run_sql("UPDATE cohorts_applicationrating SET criterion = 1, points = 1")
        decided = ApplicationFactory(call=call, state="refused")
        with refused("application_rating_open"):
            ApplicationRatingFactory(application=decided, reviewer=rating.reviewer)


def test_documents_of_an_application_are_changed_by_its_link_alone(cast: Cast, call: Call):
    CallReviewerFactory(call=call, user=cast["D"])
    application = ApplicationFactory(call=call)
    for role in "SD":
        owner = find_application(application.pk, cast[role], Today(TODAY))
        assert owner is not None
        assert [bool(decision) for decision in (owner.can_add, owner.can_edit, owner.can_edit_own)] == [False] * 3
    assert find_application(application.pk, cast["N"], Today(TODAY)) is None


def test_permissions_of_the_lab_its_readers_reviewers_and_others(cast: Cast, call: Call):
    reader = UserFactory(is_lab_staff=True, lab_role="reader")
    waiting, accepted = ApplicationFactory(call=call), ApplicationFactory(call=call, state="accepted")
    CallReviewerFactory(call=call, user=cast["D"])
    CallReviewerFactory(user=cast["N"])  # of another call
    people = {"lab": cast["S"], "reader": reader, "reviewer": cast["D"], "other": cast["N"], "nobody": cast["A"]}
    decisions = {
        who: [
            bool(can_manage_calls(user)),
            bool(can_read_calls(user)),
            bool(can_review(user, waiting)),
            bool(can_review(user, accepted)),
            bool(can_decide(user, waiting)),
            bool(can_decide(user, accepted)),
            bool(can_open_cohort(user, accepted)),
            bool(can_open_cohort(user, waiting)),
        ]
        for who, user in people.items()
    }
    assert decisions == {
        "lab": [True, True, False, False, True, False, True, False],
        "reader": [False, True, False, False, False, False, False, False],
        "reviewer": [False, True, True, False, False, False, False, False],
        "other": [False, True, False, False, False, False, False, False],
        "nobody": [False] * 8,
    }
    seen = {who: Application.objects.visible_to(user).count() for who, user in people.items()}
    assert seen == {"lab": 2, "reader": 2, "reviewer": 2, "other": 0, "nobody": 0}
    readers = {"lab": True, "reader": True, "reviewer": True, "other": False, "nobody": False}
    assert {who: APPLICATION_EMAILS.can_see(user, waiting.pk) for who, user in people.items()} == readers
    assert {who: CALL_EMAILS.can_see(user, call.pk) for who, user in people.items()} == readers
    for state in ("unconfirmed", "draft", "withdrawn"):
        ApplicationFactory(call=call, state=state)
    assert Application.objects.visible_to(cast["S"]).count() == 2
    CallReviewerFactory(call=CallFactory(state="draft", slug="draft"), user=people["reviewer"])
    assert {who: Call.objects.visible_to(user).count() for who, user in people.items()} == {
        "lab": 3,
        "reader": 3,
        "reviewer": 1,
        "other": 1,
        "nobody": 0,
    }


def test_call_is_public_and_takes_applications_by_its_state_and_days(db: None):
    day = timedelta(days=1)
    calls = {
        "draft": CallFactory(state="draft"),
        "not begun": CallFactory(opens_on=TODAY + day),
        "open": CallFactory(opens_on=TODAY, closes_on=TODAY),
        "over": CallFactory(closes_on=TODAY - day),
        "closed": CallFactory(state="closed"),
        "withdrawn": CallFactory(state="closed"),
    }
    calls["withdrawn"].state = "withdrawn"
    calls["withdrawn"].save()
    found = {
        name: {slug for slug, row in calls.items() if row in rows}
        for name, rows in {
            "public": Call.objects.public(TODAY),
            "open": Call.objects.open(TODAY),
            "with applicants": Call.objects.with_applicants(TODAY),
            "withdrawn": Call.objects.withdrawn(),
        }.items()
    }
    assert found == {
        "public": {"open", "over", "closed"},
        "open": {"open"},
        "with applicants": {"open", "over", "closed", "withdrawn"},
        "withdrawn": {"withdrawn"},
    }
