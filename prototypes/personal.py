"""What the work on ideas keeps of a person. It stays when they are erased, without their name."""

from django.utils.translation import gettext_lazy as _

from accounts.privacy.personal_data import told
from accounts.registries import PersonalData, personal_data
from prototypes.models import (
    Confirmation,
    FieldNote,
    FollowUp,
    Idea,
    IdeaAuthor,
    IdeaEvent,
    Prototype,
    Trial,
    TrialCorrection,
)

PARTS = {
    "ideas": PersonalData(
        _("Ideas you own"),
        told(lambda user: Idea.objects.filter(owner=user), "reference", "title", "summary", "state"),
        covers=("prototypes.Idea.owner",),
    ),
    "co_authored": PersonalData(
        _("Ideas you are a co-author of"),
        told(lambda user: IdeaAuthor.objects.filter(user=user), reference="idea__reference", title="idea__title"),
        covers=("prototypes.IdeaAuthor.user", "prototypes.Idea.co_authors"),
    ),
    "idea_events": PersonalData(
        _("What you recorded about ideas"),
        told(
            lambda user: IdeaEvent.objects.filter(by=user),
            *("state", "effective_on", "recorded_at", "reason", "evidence"),
            reference="idea__reference",
        ),
        covers=("prototypes.IdeaEvent.by",),
    ),
    "prototypes": PersonalData(
        _("Prototypes you made"),
        told(lambda user: Prototype.objects.filter(made_by=user), "title", "medium", "question", "description"),
        covers=("prototypes.Prototype.made_by",),
    ),
    "tests": PersonalData(
        _("Tests you planned"),
        told(lambda user: Trial.objects.filter(planned_by=user), "hypothesis", "method", "measure", "observation"),
        covers=("prototypes.Trial.planned_by",),
    ),
    "field_notes": PersonalData(
        _("Notes from the field"),
        told(
            lambda user: FieldNote.objects.filter(by=user),
            *("said", "choice", "replace_reason", "outcome", "written_at", "received_at"),
        ),
        covers=("prototypes.FieldNote.by",),
    ),
    "test_corrections": PersonalData(
        _("Corrections of tests you recorded"),
        told(lambda user: TrialCorrection.objects.filter(by=user), "before", "after", "reason", "recorded_at"),
        covers=("prototypes.TrialCorrection.by",),
    ),
    "confirmations": PersonalData(
        _("Confirmations of ideas you recorded"),
        told(lambda user: Confirmation.objects.filter(by=user), "state", "confirmed_on", "evidence"),
        covers=("prototypes.Confirmation.by",),
    ),
    "follow_ups": PersonalData(
        _("Follow-ups you answered"),
        told(lambda user: FollowUp.objects.filter(by=user), "months", "words", "evidence"),
        covers=("prototypes.FollowUp.by",),
    ),
}


def register() -> None:
    """Bring them to accounts."""
    for order, (slug, part) in enumerate(PARTS.items(), 30):
        personal_data.register(slug, part, order=order)
