"""Actions on the kinds of events about which a person wants emails."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.models import Preference
from notifications.registries import event_kinds
from web.actions import action


@action(gettext_lazy("Unsubscribed"), forbidden_while_acting=True)
def unsubscribe(*, user: User, kinds: Collection[str], by: User | None) -> None:
    """Stop the person's emails about these kinds of events, waiting ones included.

    Kinds that are already stopped do not change.
    """
    rows = [Preference(user=user, kind=kind) for kind in kinds]
    Preference.objects.bulk_create(rows, ignore_conflicts=True)


@action(gettext_lazy("E-mail choices changed"), forbidden_while_acting=True)
def choose_email_kinds(*, user: User, wanted: Collection[str], by: User) -> None:
    """Allow the person's emails about the kinds of events in `wanted` and stop those about all others."""
    Preference.objects.filter(user=user, kind__in=wanted).delete()
    unsubscribe(user=user, kinds=[kind for kind in event_kinds.slugs() if kind not in wanted], by=by)
