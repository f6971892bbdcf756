"""What a person asks to get or not to get."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.models import Preference
from notifications.registries import event_kinds
from web.actions import action


@action(gettext_lazy("Unsubscribed"), forbidden_while_acting=True)
def unsubscribe(*, user: User, kinds: Collection[str], by: User | None) -> None:
    """No more letters of these kinds, those already waiting included; again changes nothing."""
    rows = [Preference(user=user, kind=kind) for kind in kinds]
    Preference.objects.bulk_create(rows, ignore_conflicts=True)


@action(gettext_lazy("E-mail choices changed"), forbidden_while_acting=True)
def choose_letters(*, user: User, wanted: Collection[str], by: User) -> None:
    """Get the letters of the kinds in `wanted` and of no others."""
    Preference.objects.filter(user=user, kind__in=wanted).delete()
    unsubscribe(user=user, kinds=[kind for kind in event_kinds.slugs() if kind not in wanted], by=by)
