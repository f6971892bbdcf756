"""Actions on the kinds of events about which a person wants e-mails."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.privacy.erasure_journal import record_on_commit
from notifications.models import Delivery, EmailFrequency, Preference, StoppedAddress
from notifications.preferences.models import Frequency
from notifications.registries import event_kinds
from web.actions import action
from web.mailboxes import canonical_address

SALT: Final = "notifications.preferences"
UNSUBSCRIPTION: Final = "unsubscription"  # in the journal of erasures


@action(gettext_lazy("Unsubscribed"), forbidden_while_acting=True)
def unsubscribe(*, user: User, kinds: Collection[str], by: User | None) -> None:
    """Stop the person's e-mails about the kinds of events with these slugs, e-mails that wait to be sent included.

    Kinds that are already stopped do not change. `by` is who stops them: the person, also without sign-in.
    """
    rows = [Preference(user=user, kind=kind) for kind in kinds]
    Preference.objects.bulk_create(rows, ignore_conflicts=True)
    record_on_commit(UNSUBSCRIPTION, user.pk)


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


def keep_refusals(*, user: User) -> None:
    """Store, by a hash of their address, which e-mails a person stopped whose data is about to be erased.

    Only kinds that also go to people who have not joined: someone could record their address again.
    """
    kinds = Preference.objects.filter(user=user).values_list("kind", flat=True)
    rows = [
        StoppedAddress(address_hash=_hash_of(user), kind=kind)
        for kind in kinds
        if kind in event_kinds and event_kinds[kind].sends_to_invited_people
    ]
    StoppedAddress.objects.bulk_create(rows, ignore_conflicts=True)


def restore_refusals(*, user: User) -> None:
    """Stop again the e-mails that the person of this address had stopped before it was erased (see `keep_refusals`)."""
    rows = StoppedAddress.objects.filter(address_hash=_hash_of(user))
    refused = [Preference(user=user, kind=kind) for kind in rows.values_list("kind", flat=True)]
    Preference.objects.bulk_create(refused, ignore_conflicts=True)
    rows.delete()


def _hash_of(user: User) -> str:
    """Return a keyed hash of the person's main address: with another PSEUDONYM_KEY it matches nobody."""
    key = settings.PSEUDONYM_KEY or settings.SECRET_KEY
    return salted_hmac(SALT, canonical_address(user.email).lower(), secret=key, algorithm="sha256").hexdigest()
