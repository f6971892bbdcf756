"""Actions on the kinds of events about which a person wants e-mails."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.models import Preference
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
def choose_email_kinds(*, user: User, wanted: Collection[str], by: User) -> None:
    """Allow the person's e-mails about the kinds of events with the slugs in `wanted`, and stop those about all other
    kinds.
    """
    Preference.objects.filter(user=user, kind__in=wanted).delete()
    unsubscribe(user=user, kinds=[kind for kind in event_kinds.slugs() if kind not in wanted], by=by)
