"""Actions on challenges."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Model
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort, Session, Stakeholder
from prototypes.enums import ChallengeState
from prototypes.models import Challenge, ChallengeSession, ChallengeStakeholder
from web.actions import action
from web.forms.edit_conflicts import check_version, column_values
from web.forms.idempotency import find_earlier_submission
from web.forms.row_changes import change, lock_row

CHALLENGE_ALREADY_SENT = gettext_lazy(
    "You have already sent this form: it created “%(row)s”. To add another challenge, send it again."
)


@action(gettext_lazy("Challenge added"))
def add_challenge(
    *, cohort: Cohort, title: str, by: User, idempotency_key: UUID | None = None, **fields: Any
) -> Challenge:
    """Propose a challenge to the cohort and return it; `fields` are further columns, such as kind, framing and sponsor.

    The same form sent twice (same `idempotency_key`) returns the first challenge. Raises DomainError when the form was
    changed in between.
    """
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    if existing := find_earlier_submission(
        Challenge.objects.visible_to(by),
        idempotency_key,
        message=CHALLENGE_ALREADY_SENT,
        cohort=cohort,
        title=title,
        **fields,
    ):
        return existing
    return Challenge.objects.create(cohort=cohort, title=title, idempotency_key=idempotency_key or uuid4(), **fields)


@action(gettext_lazy("Challenge changed"))
def change_challenge(*, challenge: Challenge, by: User, version_token: str | None = None, **fields: Any) -> Challenge:
    """Save new values of a challenge's title, kind, framing or sponsor (`fields`, by name), and return the challenge.

    `version_token` is the hash of the values with which the form was opened; None skips the check. Raises EditConflict
    when someone else has saved other values since.
    """
    return change(challenge, fields, form_values=Challenge.form_values, version_token=version_token)


@action(gettext_lazy("Challenge linked"))
def link_challenge(
    *,
    challenge: Challenge,
    stakeholders: Iterable[Stakeholder],
    sessions: Iterable[Session],
    by: User,
    version_token: str | None = None,
) -> Challenge:
    """Replace the stakeholders that the challenge concerns and the sessions that worked on it; return the challenge.

    `version_token` is the hash of the links with which the form was opened; None skips the check. Raises EditConflict
    when someone else has changed them since.
    """
    chosen = {"stakeholders": stakeholders, "sessions": sessions}
    submitted = {name: sorted(row.pk for row in rows) for name, rows in chosen.items()}
    check_version(version_token, current=lock_row(challenge).link_values(), submitted=submitted)
    _replace_links(ChallengeStakeholder, challenge, "stakeholder", stakeholders)
    _replace_links(ChallengeSession, challenge, "session", sessions)
    return challenge


def _replace_links(model: type[Model], challenge: Challenge, name: str, chosen: Iterable[Model]) -> None:
    """Link the challenge to the `chosen` rows and to no others; links that exist already are kept.

    `model` stores the links; `name` is its field for the linked row.
    """
    rows = model._default_manager.filter(challenge=challenge)
    chosen_pks = {row.pk for row in chosen}
    rows.exclude(**{f"{name}__in": chosen_pks}).delete()
    for pk in sorted(chosen_pks - set(rows.values_list(f"{name}_id", flat=True))):
        model._default_manager.create(challenge=challenge, **{f"{name}_id": pk})


@action(gettext_lazy("Challenge framed"))
def frame_challenge(*, challenge: Challenge, framing: str, by: User, version_token: str | None = None) -> Challenge:
    """Record what is part of the challenge and what is not (`framing`); its state becomes framed. Return the challenge.

    `version_token` is the hash of the framing with which the form was opened; None skips the check. Raises EditConflict
    when someone else has changed it since, DomainError from a state that does not lead to framed.
    """
    check_version(version_token, current=column_values(lock_row(challenge), "framing"), submitted={"framing": framing})
    challenge.state, challenge.framing = ChallengeState.FRAMED, framing
    challenge.save(update_fields=["state", "framing"])
    return challenge


@action(gettext_lazy("Work on the challenge begun"))
def activate_challenge(*, challenge: Challenge, by: User) -> Challenge:
    """Record that the cohort now works on the challenge: its state becomes active. Return it.

    Raises DomainError unless it is framed.
    """
    return _move(challenge, ChallengeState.ACTIVE)


@action(gettext_lazy("Challenge handed over"))
def hand_over_challenge(*, challenge: Challenge, by: User) -> Challenge:
    """Record that the services in charge take over the challenge: its state becomes handed over. Return it.

    Raises DomainError unless it is active.
    """
    return _move(challenge, ChallengeState.HANDED_OVER)


@action(gettext_lazy("Challenge closed"))
def close_challenge(*, challenge: Challenge, by: User) -> Challenge:
    """Record that nothing more is expected from the challenge: its state becomes closed. Return it.

    Raises DomainError unless it is handed over.
    """
    return _move(challenge, ChallengeState.CLOSED)


@action(gettext_lazy("Challenge dropped"))
def drop_challenge(*, challenge: Challenge, reason: str, by: User) -> Challenge:
    """Record that the cohort gives up the challenge, with the reason: its state becomes dropped, for good. Return it.

    Raises DomainError unless it is proposed, framed or active, and without a reason.
    """
    challenge.reason = reason
    return _move(challenge, ChallengeState.DROPPED)


def _move(challenge: Challenge, state: ChallengeState) -> Challenge:
    """Save the challenge in this state, with its reason, and return it; raises DomainError where no transition to the
    state is declared.
    """
    challenge.state = state
    challenge.save(update_fields=["state", "reason"])
    return challenge
