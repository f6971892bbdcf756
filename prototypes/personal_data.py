"""Personal data in this app. After an erasure the rows stay, without the name."""

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks
from accounts.privacy.personal_data import row_reader
from prototypes.models import (
    AcceptanceRequest,
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
        _("Notes from the field"),
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
