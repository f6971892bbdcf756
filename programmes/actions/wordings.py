"""The action that words an e-mail of a format version in the lab's own words."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes.formats.wordings import editable_texts, stored_texts, wording_problems
from programmes.models import Format, ReminderStep
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version


@action(_("E-mail reworded"))
def reword_email(
    *,
    step: ReminderStep,
    subject_fr: str,
    body_fr: str,
    subject_en: str,
    body_en: str,
    version_token: str | None = None,
    by: User | None,
) -> ReminderStep:
    """Save subject and text of a step's e-mail in both languages, as people write them, and return the step.

    A language with the usual text, or without any, follows the usual text from then on. `version_token` is the hash
    (`fingerprint`) of the texts the form started from: raises EditConflict when someone else has saved since. Raises
    DomainError, naming the form field, for a mistake in the placeholders, and for a published version.
    """
    Format.objects.select_for_update().get(pk=step.format_id)
    row = ReminderStep.objects.get(pk=step.pk)
    texts = {"subject_fr": subject_fr, "body_fr": body_fr, "subject_en": subject_en, "body_en": body_en}
    check_version(version_token, current=editable_texts(row), submitted=texts)
    for field, message in wording_problems(row, texts):
        raise DomainError(message, field=field)
    for column, text in stored_texts(row, texts).items():
        setattr(row, column, text)
    row.save(update_fields=ReminderStep.TEXTS)
    return row
