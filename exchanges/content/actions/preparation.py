"""What is prepared for an exchange: questions sent ahead, contributions, matches, the programme of each day."""

from typing import Any, TypeVar

from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from exchanges.content.enums import CONTRIBUTING, PROGRAMMING, ContributionKind
from exchanges.exchange.locks import locked
from exchanges.models import Contribution, Exchange, Match, ProgrammeItem, Question
from prototypes.models import Idea
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_seen

M = TypeVar("M", bound=Model)


@action(gettext_lazy("Question asked"))
def ask_question(*, exchange: Exchange, text: str, by: User) -> Question:
    """Send one more question ahead, after the others. Asking it twice changes nothing."""
    exchange, text = locked(exchange), text.strip()
    asked = exchange.questions.filter(text=text).first()
    if asked:
        return asked
    last = exchange.questions.aggregate(last=Max("position"))["last"] or 0
    return Question.objects.create(exchange=exchange, position=last + 1, text=text)


@action(gettext_lazy("Question changed"))
def change_question(*, question: Question, text: str, seen: str | None = None, by: User) -> Question:
    """Word it otherwise, while registration is open and nobody has answered it; `seen` as in `change_contribution`."""
    locked(question.exchange)
    row = _still_there(Question.objects.filter(pk=question.pk))
    stands = row.said()
    row.text = text.strip()
    check_seen(seen, stands=stands, sent=row.said(), field="text")
    row.save(update_fields=["text"])
    return row


@action(gettext_lazy("Question removed"))
def remove_question(*, question: Question, by: User) -> None:
    """Take it back, while registration is open and nobody has answered it. Twice changes nothing."""
    locked(question.exchange)
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
    """Say something for a cohort. Saying the same twice changes nothing.

    The answer to a question may leave the kind away: it is an answer. Raises DomainError for an answer to none, and
    for anything else under a question.
    """
    exchange, text = locked(exchange), text.strip()
    if question and kind not in ("", ContributionKind.ANSWER):
        said = _("Only an answer can be linked to a question. Choose the kind “answer to a question”, or no question.")
        raise DomainError(said, field="kind")
    if question:
        kind = ContributionKind.ANSWER
    elif kind == ContributionKind.ANSWER:
        raise DomainError(_("Choose the question that the contribution answers, or another kind."), field="question")
    there = exchange.contributions.filter(cohort=cohort, kind=kind, text=text).first()
    return there or Contribution.objects.create(
        exchange=exchange, cohort=cohort, kind=kind, text=text, question=question, idea=idea, author=by
    )


@action(gettext_lazy("Contribution changed"))
def change_contribution(
    *, contribution: Contribution, text: str, idea: Idea | None = None, seen: str | None = None, by: User
) -> Contribution:
    """Say it otherwise, or cite another idea; cohort, kind and author stay, and who said it otherwise is noted.

    `seen` is the `fingerprint` of what the writer started from: raises Changed when someone else saved meanwhile.
    """
    locked(contribution.exchange)
    row = _still_there(Contribution.objects.filter(pk=contribution.pk))
    stands, sent = row.said(), {"text": text.strip(), "idea": idea and idea.pk}
    check_seen(seen, stands=stands, sent=sent)
    if stands != sent:
        row.text, row.idea, row.edited_by = text.strip(), idea, by
        row.save(update_fields=["text", "idea", "edited_by"])
    return row


@action(gettext_lazy("Contribution withdrawn"))
def withdraw_contribution(*, contribution: Contribution, by: User) -> None:
    """Take it back, with its matches; the history keeps it. Twice changes nothing."""
    if locked(contribution.exchange).state not in CONTRIBUTING:
        raise DomainError(_("You can contribute from the announcement until the Intertransfo is closed."))
    Match.objects.filter(offer=contribution.pk).delete()
    Match.objects.filter(request=contribution.pk).delete()
    Contribution.objects.filter(pk=contribution.pk).delete()


@action(gettext_lazy("Offer and request matched"))
def match(*, offer: Contribution, request: Contribution, by: User) -> Match:
    """Put an offer and a request of two cohorts together. Twice changes nothing."""
    _being_matched(offer.exchange)
    made, _new = Match.objects.get_or_create(offer=offer, request=request, defaults={"made_by": by})
    return made


@action(gettext_lazy("Offer and request unmatched"))
def unmatch(*, match: Match, by: User) -> None:
    """Take offer and request apart again. Twice changes nothing."""
    _being_matched(match.offer.exchange)
    Match.objects.filter(pk=match.pk).delete()


def _being_matched(exchange: Exchange) -> None:
    if locked(exchange).state not in CONTRIBUTING:
        raise DomainError(
            _("You can match offers and requests from the announcement until the Intertransfo is closed.")
        )


@action(gettext_lazy("Item added to the programme of the day"))
def add_to_programme(*, exchange: Exchange, by: User, **part: Any) -> ProgrammeItem:
    """One more part of a day (day, starts_at, ends_at, title, place, speaker, parallel). Twice changes nothing."""
    exchange = _being_planned(exchange)
    known = exchange.programme.filter(day=part["day"], starts_at=part["starts_at"], title=part["title"]).first()
    return known or ProgrammeItem.objects.create(exchange=exchange, **part)


@action(gettext_lazy("Programme changed"))
def change_programme(*, item: ProgrammeItem, seen: str | None = None, by: User, **part: Any) -> ProgrammeItem:
    """Move a part of a day, or say it otherwise; `seen` as in `change_contribution`."""
    _being_planned(item.exchange)
    row = _still_there(ProgrammeItem.objects.filter(pk=item.pk))
    stands = row.said()
    for name, value in part.items():
        setattr(row, name, value)
    check_seen(seen, stands=stands, sent=row.said())
    row.save(update_fields=list(part))
    return row


@action(gettext_lazy("Item removed from the programme of the day"))
def remove_from_programme(*, item: ProgrammeItem, by: User) -> None:
    """Leave a part of a day out. Twice changes nothing."""
    _being_planned(item.exchange)
    ProgrammeItem.objects.filter(pk=item.pk).delete()


def _still_there(rows: QuerySet[M]) -> M:
    """The row as it is now; somebody may have taken it away meanwhile."""
    found = rows.first()
    if found is None:
        raise DomainError(_("This item no longer exists. Someone may have removed it."))
    return found


def _being_planned(exchange: Exchange) -> Exchange:
    exchange = locked(exchange)
    if exchange.state not in PROGRAMMING:
        raise DomainError(
            _("You can edit the programme once date and host are confirmed, until the Intertransfo is closed.")
        )
    return exchange
