"""Verbs on authorities and on those who answer for them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import User
from programmes import actions
from programmes.models import Authority, AuthorityAdmin
from programmes.registries import admin_invitations, ended_mandates, new_mandates
from tests.factories.accounts import UserFactory
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory
from tests.sql import update
from web.errors import DomainError

AT, TODAY = datetime(2026, 11, 24, 12, tzinfo=UTC), date(2026, 11, 24)
RENNES = "213502388"


def refusal(act, **given: object) -> tuple[str, str | None]:
    with pytest.raises(DomainError) as refused:
        act(**given)
    return str(refused.value), refused.value.field


class TestCreateAuthority:
    def test_it_has_its_address_from_its_name(self, staff: User):
        authority = actions.create_authority(name="Ville d'Évry", kind="municipality", siren=RENNES, by=staff)
        kept = Authority.objects.get(pk=authority.pk)
        assert (kept.slug, kept.siren, kept.time_zone) == ("ville-d-evry", RENNES, "Europe/Paris")

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
    def test_what_makes_no_sense_is_refused(self, staff: User, facts: dict[str, object], refused: tuple[str, str]):
        given = {"name": "Rennes", "kind": "municipality", "by": staff, **facts}
        assert refusal(actions.create_authority, **given) == refused
        assert Authority.objects.count() == 0

    def test_an_empty_siren_is_an_unknown_one(self, staff: User):
        for name in ("Rennes", "Nantes"):
            actions.create_authority(name=name, kind="municipality", siren="", by=staff)
        assert list(Authority.objects.values_list("siren", flat=True)) == [None, None]

    def test_made_twice_it_is_refused_beside_its_name(self, staff: User):
        given = {"name": "Rennes", "kind": "municipality", "by": staff}
        actions.create_authority(**given)
        assert refusal(actions.create_authority, **given) == (
            "Another authority already has this name. Add what distinguishes the two.",
            "name",
        )

    def test_a_living_one_has_no_successor(self, staff: User):
        given = {"name": "Bourgogne", "kind": "region", "successor": AuthorityFactory(), "by": staff}
        assert refusal(actions.create_authority, **given) == (
            "Give the date on which the authority was dissolved: only a dissolved authority has a successor.",
            "dissolved_on",
        )


class TestChangeAuthority:
    def test_facts_change_and_the_address_stays(self, staff: User):
        authority = AuthorityFactory(slug="rennes", seat="Rennes")
        actions.change_authority(authority=authority, name="Rennes Métropole", kind="intermunicipal", by=staff)
        authority.refresh_from_db()
        assert (authority.name, authority.kind, authority.slug, authority.seat) == (
            "Rennes Métropole",
            "intermunicipal",
            "rennes",
            "Rennes",
        )

    def test_it_is_dissolved_and_succeeded(self, staff: User):
        old, new = AuthorityFactory(), AuthorityFactory()
        actions.change_authority(authority=old, dissolved_on=date(2016, 1, 1), successor=new, by=staff)
        assert list(new.predecessors.all()) == [old]

    def test_it_does_not_succeed_itself(self, staff: User):
        old = AuthorityFactory()
        given = {"authority": old, "dissolved_on": date(2016, 1, 1), "successor": old, "by": staff}
        assert refusal(actions.change_authority, **given) == ("An authority cannot succeed itself.", "successor")

    def test_the_siren_of_another_is_refused(self, staff: User):
        AuthorityFactory(siren=RENNES)
        assert refusal(actions.change_authority, authority=AuthorityFactory(), siren=RENNES, by=staff) == (
            "Another active authority already has this SIREN number. Check the number.",
            "siren",
        )


class TestNameAdmin:
    def test_someone_with_an_account_is_in_charge_from_today(self, staff: User):
        authority, user = AuthorityFactory(), UserFactory(email="ada@people.example")
        admin = actions.name_admin(authority=authority, email=" Ada@People.example ", today=TODAY, at=AT, by=staff)
        assert (admin.user, admin.since, admin.until) == (user, TODAY, None)
        assert User.objects.filter(email__iexact=user.email).count() == 1

    def test_someone_without_gets_one(self, staff: User):
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
        given = {"authority": AuthorityFactory(), "email": "ada@people.example", "full_name": name}
        assert refusal(actions.name_admin, **given, today=TODAY, at=AT, by=staff) == (
            "Nobody has an account with this address. Give the person’s name to create one.",
            "full_name",
        )
        assert User.objects.filter(email="ada@people.example").count() == 0

    def test_somebody_whose_account_is_closed_answers_for_nothing(self, staff: User):
        user = UserFactory(is_active=False)
        given = {"authority": AuthorityFactory(), "email": user.email, "today": TODAY, "at": AT, "by": staff}
        assert refusal(actions.name_admin, **given) == (
            "This person’s account is closed: open it again first.",
            "email",
        )
        assert not AuthorityAdmin.objects.exists()

    def test_named_twice_the_second_is_refused(self, staff: User):
        given = {"authority": AuthorityFactory(), "email": "ada@people.example", "full_name": "Ada"}
        actions.name_admin(**given, today=TODAY, at=AT, by=staff)
        assert refusal(actions.name_admin, **given, today=TODAY, at=AT, by=staff) == (
            "This person is already an admin of the authority.",
            "email",
        )
        assert AuthorityAdmin.objects.count() == 1

    def test_named_again_after_an_end_the_same_day_undoes_it(self, staff: User):
        admin = AuthorityAdminFactory()
        actions.end_admin(admin=admin, at=AT, by=staff)
        again = actions.name_admin(authority=admin.authority, email=admin.user.email, today=TODAY, at=AT, by=staff)
        assert AuthorityAdmin.objects.active(date(2027, 1, 1)).get() == again

    def test_what_gives_way_is_told_before_and_of_whom(self, staff: User, monkeypatch: pytest.MonkeyPatch):
        told: list[dict[str, Any]] = []

        def give_way(*, people: Any, **more: Any) -> None:
            told.append({"people": list(people), "named": AuthorityAdmin.objects.exists(), **more})

        monkeypatch.setattr(new_mandates, "_items", {"test": (1, give_way)})
        authority, user = AuthorityFactory(), UserFactory(email="ada@people.example")
        actions.name_admin(authority=authority, email=" Ada@People.example", today=TODAY, at=AT, by=staff)
        about = {"authority": authority, "today": TODAY, "at": AT, "by": staff}
        assert told == [{"people": [user], "named": False, **about}]


class TestPutInCharge:
    @pytest.fixture
    def invited(self, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
        """Who was invited; whatever the apps above bring is not asked."""
        asked: list[dict[str, Any]] = []
        monkeypatch.setattr(admin_invitations, "_items", {"test": (1, lambda **told: asked.append(told) or "invited")})
        return asked

    def given(self, staff: User) -> dict[str, Any]:
        named = {"email": "ada@people.example", "full_name": "Ada Martin", "language": "fr"}
        return {"authority": AuthorityFactory(), **named, "at": AT, "by": staff}

    def test_who_has_an_account_is_named(self, staff: User, invited: list[dict[str, Any]]):
        user = UserFactory(email="ada@people.example")
        made = actions.put_in_charge(**self.given(staff))
        assert (AuthorityAdmin.objects.get(), made.user, made.since, invited) == (made, user, TODAY, [])

    def test_anybody_else_is_invited(self, staff: User, invited: list[dict[str, Any]]):
        given = self.given(staff)
        assert (actions.put_in_charge(**given), invited, AuthorityAdmin.objects.count()) == ("invited", [given], 0)

    def test_where_nobody_is_invited_they_are_named_at_once(self, staff: User, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(admin_invitations, "_items", {})
        assert actions.put_in_charge(**self.given(staff)).user.full_name == "Ada Martin"


@pytest.mark.django_db
class TestAlone:
    def alone(self, admin: AuthorityAdmin) -> bool:
        return AuthorityAdmin.objects.alone(TODAY).filter(pk=admin.pk).exists()

    def test_who_answers_by_themselves_is(self):
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
    def test_another_counts_who_goes_on_with_an_open_account(
        self, other: dict[str, Any], open_account: bool, *, alone: bool
    ):
        admin = AuthorityAdminFactory()
        beside = AuthorityAdminFactory(authority=admin.authority, **other)
        update(beside.user, is_active=open_account)
        assert self.alone(admin) is alone

    def test_whose_mandate_is_over_leaves_nothing(self):
        assert self.alone(AuthorityAdminFactory(until=date(2026, 3, 31))) is False


class TestEndAdmin:
    def test_today_is_the_last_day(self, staff: User):
        admin = AuthorityAdminFactory()
        actions.end_admin(admin=admin, at=AT, by=staff)
        active = AuthorityAdmin.objects.active
        assert (active(TODAY).count(), active(date(2026, 11, 25)).count()) == (1, 0)

    def test_one_that_ended_keeps_its_end(self, staff: User):
        admin = AuthorityAdminFactory(until=date(2026, 3, 31))
        assert actions.end_admin(admin=admin, at=AT, by=staff).until == date(2026, 3, 31)

    def test_one_that_has_not_begun_is_refused(self, staff: User):
        admin = AuthorityAdminFactory(since=date(2027, 1, 1))
        assert refusal(actions.end_admin, admin=admin, at=AT, by=staff) == (
            "The end comes before the start: check both dates.",
            "until",
        )

    def test_others_are_told_of_it_once(self, staff: User, monkeypatch: pytest.MonkeyPatch):
        admin, told = AuthorityAdminFactory(), []
        monkeypatch.setitem(
            ended_mandates._items,
            "test_told",
            (1, lambda *, authority, people, at, by: told.append((authority, *people, at, by))),
        )
        for _again in range(2):
            actions.end_admin(admin=admin, at=AT, by=staff)
        assert told == [(admin.authority, admin.user, AT, staff)]


class TestSchoolZone:
    def added(self, staff: User, **facts: Any) -> tuple[str, str]:
        made = actions.create_authority(**{"name": "Rennes", "kind": "municipality", **facts}, by=staff)
        return made.school_zone, made.holiday_subdivision

    def test_the_school_zone_is_taken_from_the_code(self, staff: User):
        assert self.added(staff, insee_code="35238") == ("B", "")

    def test_the_holiday_subdivision_is_taken_from_the_code(self, staff: User):
        assert self.added(staff, insee_code="68224") == ("B", "6AE")

    def test_one_chosen_by_hand_stays(self, staff: User):
        assert self.added(staff, insee_code="35238", school_zone="C") == ("C", "")

    def test_without_a_code_it_stays_unknown(self, staff: User):
        assert self.added(staff) == ("", "")

    def test_a_code_that_comes_later_says_it(self, staff: User):
        authority = AuthorityFactory(school_zone="")
        actions.change_authority(authority=authority, insee_code="31555", by=staff)
        authority.refresh_from_db()
        assert authority.school_zone == "C"
