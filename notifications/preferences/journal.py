"""Unsubscriptions in the journal of erasures: who stopped e-mails since a backup gets none after its restore."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import partial

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.privacy.erasure_journal import keys_of, moment_text, row_name, with_creation
from notifications.models import Preference
from notifications.preferences.actions import UNSUBSCRIPTION, unsubscribe


class Unsubscriptions:
    """That a person stopped e-mails about a kind of event: their key and hash, the kind, and the moment in UTC.

    The moment tells an unsubscription that a restore has lost from one that the person has ended since.
    """

    slug = UNSUBSCRIPTION

    def erasures(self, keys: Collection[int] | None = None) -> Iterator[str]:
        """Return the names of the latest unsubscriptions that people have not ended, or of those with these keys only.

        Those of people who were erased since are among them: their address must not get these e-mails again.
        """
        stopped = Exists(Preference.objects.filter(user=OuterRef("user"), kind=OuterRef("kind")))
        of_people = Q() if keys is None else Q(user__in=keys)
        latest = _latest(of_people, stopped | Q(user__erased_at__isnull=False))
        people = _names(User.objects.filter(pk__in={user for user, _kind in latest}))
        return (f"{people[user]}-{kind}-{moment}" for (user, kind), moment in latest.items())

    def to_repeat(self, names: Collection[str]) -> dict[str, Callable[[datetime], object]]:
        """Return those of the names that the history of e-mails stopped does not have, with what stops these again."""
        keys = keys_of(names)
        people = {name: key for key, name in _names(User.objects.filter(pk__in=keys, erased_at=None)).items()}
        latest = _latest(Q(user__in=keys))
        repeats = dict[str, Callable[[datetime], object]]()
        for name in names:
            person, kind, moment = (*name.rsplit("-", 2), "", "")[:3]
            if (key := people.get(person)) and moment > latest.get((key, kind), ""):
                repeats[name] = partial(_stop_again, key, kind)
        return repeats


def _latest(*conditions: Q) -> dict[tuple[int, str], str]:
    """Return the moment of the latest unsubscription by person (key) and kind of event, as names have it."""
    events = Preference.pgh_event_model.objects  # type: ignore[attr-defined] # given by `tracked`
    rows = events.filter(*conditions, pgh_label="insert").values("user", "kind").annotate(at=Max("pgh_created_at"))
    return {(row["user"], row["kind"]): moment_text(row["at"]) for row in rows.order_by("user", "kind")}


def _names(people: QuerySet[User]) -> dict[int, str]:
    """Return the name of each of these people in the journal, by key."""
    return {row.pk: row_name(UNSUBSCRIPTION, row.pk, row.first_event_at) for row in with_creation(people, User)}


def _stop_again(key: int, kind: str, _at: datetime) -> None:
    """Stop the e-mails about this kind of event to the person with this key."""
    unsubscribe(user=User.objects.get(pk=key), kinds=[kind], by=None)
