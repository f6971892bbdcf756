"""Actions on the kinds of events about which a person wants e-mails."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.models import Delivery, EmailFrequency, Preference
from notifications.preferences.models import Frequency
from notifications.registries import event_kinds
from web.actions import action


@action(gettext_lazy("Unsubscribed"), forbidden_while_acting=True)
def unsubscribe(*, user: User, kinds: Collection[str], by: User | None) -> None:
    """Stop the person's e-mails about the kinds of events with these slugs, e-mails that wait to be sent included.

    Kinds that are already stopped do not change. `by` is who stops them: the person, also without sign-in.
    """
    rows = [Preference(user=user, kind=kind) for kind in kinds]
    Preference.objects.bulk_create(rows, ignore_conflicts=True)


@action(gettext_lazy("E-mail choices changed"), forbidden_while_acting=True)
def choose_email_kinds(
    *, user: User, wanted: Collection[str], by: User, every: str = "", at: datetime | None = None
) -> None:
    """Allow the person's e-mails about the kinds of events with the slugs in `wanted`, and stop those about all other
    kinds.

    `every` is how often they get e-mails that can wait, a value of `Frequency`; "" changes nothing. Those that wait for
    Monday leave at the moment `at` once the person wants them more often.
    """
    if every:
        EmailFrequency.objects.update_or_create(user=user, defaults={"every": every})
    if every and every != Frequency.WEEKLY and at:
        waiting = Delivery.objects.accepting_items().filter(user=user, next_attempt_at__gt=at)
        waiting.update(due_at=at, next_attempt_at=at)
    Preference.objects.filter(user=user, kind__in=wanted).delete()
    unsubscribe(user=user, kinds=[kind for kind in event_kinds.slugs() if kind not in wanted], by=by)
