"""Personal data in this app. After an erasure the rows stay, without the name."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from prototypes.models import (
    AcceptanceRequest,
    ChallengeRating,
    Confirmation,
    FollowUp,
    Idea,
    IdeaAuthor,
    IdeaEvent,
    Indicator,
    Prototype,
    Trial,
    TrialCorrection,
    TrialNote,
)


def _ratings(user: User) -> Iterator[Mapping[str, object]]:
    """Yield the person's ratings of challenges as dicts with the challenge, the criterion in words and the score."""
    rows = ChallengeRating.objects.filter(person=user).select_related(
        "rated_challenge__challenge", "rated_challenge__rating_round"
    )
    for row in rows.order_by("pk"):
        rated = row.rated_challenge
        yield {
            "challenge": rated.challenge.title,
            "criterion": rated.rating_round.criteria[row.criterion],
            "score": row.score,
        }


PARTS = {
    "ideas": PersonalData(
        _("Ideas you own"),
        row_reader(lambda user: Idea.objects.filter(owner=user), "reference", "title", *Idea.TEXTS, "state"),
        covers=("prototypes.Idea.owner",),
    ),
    "co_authored": PersonalData(
        _("Ideas you are a co-author of"),
        row_reader(lambda user: IdeaAuthor.objects.filter(user=user), reference="idea__reference", title="idea__title"),
        covers=("prototypes.IdeaAuthor.user", "prototypes.Idea.co_authors"),
    ),
    "idea_events": PersonalData(
        _("What you recorded about ideas"),
        row_reader(
            lambda user: IdeaEvent.objects.filter(by=user),
            *("state", "effective_on", "recorded_at", "reason", "evidence"),
            reference="idea__reference",
        ),
        covers=("prototypes.IdeaEvent.by",),
    ),
    "acceptance_requests": PersonalData(
        _("Ideas whose acceptance you asked for"),
        row_reader(lambda user: AcceptanceRequest.objects.filter(by=user), "requested_at", reference="idea__reference"),
        covers=("prototypes.AcceptanceRequest.by",),
    ),
    "challenge_ratings": PersonalData(
        _("How you rated challenges"),
        _ratings,
        covers=("prototypes.ChallengeRating.person",),
        labels={"challenge": _("Challenge"), "criterion": _("Criterion"), "score": _("Score")},
    ),
    "prototypes": PersonalData(
        _("Prototypes you made"),
        row_reader(lambda user: Prototype.objects.filter(made_by=user), "title", "medium", "question", "description"),
        covers=("prototypes.Prototype.made_by",),
    ),
    "tests": PersonalData(
        _("Tests you planned"),
        row_reader(
            lambda user: Trial.objects.filter(planned_by=user), "hypothesis", "method", "measure", "observation"
        ),
        covers=("prototypes.Trial.planned_by",),
    ),
    "trial_notes": PersonalData(
        _("Notes on tests"),
        row_reader(
            lambda user: TrialNote.objects.filter(by=user),
            *("answers", "choice", "replace_reason", "outcome", "written_at", "received_at"),
        ),
        covers=("prototypes.TrialNote.by",),
    ),
    "test_corrections": PersonalData(
        _("Corrections of tests you recorded"),
        row_reader(lambda user: TrialCorrection.objects.filter(by=user), "before", "after", "reason", "recorded_at"),
        covers=("prototypes.TrialCorrection.by",),
    ),
    "confirmations": PersonalData(
        _("Confirmations of ideas you recorded"),
        row_reader(lambda user: Confirmation.objects.filter(by=user), "state", "confirmed_on", "evidence"),
        covers=("prototypes.Confirmation.by",),
    ),
    "follow_ups": PersonalData(
        _("Follow-ups you answered"),
        row_reader(lambda user: FollowUp.objects.filter(by=user), "months", "words", "evidence"),
        covers=("prototypes.FollowUp.by",),
    ),
    "indicators": PersonalData(
        _("Indicators of ideas you recorded"),
        row_reader(lambda user: Indicator.objects.filter(by=user), *Indicator.FACTS, "correction_reason", "fixed_on"),
        covers=("prototypes.Indicator.by",),
    ),
}


PRIVACY = PrivacyHooks(personal_data=PARTS)
