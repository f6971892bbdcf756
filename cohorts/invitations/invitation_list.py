"""The list of the invitations to a cohort: its columns, and what can be done with several at once."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import django_filters
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from cohorts.cohort.list_subject import CohortSubject, cohort_subject
from cohorts.invitations.bulk_actions import RESEND, WITHDRAW
from cohorts.invitations.enums import ADMIN, LAB_ROLES, InvitationState, InvitedRole
from cohorts.invitations.models import InvitationQuerySet
from cohorts.invitations.permissions import roles_to_give
from cohorts.models import Invitation
from web.dates.clock import day_in
from web.decisions import enforce
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
)
from web.lists.declarations import List
from web.templatetags.web import day


class InvitationFilter(ListFilter):
    """Filter of invitations by text, state and role."""

    q = django_filters.CharFilter(label=gettext_lazy("Name or address"), method="named_like")
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=InvitationState.choices,
        empty_label=gettext_lazy("All states"),
        method="in_state",
    )

    role = django_filters.ChoiceFilter(
        label=gettext_lazy("Role"),
        choices=[choice for choice in InvitedRole.choices if choice[0] not in {ADMIN, *LAB_ROLES}],
        empty_label=gettext_lazy("All roles"),
    )

    def named_like(self, queryset: InvitationQuerySet, name: str, value: str) -> InvitationQuerySet:
        """Keep the invitations whose name or address contains the text `value`, ignoring accents and capitals.

        `name` is the field of the filter and is not used.
        """
        return queryset.named_like(value.strip())

    def in_state(self, queryset: InvitationQuerySet, name: str, value: str) -> InvitationQuerySet:
        """Keep the invitations that are now in the state `value`: "pending", "expired", "accepted" or "revoked".

        `name` is the field of the filter and is not used.
        """
        return queryset.in_state(value, timezone.now())


def _subject(user: User, slug: str) -> CohortSubject:
    """Return the cohort with this slug, whose invitations the user may read.

    Raises Http404 if they may not see the cohort, and Refused (403) unless they are lab staff, its coordinator or its
    pilot.
    """
    subject = cohort_subject(user, slug)
    enforce(subject.permissions["see_invitations"])
    return subject


def _rows(reader: Reader) -> InvitationQuerySet:
    """Return the invitations to the cohort that the reader may see."""
    return Invitation.objects.visible_to(reader.user, reader.today).filter(cohort=reader.subject.cohort)


def _load_for_cells(invitations: Sequence[Any], reader: Reader) -> None:
    """Give each invitation its cohort, its present state, and what its buttons need."""
    now, roles = timezone.now(), roles_to_give(reader.subject.roles)
    for invitation in invitations:
        invitation.cohort = reader.subject.cohort
        invitation.state = invitation.state_at(now)
        invitation.can_manage = invitation.role in roles
        invitation.csrf_token = reader.csrf_token


def name_of(invitation: Invitation) -> str:
    """Return the name of the invited person, else their address; "" for an erased person."""
    return invitation.full_name or invitation.email


def _with_state_order(invitations: QuerySet[Any], _reader: Reader) -> QuerySet[Any]:
    """Annotate invitations with `state_order`: 0 for pending ones, 1 for expired, 2 for accepted, 3 for withdrawn
    ones.
    """
    states = (Q(accepted_at__isnull=False), 2), (Q(revoked_at__isnull=False), 3), (Q(expires_at__lte=timezone.now()), 1)
    cases = (When(state, then=Value(number)) for state, number in states)
    ordered: QuerySet[Any] = invitations.annotate(
        state_order=Case(*cases, default=Value(0), output_field=IntegerField())
    )
    return ordered


def _state(invitation: Any) -> str:
    """Return the state of the invitation, with the day since or until when it is in this state."""
    context = {"invitation": invitation, "state": invitation.state}
    return render_to_string("cohorts/invitations/state.html", context)


def _inviter(invitation: Any) -> SafeString:
    """Return who invited the person, and on which day."""
    return format_html("{} <small>{}</small>", invitation.invited_by or "", day(invitation.invited_at))


def _actions(invitation: Any) -> str:
    """Return the buttons that send the invitation again and withdraw it."""
    context = {
        "invitation": invitation,
        "state": invitation.state,
        "can_manage": invitation.can_manage,
        "csrf_token": invitation.csrf_token,
    }
    return render_to_string("cohorts/invitations/actions.html", context)


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "person": ListColumn(
        header=gettext_lazy("Person"), value=name_of, order=by_name("full_name"), width=28, always=True
    ),
    "email": ListColumn(
        header=gettext_lazy("E-mail"), value=lambda invitation: invitation.email, order=by_value("email"), width=32
    ),
    "role": ListColumn(
        header=gettext_lazy("Role"),
        value=lambda invitation: choice_label(invitation, "role"),
        order=by_choice("role", InvitedRole.values),
        width=16,
    ),
    "discipline": text_column("discipline", gettext_lazy("Discipline"), width=20, by_default=False),
    "unit": text_column("unit", gettext_lazy("Department"), width=24, by_default=False),
    "state": ListColumn(
        header=gettext_lazy("State"),
        value=lambda invitation: str(invitation.state.label),
        html=_state,
        order=(F("state_order").asc(), F("expires_at").asc()),
        width=14,
        reads=("reason",),
        annotate=_with_state_order,
    ),
    "until": ListColumn(
        header=pgettext_lazy("an invitation", "Open until"),
        value=lambda invitation: invitation.last_day,
        order=by_value("expires_at"),
        width=12,
        css=NUMBER,
        by_default=False,
    ),
    "invited": ListColumn(
        header=pgettext_lazy("an invitation", "Invited on"),
        value=lambda invitation: day_in(invitation.time_zone, invitation.invited_at),
        order=by_value("invited_at"),
        width=12,
        css=NUMBER,
        by_default=False,
    ),
    "inviter": ListColumn(
        header=gettext_lazy("Invited by"),
        value=lambda invitation: str(invitation.invited_by or ""),
        html=_inviter,
        order=by_name("invited_by__full_name"),
        width=24,
        reads=("invited_by__full_name", "invited_by__email"),
    ),
    "actions": button_column(gettext_lazy("Actions"), _actions),
}

INVITATIONS: Final = List(
    slug="invitations",
    title=gettext_lazy("Invitations"),
    route="cohorts:invitations",
    rows=_rows,
    filters=InvitationFilter,
    columns=COLUMNS,
    heading="person",
    order="-invited",
    reads=(
        *("full_name", "email", "role", "invited_at", "expires_at", "accepted_at", "revoked_at"),
        "cohort",
    ),
    load_for_cells=_load_for_cells,
    subject=_subject,
    bulk_actions={"resend": RESEND, "withdraw": WITHDRAW},
    name=name_of,
    empty_icon="users",
    empty_title=gettext_lazy("Nobody is invited yet."),
    empty_text=gettext_lazy(
        "Each person you invite gets an e-mail with a personal link, and is listed here until they answer."
    ),
)
