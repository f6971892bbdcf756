"""The import of people into a cohort: it invites those who are new, and changes details of members."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.cohort.enums import CohortState
from cohorts.imports.targets import cohort_of, cohort_target
from cohorts.invitations.actions.invitations import (
    NO_SEAT_LEFT,
    PILOT_EXISTS,
    PILOT_INVITED,
    InvitationOptions,
    invite_member,
    seats_left,
)
from cohorts.invitations.actions.revocation import KIND, announce_withdrawal, revoke_invitation
from cohorts.invitations.ending_reasons import IMPORT_UNDONE
from cohorts.invitations.invitable_roles import ROLE_NOT_ALLOWED
from cohorts.invitations.links import COHORT_WITHDRAWN
from cohorts.invitations.models import InvitationQuerySet
from cohorts.invitations.permissions import roles_given_by
from cohorts.models import Cohort, Invitation, Membership
from cohorts.people.actions import NO_DISCIPLINE, change_membership
from cohorts.people.enums import MembershipRole
from cohorts.permissions import can_lead, roles_of
from imports.cells import (
    CellError,
    CellOptions,
    choice,
    day,
    email_address,
    enum_choice,
    name_of_address,
    normalised,
    text,
)
from imports.columns import ImportColumn
from imports.enums import TargetType
from imports.kinds import (
    ImportContext,
    ImportedThing,
    ImportKind,
    ImportTarget,
    RowPlan,
    Values,
    value_changes,
)
from imports.undoing import changed_since, named, restored_values, values_before
from notifications.models import DeliveryItem
from web.decisions import Decision
from web.templatetags.web import number
from web.text.names import NO_ADDRESS
from web.text.visible import contains_address

DETAILS: Final = ("unit", "discipline")  # of a member that a table can change
LANGUAGE_WORDS: Final = {
    "fr": "fr",
    "français": "fr",
    "french": "fr",
    "en": "en",
    "anglais": "en",
    "english": "en",
}
ROLE_WORDS: Final = {
    "ambassadrice": "ambassador",
    "ambassadeur": "ambassador",
    "ambassadeur·trice": "ambassador",
    "référent": "pilot",
    "référente": "pilot",
    "chef de projet": "pilot",
    "cheffe de projet": "pilot",
    "project lead": "pilot",
    "designer": "resident",
    "élue": "elected",
    "direction générale": "direction",
    "directeur": "direction",
    "directrice": "direction",
    "director": "direction",
    "coordinatrice": "coordinator",
    "coordinateur": "coordinator",
}
LONGEST_NAME: Final = 150
_PERSON_NAME: Final = re.compile(r"[^\W\d_]+([ '’\-.]+[^\W\d_]+){1,4}")


def _named_address(cell: str, options: CellOptions) -> tuple[str, str]:
    """Return the address of a cell with the name before it: “Ada Essai <ada@ville.example>” has one."""
    return email_address(cell, options), name_of_address(cell)


def _person_name(cell: str, options: CellOptions) -> str:
    """Return the name in a cell; raise CellError for one that contains a web address."""
    name = str(text(length=LONGEST_NAME)(cell, options))
    if contains_address(name):
        raise CellError(str(NO_ADDRESS))
    return name


def _looks_like_name(cell: str) -> bool:
    """Return whether a cell looks like first name and surname: words of letters that begin with capitals."""
    words = cell.split()
    return bool(_PERSON_NAME.fullmatch(" ".join(words))) and words[0][0].isupper() and words[-1][0].isupper()


_parse_role = enum_choice(MembershipRole, ROLE_WORDS)


def _looks_like_role(cell: str) -> bool:
    """Return whether a cell holds the word of a role."""
    try:
        return bool(_parse_role(cell, CellOptions()))
    except CellError:
        return False


EMAIL: Final = ImportColumn(
    "email",
    gettext_lazy("E-mail address"),
    _named_address,
    (
        "courriel",
        "email",
        "e-mail",
        "mail",
        "mél",
        "adresse mail",
        "adresse",
        "adresse électronique",
        "address",
        "contact",
    ),
    recognises=lambda cell: "@" in cell,
)
FULL_NAME: Final = ImportColumn(
    "full_name",
    gettext_lazy("First name and surname"),
    _person_name,
    (
        "name",
        "full name",
        "nom complet",
        "nom et prénom",
        "nom prénom",
        "prénom nom",
        "personne",
        "person",
        "participant",
        "membre",
        "member",
        "agent",
    ),
    recognises=_looks_like_name,
)
COLUMNS: Final = (
    EMAIL,
    ImportColumn(
        "role",
        gettext_lazy("Role"),
        _parse_role,
        ("rôle", "fonction dans la cohorte", "statut"),
        recognises=_looks_like_role,
        choices=MembershipRole.choices,
        default=MembershipRole.AMBASSADOR,
    ),
    FULL_NAME,
    ImportColumn("first_name", gettext_lazy("First name"), _person_name, ("prénom", "given name", "firstname")),
    ImportColumn(
        "last_name",
        gettext_lazy("Surname"),
        _person_name,
        ("nom", "nom de famille", "last name", "family name", "lastname", "nom d’usage"),
    ),
    ImportColumn(
        "unit",
        gettext_lazy("Department"),
        text(length=120),
        ("direction", "direction ou service", "unité", "unit", "team", "équipe", "pôle", "organisation"),
    ),
    ImportColumn("discipline", gettext_lazy("Discipline"), text(length=80), ("métier", "profession", "spécialité")),
    ImportColumn(
        "ends_on", pgettext_lazy("a member of a cohort", "Until"), day, ("jusqu’au", "fin", "end", "last day")
    ),
    ImportColumn(
        "language",
        gettext_lazy("Language"),
        choice(lambda: LANGUAGE_WORDS, labels=lambda: [str(label) for _code, label in settings.LANGUAGES]),
        ("langue",),
        choices=settings.LANGUAGES,
    ),
)


def _full_name(values: Values) -> str:
    """Return the name of a person from the columns that have parts of it, or from the address."""
    full, first, last = values["full_name"], values["first_name"], values["last_name"]
    if full and first and normalised(first) not in normalised(full):
        return f"{first} {full}"
    return full or " ".join(filter(None, [first, last])) or values["email"][1]


@dataclass(slots=True)
class CohortPeople:
    """Who is in a cohort or invited to it, as far as a list of addresses and names needs it.

    `members` are present and future memberships by address or name, and role; `past` those that have ended, by name
    and role; `invited` pairs of address and role.
    `seats` are the seats that are left, None where they are not counted. Nothing is asked about other addresses: the
    preview would tell which of thousands have an account, and whose they are. A closed account is refused only when
    the person is invited, as on the page that invites one.
    """

    cohort: Cohort
    today: date
    roles: Sequence[str]
    members: dict[tuple[str, str], Membership] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    past: dict[tuple[str, str], Membership] = field(default_factory=dict)
    invited: set[tuple[str, str]] = field(default_factory=set)
    seats: int | None = None
    pilot: StrOrPromise = ""

    @classmethod
    def read(cls, emails: Collection[str], context: ImportContext) -> CohortPeople:
        """Return who is there; members also by the address, of these, at which the cohort invited them."""
        cohort, today = cohort_of(context), context.today
        roles = list(MembershipRole) if context.by is None else roles_given_by(context.by, cohort, today)
        people = cls(cohort, today, roles)
        accepted = Invitation.objects.filter(cohort=cohort, email__in=emails).accepted()
        invited_at = dict(accepted.values_list("accepted_by", "email"))
        memberships = Membership.objects.filter(cohort=cohort).select_related("user")
        for member in memberships.order_by("-starts_on", "pk"):
            if member.ends_on and member.ends_on < today:
                people.past[member.name, member.role] = member
                continue
            for email in {member.user.email.lower(), invited_at.get(member.user_id, "").lower()} - {""}:
                people.members[email, member.role] = member
            people.names.setdefault(normalised(member.name), []).append(member.user.email.lower())
            people.pilot = PILOT_EXISTS if member.role == MembershipRole.PILOT else people.pilot
        people.invited = set(Invitation.objects.pending(context.at).filter(cohort=cohort).values_list("email", "role"))
        if not people.pilot and any(role == MembershipRole.PILOT for _email, role in people.invited):
            people.pilot = PILOT_INVITED
        people.seats = seats_left(cohort, context.at)
        return people

    def address_of(self, values: Values) -> str:
        """Return the address of a row: its own, or that of the one member who has its name; "" without any."""
        found = set(self.names.get(normalised(_full_name(values)), ()))
        return str(values["email"][0]) or (found.pop() if len(found) == 1 else "")

    def ended(self, values: Values) -> RowPlan:
        """Return the plan of a row about a membership that has ended: it stays as it is."""
        member = self.past.get((_full_name(values), values["role"]))
        if member is None or member.ends_on != values["ends_on"]:
            return RowPlan.refuse(_("This day is over. Leave it empty to invite the person."), column="ends_on")
        return RowPlan.of_changes(member.pk, [])

    def refusal(self, email: str, role: str, values: Values) -> RowPlan | None:
        """Return the plan to refuse to invite the person of a row, with the first reason; None when there is none."""
        for is_broken, reason, column in self._checks(email, role, values):
            if is_broken:
                return RowPlan.refuse(reason, column=column)
        return None

    def _checks(self, email: str, role: str, values: Values) -> Iterator[tuple[bool, StrOrPromise, str]]:
        """Yield for each rule whether a row breaks it, the reason, and the column to correct."""
        yield self.cohort.state == CohortState.WITHDRAWN, COHORT_WITHDRAWN.text, ""
        yield not email, _("This row has no e-mail address."), "email"
        name = _full_name(values)
        yield not name, _("This row has no name."), "full_name"
        yield contains_address(name), NO_ADDRESS, "full_name"
        too_long = _("This text has %(given)s characters; at most %(most)s are accepted.")
        yield len(name) > LONGEST_NAME, too_long % {"given": number(len(name)), "most": LONGEST_NAME}, "full_name"
        yield role not in self.roles, ROLE_NOT_ALLOWED, "role"
        yield role == MembershipRole.RESIDENT and not values["discipline"], NO_DISCIPLINE, "discipline"
        yield role == MembershipRole.PILOT and bool(self.pilot), self.pilot, "role"
        yield role == MembershipRole.AMBASSADOR and self.seats == 0, NO_SEAT_LEFT, "role"

    def count(self, role: str) -> None:
        """Count a person who will be invited: the rows after it find one seat less, or the place of pilot taken."""
        if role == MembershipRole.PILOT:
            self.pilot = PILOT_INVITED
        if role == MembershipRole.AMBASSADOR and self.seats is not None:
            self.seats -= 1


class MemberImport(ImportKind):
    """People of a cohort: a row invites a person, or changes the service and discipline of a member."""

    label = gettext_lazy("Members and invitations")
    model = Membership
    target_type = TargetType.COHORT
    columns = COLUMNS
    note = gettext_lazy(
        "Each new person gets an e-mail with a personal link ten minutes after the import, and two reminders if they do"
        " not answer."
    )

    def find_target(self, slug: str, user: User | None) -> ImportTarget | None:
        """Return the cohort with this slug, which the user may see."""
        return cohort_target(slug, user, "cohorts:invitations")

    def can_import(self, user: User, target: ImportTarget, today: date) -> Decision:
        """Return whether the user leads the cohort: lab staff, its coordinator and its pilot do."""
        return can_lead(roles_of(user, target.item, today))

    def key(self, values: Values) -> Hashable:
        """Return address, else name, and role: a person may have two roles."""
        return values["email"][0] or normalised(_full_name(values)), values["role"]

    def plan(self, rows: Sequence[Values], context: ImportContext) -> list[RowPlan]:
        """Return whether each row invites a person, changes a member, changes nothing, or is refused."""
        people = CohortPeople.read({values["email"][0] for values in rows} - {""}, context)
        if earlier := context.planned.get("people"):
            people.seats, people.pilot = earlier.seats, earlier.pilot
        context.planned["people"] = people
        return [self._plan_row(values, people) for values in rows]

    def _plan_row(self, values: Values, people: CohortPeople) -> RowPlan:
        """Return the plan of one row; an invitation that is planned counts for the rows after it."""
        if (until := values["ends_on"]) and until < people.today:
            return people.ended(values)
        email, role = people.address_of(values), values["role"]
        if member := people.members.get((email, role)):
            before = {name: getattr(member, name) for name in DETAILS}
            return RowPlan.of_changes(member.pk, value_changes(self.columns, before, values))
        if (email, role) in people.invited:
            return RowPlan.of_changes(0, [])
        if refusal := people.refusal(email, role, values):
            return refusal
        people.count(role)
        return RowPlan.create()

    def save(self, values: Values, plan: RowPlan, context: ImportContext) -> ImportedThing:
        """Invite the person of a row, or change the details of the member."""
        cohort = cohort_of(context)
        details: dict[str, Any] = {name: values[name] for name in DETAILS if values[name]}
        if plan.object_id:
            member = Membership.objects.select_for_update().get(pk=plan.object_id, cohort=cohort)
            previous = values_before(member, details)
            change_membership(membership=member, by=context.by, **details)
            return ImportedThing(member.pk, is_new=False, previous=previous)
        options: InvitationOptions = {"language": values["language"] or context.target.language, **details}  # type: ignore[typeddict-item]
        invitation = invite_member(
            cohort=cohort,
            email=values["email"][0],
            full_name=_full_name(values),
            role=values["role"],
            at=context.at,
            emails_at=context.emails_at,
            by=context.by,
            **options,
        )
        return ImportedThing(invitation.pk)

    def dependents(self, things: Sequence[ImportedThing], context: ImportContext) -> list[str]:
        """Return a sentence for people who accepted their invitation, and one for members who were changed since."""
        new = [thing.object_id for thing in things if thing.is_new]
        accepted = Invitation.objects.filter(pk__in=new).accepted().order_by("pk").values_list("full_name", flat=True)
        changed = [thing.object_id for thing in things if not thing.is_new]
        members = Membership.objects.filter(pk__in=changed).select_related("user").order_by("pk")
        return [
            *named(_("These people accepted the invitation: %(names)s. End their memberships first."), list(accepted)),
            *changed_since(members, things),
        ]

    def undo(self, thing: ImportedThing, context: ImportContext) -> None:
        """Withdraw the invitation, or give the member the details from before; a withdrawn one stays as it is."""
        if thing.is_new:
            for row in Invitation.objects.filter(pk=thing.object_id):
                revoke_invitation(invitation=row, reason=IMPORT_UNDONE, at=context.at, by=context.by)
            return
        for member in Membership.objects.select_for_update().filter(pk=thing.object_id):
            change_membership(membership=member, by=context.by, **restored_values(member, thing))

    def emails_sent(self, things: Sequence[ImportedThing]) -> list[str]:
        """Return the names of the people whose invitation was sent."""
        return [row.full_name or row.email for row in _sent_invitations(things)]

    def correct_emails(self, things: Sequence[ImportedThing], context: ImportContext) -> None:
        """E-mail the people whose invitation was sent that it is withdrawn."""
        for row in _sent_invitations(things).revoked():
            announce_withdrawal(invitation=row, at=context.at, by=context.by)


def _sent_invitations(things: Sequence[ImportedThing]) -> InvitationQuerySet:
    """Return those of the new invitations of which people may have received an e-mail, by name."""
    new = [thing.object_id for thing in things if thing.is_new]
    items = DeliveryItem.objects.possibly_received().filter(reminder__kind=KIND, reminder__object_id__in=new)
    sent = set(items.values_list("reminder__object_id", flat=True))
    return Invitation.objects.filter(pk__in=sent).order_by("full_name", "pk")
