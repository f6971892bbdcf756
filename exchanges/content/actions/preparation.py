"""Actions that prepare an exchange: questions sent ahead, contributions, matches, and the programme of each day."""

from typing import Any, TypeVar

from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from exchanges.content.enums import CONTRIBUTION_STATES, PROGRAMME_STATES, ContributionKind
from exchanges.exchange.locks import lock_exchange
from exchanges.models import Contribution, Exchange, Match, ProgrammeItem, Question
from prototypes.models import Idea
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version

M = TypeVar("M", bound=Model)


@action(gettext_lazy("Question asked"))
def ask_question(*, exchange: Exchange, text: str, by: User) -> Question:
    """Add a question, which every cohort answers before the exchange, after the existing ones.

    Adding the same text twice changes nothing. Raises DomainError once registration has closed.
    """
    exchange, text = lock_exchange(exchange), text.strip()
    question = exchange.questions.filter(text=text).first()
    if question:
        return question
    last = exchange.questions.aggregate(last=Max("position"))["last"] or 0
    return Question.objects.create(exchange=exchange, position=last + 1, text=text)


@action(gettext_lazy("Question changed"))
def change_question(*, question: Question, text: str, version_token: str | None = None, by: User) -> Question:
    """Change the text of a question while registration has not closed and nobody has answered the question.

    `version_token` is the hash (`fingerprint`) of the text that the writer started from; None replaces any text. Raises
    EditConflict when someone else has saved since then, DomainError when the question is answered or no longer exists.
    """
    lock_exchange(question.exchange)
    row = _current_row(Question.objects.filter(pk=question.pk))
    current = row.form_values()
    row.text = text.strip()
    check_version(version_token, current=current, submitted=row.form_values(), field="text")
    row.save(update_fields=["text"])
    return row


@action(gettext_lazy("Question removed"))
def remove_question(*, question: Question, by: User) -> None:
    """Delete a question while registration has not closed and nobody has answered it. Repeating it changes nothing.

    Raises DomainError when a cohort has answered the question or registration has closed.
    """
    lock_exchange(question.exchange)
    if question.answers.exists():
        raise DomainError(
            _(
                "A cohort has already answered this question: it cannot be changed or withdrawn. Ask another"
                " question instead."
            )
        )
    Question.objects.filter(pk=question.pk).delete()


@action(gettext_lazy("Contribution written"))
def contribute(
    *,
    exchange: Exchange,
    cohort: Cohort,
    kind: str,
    text: str,
    question: Question | None = None,
    idea: Idea | None = None,
    by: User,
) -> Contribution:
    """Add a contribution of a cohort to an exchange: a success, difficulty, answer, offer or request (`kind`).

    With a question, `kind` may be empty: the contribution is an answer. `idea` is one of the cohort's ideas that the
    text cites. Adding the same text twice changes nothing. Raises DomainError for an answer without a question, another
    kind with a question, before the announcement of the exchange and after it is closed.
    """
    exchange, text = lock_exchange(exchange), text.strip()
    if question and kind not in ("", ContributionKind.ANSWER):
        message = _(
            "Only an answer can be linked to a question. Choose the kind “answer to a question”, or no question."
        )
        raise DomainError(message, field="kind")
    if question:
        kind = ContributionKind.ANSWER
    elif kind == ContributionKind.ANSWER:
        raise DomainError(_("Choose the question that the contribution answers, or another kind."), field="question")
    contribution = exchange.contributions.filter(cohort=cohort, kind=kind, text=text).first()
    return contribution or Contribution.objects.create(
        exchange=exchange, cohort=cohort, kind=kind, text=text, question=question, idea=idea, author=by
    )


@action(gettext_lazy("Contribution changed"))
def change_contribution(
    *, contribution: Contribution, text: str, idea: Idea | None = None, version_token: str | None = None, by: User
) -> Contribution:
    """Change the text of a contribution and the idea it cites (None: no idea), and record `by` as its last editor.

    Cohort, kind and author stay. `version_token` is the hash (`fingerprint`) of the values that the writer started
    from. Raises EditConflict when someone else has saved since then, DomainError when the contribution no longer exists
    or the exchange is closed.
    """
    lock_exchange(contribution.exchange)
    row = _current_row(Contribution.objects.filter(pk=contribution.pk))
    current, submitted = row.form_values(), {"text": text.strip(), "idea": idea and idea.pk}
    check_version(version_token, current=current, submitted=submitted)
    if current != submitted:
        row.text, row.idea, row.edited_by = text.strip(), idea, by
        row.save(update_fields=["text", "idea", "edited_by"])
    return row


@action(gettext_lazy("Contribution withdrawn"))
def withdraw_contribution(*, contribution: Contribution, by: User) -> None:
    """Delete a contribution and its matches; the history still has them. Repeating it changes nothing.

    Raises DomainError before the announcement of the exchange and after it is closed.
    """
    if lock_exchange(contribution.exchange).state not in CONTRIBUTION_STATES:
        raise DomainError(_("You can contribute from the announcement until the Intertransfo is closed."))
    Match.objects.filter(offer=contribution.pk).delete()
    Match.objects.filter(request=contribution.pk).delete()
    Contribution.objects.filter(pk=contribution.pk).delete()


@action(gettext_lazy("Offer and request matched"))
def match(*, offer: Contribution, request: Contribution, by: User) -> Match:
    """Match an offer of one cohort with a request of another at the same exchange. Repeating it changes nothing.

    Raises DomainError for two contributions that do not fit, before the announcement of the exchange and after it is
    closed.
    """
    _check_matching_open(offer.exchange)
    row, _created = Match.objects.get_or_create(offer=offer, request=request, defaults={"made_by": by})
    return row


@action(gettext_lazy("Offer and request unmatched"))
def unmatch(*, match: Match, by: User) -> None:
    """Delete the match of an offer and a request. Repeating it changes nothing.

    Raises DomainError before the announcement of the exchange and after it is closed.
    """
    _check_matching_open(match.offer.exchange)
    Match.objects.filter(pk=match.pk).delete()


def _check_matching_open(exchange: Exchange) -> None:
    """Lock the exchange, and raise DomainError before its announcement and after it is closed.

    Only in between can offers be matched with requests.
    """
    if lock_exchange(exchange).state not in CONTRIBUTION_STATES:
        raise DomainError(
            _("You can match offers and requests from the announcement until the Intertransfo is closed.")
        )


@action(gettext_lazy("Item added to the programme of the day"))
def add_to_programme(*, exchange: Exchange, by: User, **fields: Any) -> ProgrammeItem:
    """Add a part to the programme of one day of an exchange. Adding the same part twice changes nothing.

    The fields are day (1 is the first day), starts_at, ends_at, title, venue, speaker (the cohort that leads it) and
    parallel. Raises DomainError before date and host are confirmed, after the exchange is closed, and when the times
    overlap those of another part and neither is parallel.
    """
    exchange = _locked_with_open_programme(exchange)
    item = exchange.programme.filter(day=fields["day"], starts_at=fields["starts_at"], title=fields["title"]).first()
    return item or ProgrammeItem.objects.create(exchange=exchange, **fields)


@action(gettext_lazy("Programme changed"))
def change_programme(
    *, item: ProgrammeItem, version_token: str | None = None, by: User, **fields: Any
) -> ProgrammeItem:
    """Save new values (`fields`, by name) of a part of the programme of an exchange, and return it as stored.

    `version_token` is the hash (`fingerprint`) of the values that the writer started from. Raises EditConflict when
    someone else has saved since then, and DomainError before date and host are confirmed and after the exchange is
    closed.
    """
    _locked_with_open_programme(item.exchange)
    row = _current_row(ProgrammeItem.objects.filter(pk=item.pk))
    current = row.form_values()
    for name, value in fields.items():
        setattr(row, name, value)
    check_version(version_token, current=current, submitted=row.form_values())
    row.save(update_fields=list(fields))
    return row


@action(gettext_lazy("Item removed from the programme of the day"))
def remove_from_programme(*, item: ProgrammeItem, by: User) -> None:
    """Delete a part of the programme of an exchange. Repeating it changes nothing.

    Raises DomainError before date and host are confirmed and after the exchange is closed.
    """
    _locked_with_open_programme(item.exchange)
    ProgrammeItem.objects.filter(pk=item.pk).delete()


def _current_row(rows: QuerySet[M]) -> M:
    """Return the one row of this query as it is stored now. Raises DomainError when it no longer exists."""
    row = rows.first()
    if row is None:
        raise DomainError(_("This item no longer exists. Someone may have removed it."))
    return row


def _locked_with_open_programme(exchange: Exchange) -> Exchange:
    """Return the exchange, its row locked until the action ends.

    Raises DomainError before date and host are confirmed and after the exchange is closed: its programme is then fixed.
    """
    exchange = lock_exchange(exchange)
    if exchange.state not in PROGRAMME_STATES:
        raise DomainError(
            _("You can edit the programme once date and host are confirmed, until the Intertransfo is closed.")
        )
    return exchange
