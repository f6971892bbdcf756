"""Actions on authorities and their admins."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import User
from programmes import actions
from programmes.hooks import ProgrammeHooks, programme_hooks
from programmes.models import Authority, AuthorityAdmin
from tests.factories.accounts import UserFactory
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory
from tests.sql import update
from web.errors import DomainError

AT, TODAY = datetime(2026, 11, 24, 12, tzinfo=UTC), date(2026, 11, 24)
RENNES = "213502388"


def refusal(act, **arguments: object) -> tuple[str, str | None]:
    with pytest.raises(DomainError) as refused:
        act(**arguments)
    return str(refused.value), refused.value.field


class TestCreateAuthority:
    def test_the_slug_is_made_from_the_name(self, staff: User):
        authority = actions.create_authority(name="Ville d'Évry", kind="municipality", siren=RENNES, by=staff)
        saved = Authority.objects.get(pk=authority.pk)
        assert (saved.slug, saved.siren, saved.time_zone) == ("ville-d-evry", RENNES, "Europe/Paris")

    @pytest.mark.parametrize(
        ("facts", "refused"),
        [
            ({"name": "?"}, ("The name must contain at least one letter or digit.", "name")),
            ({"siren": "213502389"}, ("This is not a SIREN number: check its nine digits.", "siren")),
            ({"siren": "ABCDEFGHI"}, ("This is not a SIREN number: check its nine digits.", "siren")),
            (
                {"latitude": 48.1},
                ("Give both latitude (-90 to 90) and longitude (-180 to 180), or neither.", "latitude"),
            ),
            ({"holiday_subdivision": "99"}, ("Choose the holidays from the lists.", "holiday_subdivision")),
            ({"school_zone": "D"}, ("Choose the holidays from the lists.", "holiday_subdivision")),
            ({"time_zone": "Europe/Rennes"}, ("Choose the time zone from the list.", "time_zone")),
        ],
        ids=str,
    )
    def test_invalid_facts_are_refused(self, staff: User, facts: dict[str, object], refused: tuple[str, str]):
        arguments = {"name": "Rennes", "kind": "municipality", "by": staff, **facts}
        assert refusal(actions.create_authority, **arguments) == refused
        assert Authority.objects.count() == 0

    def test_an_empty_siren_is_an_unknown_one(self, staff: User):
        for name in ("Rennes", "Nantes"):
            actions.create_authority(name=name, kind="municipality", siren="", by=staff)
        assert list(Authority.objects.values_list("siren", flat=True)) == [None, None]

    def test_a_second_one_of_the_same_name_is_refused_next_to_its_name(self, staff: User):
        arguments = {"name": "Rennes", "kind": "municipality", "by": staff}
        actions.create_authority(**arguments)
        assert refusal(actions.create_authority, **arguments) == (
            "Another authority already has this name. Add what distinguishes the two.",
            "name",
        )

    def test_only_a_dissolved_authority_has_a_successor(self, staff: User):
        arguments = {"name": "Bourgogne", "kind": "region", "successor": AuthorityFactory(), "by": staff}
        assert refusal(actions.create_authority, **arguments) == (
            "Give the date on which the authority was dissolved: only a dissolved authority has a successor.",
            "dissolved_on",
        )


class TestChangeAuthority:
    def test_facts_change_and_the_slug_stays(self, staff: User):
        authority = AuthorityFactory(slug="rennes", seat="Rennes")
        actions.change_authority(authority=authority, name="Rennes Métropole", kind="intermunicipal", by=staff)
        authority.refresh_from_db()
        assert (authority.name, authority.kind, authority.slug, authority.seat) == (
            "Rennes Métropole",
            "intermunicipal",
            "rennes",
            "Rennes",
        )

    def test_an_authority_can_be_dissolved_with_a_successor(self, staff: User):
        old, new = AuthorityFactory(), AuthorityFactory()
        actions.change_authority(authority=old, dissolved_on=date(2016, 1, 1), successor=new, by=staff)
        assert list(new.predecessors.all()) == [old]

    def test_it_does_not_succeed_itself(self, staff: User):
        old = AuthorityFactory()
        arguments = {"authority": old, "dissolved_on": date(2016, 1, 1), "successor": old, "by": staff}
        assert refusal(actions.change_authority, **arguments) == ("An authority cannot succeed itself.", "successor")

    def test_the_siren_of_another_is_refused(self, staff: User):
        AuthorityFactory(siren=RENNES)
        assert refusal(actions.change_authority, authority=AuthorityFactory(), siren=RENNES, by=staff) == (
            "Another active authority already has this SIREN number. Check the number.",
            "siren",
        )


class TestNameAdmin:
    def test_someone_with_an_account_is_admin_from_today(self, staff: User):
        authority, user = AuthorityFactory(), UserFactory(email="ada@people.example")
        admin = actions.name_admin(authority=authority, email=" Ada@People.example ", today=TODAY, at=AT, by=staff)
        assert (admin.user, admin.since, admin.until) == (user, TODAY, None)
        assert User.objects.filter(email__iexact=user.email).count() == 1

    def test_someone_without_an_account_gets_one(self, staff: User):
        admin = actions.name_admin(
            authority=AuthorityFactory(),
            email="ada@people.example",
            full_name=" Ada Martin ",
            language="fr",
            today=TODAY,
            at=AT,
            by=staff,
        )
        assert (admin.user.full_name, admin.user.language) == ("Ada Martin", "fr")
        assert admin.user.has_usable_password() is False

    @pytest.mark.parametrize("name", ["", "   "])
    def test_an_account_needs_a_name(self, staff: User, name: str):
        arguments = {"authority": AuthorityFactory(), "email": "ada@people.example", "full_name": name}
        assert refusal(actions.name_admin, **arguments, today=TODAY, at=AT, by=staff) == (
            "Nobody has an account with this address. Give the person’s name to create one.",
            "full_name",
        )
        assert User.objects.filter(email="ada@people.example").count() == 0

    def test_a_person_with_a_closed_account_cannot_be_admin(self, staff: User):
        user = UserFactory(is_active=False)
        arguments = {"authority": AuthorityFactory(), "email": user.email, "today": TODAY, "at": AT, "by": staff}
        assert refusal(actions.name_admin, **arguments) == (
            "This person’s account is closed: open it again first.",
            "email",
        )
        assert not AuthorityAdmin.objects.exists()

    def test_naming_the_same_admin_twice_is_refused(self, staff: User):
        arguments = {"authority": AuthorityFactory(), "email": "ada@people.example", "full_name": "Ada"}
        actions.name_admin(**arguments, today=TODAY, at=AT, by=staff)
        assert refusal(actions.name_admin, **arguments, today=TODAY, at=AT, by=staff) == (
            "This person is already an admin of the authority.",
            "email",
        )
        assert AuthorityAdmin.objects.count() == 1

    def test_naming_again_on_the_day_of_the_end_reopens_the_mandate(self, staff: User):
        admin = AuthorityAdminFactory()
        actions.end_admin(admin=admin, at=AT, by=staff)
        again = actions.name_admin(authority=admin.authority, email=admin.user.email, today=TODAY, at=AT, by=staff)
        assert AuthorityAdmin.objects.active(date(2027, 1, 1)).get() == again

    def test_hooks_run_before_with_the_people_concerned(self, staff: User, monkeypatch: pytest.MonkeyPatch):
        calls: list[dict[str, Any]] = []

        def give_way(*, people: Any, **more: Any) -> None:
            calls.append({"people": list(people), "named": AuthorityAdmin.objects.exists(), **more})

        monkeypatch.setattr(programme_hooks, "by_app", {"test": ProgrammeHooks(before_mandate=give_way)})
        authority, user = AuthorityFactory(), UserFactory(email="ada@people.example")
        actions.name_admin(authority=authority, email=" Ada@People.example", today=TODAY, at=AT, by=staff)
        about = {"authority": authority, "today": TODAY, "at": AT, "by": staff}
        assert calls == [{"people": [user], "named": False, **about}]


class TestAppointAdmin:
    @pytest.fixture
    def invited(self, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
        """Record who was invited; the hooks of other apps are not called."""
        invitations: list[dict[str, Any]] = []
        hooks = ProgrammeHooks(invite_admin=lambda **arguments: invitations.append(arguments) or "invited")
        monkeypatch.setattr(programme_hooks, "by_app", {"test": hooks})
        return invitations

    def arguments(self, staff: User) -> dict[str, Any]:
        named = {"email": "ada@people.example", "full_name": "Ada Martin", "language": "fr"}
        return {"authority": AuthorityFactory(), **named, "at": AT, "by": staff}

    def test_a_person_with_an_account_is_named(self, staff: User, invited: list[dict[str, Any]]):
        user = UserFactory(email="ada@people.example")
        result = actions.appoint_admin(**self.arguments(staff))
        assert (AuthorityAdmin.objects.get(), result.user, result.since, invited) == (result, user, TODAY, [])

    def test_a_person_without_an_account_is_invited(self, staff: User, invited: list[dict[str, Any]]):
        arguments = self.arguments(staff)
        assert (actions.appoint_admin(**arguments), invited, AuthorityAdmin.objects.count()) == (
            "invited",
            [arguments],
            0,
        )

    def test_without_invitations_a_person_is_named_at_once(self, staff: User, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(programme_hooks, "by_app", {})
        assert actions.appoint_admin(**self.arguments(staff)).user.full_name == "Ada Martin"


@pytest.mark.django_db
class TestSoleAdmins:
    def alone(self, admin: AuthorityAdmin) -> bool:
        return AuthorityAdmin.objects.sole_admins(TODAY).filter(pk=admin.pk).exists()

    def test_the_only_admin_is_alone(self):
        admin, _elsewhere = AuthorityAdminFactory(), AuthorityAdminFactory()
        assert self.alone(admin) is True

    @pytest.mark.parametrize(
        ("other", "open_account", "alone"),
        [
            ({}, True, False),
            ({"until": TODAY}, True, True),
            ({"since": date(2027, 1, 1)}, True, True),
            ({}, False, True),
        ],
        ids=["another goes on", "ends too", "is still to come", "has a closed account"],
    )
    def test_another_admin_with_an_open_account_counts(self, other: dict[str, Any], open_account: bool, *, alone: bool):
        admin = AuthorityAdminFactory()
        other_admin = AuthorityAdminFactory(authority=admin.authority, **other)
        update(other_admin.user, is_active=open_account)
        assert self.alone(admin) is alone

    def test_an_ended_mandate_does_not_count(self):
        assert self.alone(AuthorityAdminFactory(until=date(2026, 3, 31))) is False


class TestEndAdmin:
    def test_today_is_the_last_day(self, staff: User):
        admin = AuthorityAdminFactory()
        actions.end_admin(admin=admin, at=AT, by=staff)
        active = AuthorityAdmin.objects.active
        assert (active(TODAY).count(), active(date(2026, 11, 25)).count()) == (1, 0)

    def test_an_ended_mandate_keeps_its_end(self, staff: User):
        admin = AuthorityAdminFactory(until=date(2026, 3, 31))
        assert actions.end_admin(admin=admin, at=AT, by=staff).until == date(2026, 3, 31)

    def test_a_future_mandate_cannot_be_ended(self, staff: User):
        admin = AuthorityAdminFactory(since=date(2027, 1, 1))
        assert refusal(actions.end_admin, admin=admin, at=AT, by=staff) == (
            "The end comes before the start: check both dates.",
            "until",
        )

    def test_hooks_run_once_after_the_end(self, staff: User, monkeypatch: pytest.MonkeyPatch):
        admin, calls = AuthorityAdminFactory(), []
        hooks = ProgrammeHooks(
            after_mandate=lambda *, authority, people, at, by: calls.append((authority, *people, at, by))
        )
        monkeypatch.setitem(programme_hooks.by_app, "test", hooks)
        for _again in range(2):
            actions.end_admin(admin=admin, at=AT, by=staff)
        assert calls == [(admin.authority, admin.user, AT, staff)]


class TestSchoolZone:
    def added(self, staff: User, **facts: Any) -> tuple[str, str]:
        result = actions.create_authority(**{"name": "Rennes", "kind": "municipality", **facts}, by=staff)
        return result.school_zone, result.holiday_subdivision

    def test_the_school_zone_is_taken_from_the_code(self, staff: User):
        assert self.added(staff, insee_code="35238") == ("B", "")

    def test_the_holiday_subdivision_is_taken_from_the_code(self, staff: User):
        assert self.added(staff, insee_code="68224") == ("B", "6AE")

    def test_a_chosen_zone_stays(self, staff: User):
        assert self.added(staff, insee_code="35238", school_zone="C") == ("C", "")

    def test_the_zone_stays_unknown_without_a_code(self, staff: User):
        assert self.added(staff) == ("", "")

    def test_a_code_added_later_sets_the_zone(self, staff: User):
        authority = AuthorityFactory(school_zone="")
        actions.change_authority(authority=authority, insee_code="31555", by=staff)
        authority.refresh_from_db()
        assert authority.school_zone == "C"
