"""The list of the members of a cohort: its columns, and the links in its rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import django_filters
from django.db.models import F, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.models import User
from accounts.permissions import can_act_as
from cohorts.cohort.list_subject import cohort_subject, leads_cohort, sees_contacts
from cohorts.models import Cohort, Membership
from cohorts.people.bulk_actions import MISSION_DATE
from cohorts.people.enums import MembershipRole
from web.forms.filters import ListFilter
from web.lists.columns import (
    NUMBER,
    ListColumn,
    Reader,
    button_column,
    by_choice,
    by_name,
    by_value,
    choice_label,
    text_column,
    value_column,
)
from web.lists.declarations import List
from web.site_addresses import cached_reverse
from web.templatetags.web import day, state_tag

LEADERS_FIRST: Final = ("pilot", "coordinator", "resident", "ambassador", "relay", "elected", "direction")


class RowAction(NamedTuple):
    """A link in a row of the list of members: its label and URL."""

    label: str
    href: str


class MemberFilter(ListFilter):
    """Filter of the members of a cohort by name and role."""

    q = django_filters.CharFilter(
        label=gettext_lazy("Filter by name"), field_name="user__full_name", lookup_expr="unaccent__icontains"
    )
    role = django_filters.ChoiceFilter(
        label=gettext_lazy("Role"), choices=MembershipRole.choices, empty_label=gettext_lazy("All roles")
    )


def _rows(reader: Reader) -> QuerySet[Membership]:
    """Return the memberships of the cohort that the reader may see."""
    return Membership.objects.visible_to(reader.user).filter(cohort=reader.subject.cohort)


def _with_activity(members: Any, reader: Reader) -> QuerySet[Membership]:
    """Annotate memberships with `is_active_member` and `has_ended`, as of today."""
    rows: QuerySet[Membership] = members.with_activity(reader.subject.today)
    return rows


def _load_for_cells(members: Sequence[Any], reader: Reader) -> None:
    """Give each membership its links, if the reader leads the cohort."""
    if leads_cohort(reader):
        for member in members:
            member.row_actions = row_actions(reader.user, reader.subject.cohort, member, reader.subject.today)


def row_actions(user: User, cohort: Cohort, member: Membership, today: date) -> list[RowAction]:
    """Return the links in the row of a membership for `user`, who leads the cohort: edit it, end it, act for the
    member.

    A membership can be ended when it has no last day or starts after `today`; acting for someone needs a permission.
    """
    links = [RowAction(_("Edit"), cached_reverse("cohorts:edit_membership", cohort.slug, member.pk))]
    if not member.ends_on or member.starts_on > today:
        end = pgettext("a membership", "End membership")
        links.append(RowAction(end, cached_reverse("cohorts:end_membership", cohort.slug, member.pk)))
    if can_act_as(user, member.user):
        links.append(RowAction(_("Act for this person"), cached_reverse("act_as", member.user_id)))
    return links


def _email(member: Membership) -> str:
    """Return the address of the member; "" for an erased person."""
    return "" if member.user.erased_at else member.user.email


def _email_link(member: Membership) -> SafeString | str:
    """Return the address of the member as a link that writes to them; "" for an erased person."""
    address = _email(member)
    return format_html('<a href="mailto:{}">{}</a>', address, address) if address else ""


def _until(member: Any) -> SafeString:
    """Return the last day of the membership, and whether it is over or still to come."""
    if member.is_active_member:
        return format_html("{}", day(member.ends_on))
    tag = state_tag(_("left"), "neutral") if member.has_ended else state_tag(_("to come"), "waiting")
    return format_html("{} {}", day(member.ends_on), tag)


def _actions(member: Any) -> str:
    """Return the menu with the links of the row."""
    return format_html(
        '<details class="no-print"><summary class="small">{}<span class="visually-hidden"> · {}</span></summary>'
        '<ul class="plain-links">{}</ul></details>',
        _("Actions"),
        member.name,
        format_html_join("", '<li><a href="{}">{}</a></li>', ((each.href, each.label) for each in member.row_actions)),
    )


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "person": ListColumn(
        header=gettext_lazy("Person"),
        value=lambda member: member.name,
        order=by_name("user__full_name"),
        width=28,
        always=True,
    ),
    "email": ListColumn(
        header=gettext_lazy("E-mail"),
        value=_email,
        html=_email_link,
        order=by_value("user__email"),
        width=32,
        offered_to=sees_contacts,
        reads=("user__email", "user__erased_at"),
    ),
    "role": ListColumn(
        header=gettext_lazy("Role"),
        value=lambda member: choice_label(member, "role"),
        order=(F("is_active_member").desc(), *by_choice("role", LEADERS_FIRST), *by_name("user__full_name")),
        width=16,
        reads=("role",),
        annotate=_with_activity,
    ),
    "discipline": text_column("discipline", gettext_lazy("Discipline"), width=20),
    "unit": text_column("unit", gettext_lazy("Department"), width=24),
    "from": value_column("starts_on", pgettext_lazy("a member of a cohort", "From"), width=12, css=NUMBER),
    "until": value_column(
        "ends_on",
        pgettext_lazy("a member of a cohort", "Until"),
        html=_until,
        width=12,
        css=NUMBER,
        annotate=_with_activity,
    ),
    "mission-letter": value_column("mission_letter_on", gettext_lazy("Mission letter"), width=12, css=NUMBER),
    "days": value_column("day_allowance", gettext_lazy("Days"), width=8, css=NUMBER),
    "actions": button_column(
        gettext_lazy("Actions"),
        _actions,
        offered_to=leads_cohort,
        reads=("starts_on", "ends_on", "user__is_active", "user__is_lab_staff", "user__is_staff", "user__is_superuser"),
    ),
}

MEMBERS: Final = List(
    slug="members",
    title=gettext_lazy("Members"),
    route="cohorts:members",
    rows=_rows,
    filters=MemberFilter,
    columns=COLUMNS,
    heading="person",
    order="role",
    reads=("user__full_name", "user__email"),
    load_for_cells=_load_for_cells,
    subject=cohort_subject,
    bulk_actions={"mission-letter": MISSION_DATE},
    empty_icon="users",
    empty_title=gettext_lazy("No member yet."),
    empty_text=gettext_lazy("Invite a pilot first, then ambassadors, one for each seat."),
)
