"""Verbs on challenges."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Model
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort, Session, Stakeholder
from prototypes.enums import ChallengeState
from prototypes.ideas.actions.story import sent_before
from prototypes.models import Challenge, ChallengeSession, ChallengeStakeholder
from prototypes.row_changes import change, locked
from web.actions import action
from web.forms.edit_conflicts import by_field, check_seen


@action(gettext_lazy("Challenge added"))
def add_challenge(*, cohort: Cohort, title: str, by: User, entry: UUID | None = None, **fields: Any) -> Challenge:
    """Propose a challenge to the cohort; the same form sent again gives the row it made the first time.

    Raises DomainError when the form was changed meanwhile.
    """
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    if made := sent_before(Challenge.objects.visible_to(by), entry, cohort=cohort, title=title, **fields):
        return made
    return Challenge.objects.create(cohort=cohort, title=title, entry=entry or uuid4(), **fields)


@action(gettext_lazy("Challenge changed"))
def change_challenge(*, challenge: Challenge, by: User, seen: str | None = None, **fields: Any) -> Challenge:
    """Change its title, kind, framing or sponsor; `seen` as in `changing.change`."""
    return change(challenge, fields, said=Challenge.stands, seen=seen)


@action(gettext_lazy("Challenge linked"))
def link_challenge(
    *,
    challenge: Challenge,
    stakeholders: Iterable[Stakeholder],
    sessions: Iterable[Session],
    by: User,
    seen: str | None = None,
) -> Challenge:
    """Say whom of the cohort's stakeholders it concerns and which sessions worked on it: these and no others."""
    chosen = {"stakeholders": stakeholders, "sessions": sessions}
    sent = {name: sorted(row.pk for row in rows) for name, rows in chosen.items()}
    check_seen(seen, stands=locked(challenge).linked(), sent=sent)
    _keep_only(ChallengeStakeholder, challenge, "stakeholder", stakeholders)
    _keep_only(ChallengeSession, challenge, "session", sessions)
    return challenge


def _keep_only(model: type[Model], challenge: Challenge, name: str, chosen: Iterable[Model]) -> None:
    rows = model._default_manager.filter(challenge=challenge)
    wanted = {row.pk for row in chosen}
    rows.exclude(**{f"{name}__in": wanted}).delete()
    for pk in sorted(wanted - set(rows.values_list(f"{name}_id", flat=True))):
        model._default_manager.create(challenge=challenge, **{f"{name}_id": pk})


@action(gettext_lazy("Challenge framed"))
def frame_challenge(*, challenge: Challenge, framing: str, by: User, seen: str | None = None) -> Challenge:
    """Write down what is and is not part of it."""
    check_seen(seen, stands=by_field(locked(challenge), "framing"), sent={"framing": framing})
    challenge.state, challenge.framing = ChallengeState.FRAMED, framing
    challenge.save(update_fields=["state", "framing"])
    return challenge


@action(gettext_lazy("Work on the challenge begun"))
def activate_challenge(*, challenge: Challenge, by: User) -> Challenge:
    """The cohort starts to work on it."""
    return _move(challenge, ChallengeState.ACTIVE)


@action(gettext_lazy("Challenge handed over"))
def hand_over_challenge(*, challenge: Challenge, by: User) -> Challenge:
    """The services in charge take it on."""
    return _move(challenge, ChallengeState.HANDED_OVER)


@action(gettext_lazy("Challenge closed"))
def close_challenge(*, challenge: Challenge, by: User) -> Challenge:
    return _move(challenge, ChallengeState.CLOSED)


@action(gettext_lazy("Challenge dropped"))
def drop_challenge(*, challenge: Challenge, reason: str, by: User) -> Challenge:
    """Give it up, and say why."""
    challenge.reason = reason
    return _move(challenge, ChallengeState.DROPPED)


def _move(challenge: Challenge, state: ChallengeState) -> Challenge:
    challenge.state = state
    challenge.save(update_fields=["state", "reason"])
    return challenge
