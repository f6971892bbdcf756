"""The page that words an e-mail of a format version: its texts in both languages, the placeholders and a preview."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import person
from programmes import actions
from programmes.formats.outline import schedule_row
from programmes.formats.wording_previews import preview_wording, previewable_events
from programmes.formats.wordings import placeholder_rows
from programmes.forms.wordings import PreviewForm, WordingForm
from programmes.models import Format, ReminderStep
from programmes.permissions import can_change_format, can_manage_programmes
from web.decisions import enforce
from web.forms.pages import apply_form, form_page, submitted_data


@form_page
def reword_email(request: HttpRequest, pk: int, kind: str, step: str) -> HttpResponse:
    """Show lab staff the wording of one e-mail of a format version, with a preview in both languages; save it on POST.

    The button "preview" shows the typed texts without saving, "usual" puts the usual texts into the boxes. The texts of
    a published version can be read and previewed only. Raises Refused for others than lab staff.
    """
    user = person(request)
    version = get_object_or_404(Format.objects.visible_to(user).select_related("programme"), pk=pk)
    enforce(can_manage_programmes(user))
    row = get_object_or_404(version.reminder_steps, kind=kind, slug=step)
    can_change = can_change_format(user, version)
    data = submitted_data(request)
    form = WordingForm(data, step=row, is_locked=not can_change)
    choice = PreviewForm(data, events=previewable_events(row, user))
    if data and can_change and "usual" in data:
        form = WordingForm.with_usual_texts(data, row)
        messages.info(request, _("The usual texts are in the boxes. Save to use them."))
    elif data and "preview" not in data:
        enforce(can_change)
        saved = apply_form(form, actions.reword_email, step=row, by=user) if choice.is_valid() else None
        if saved:
            messages.success(request, _("The wording is saved."))
            return redirect("programmes:reword_email", version.pk, kind, step)
    context = {
        "format": version,
        "step": row,
        "row": schedule_row(row),
        "form": form,
        "can_change": can_change,
        "placeholders": placeholder_rows(row.kind),
        **_preview_context(row, form, choice, user),
    }
    return render(request, "programmes/formats/wording.html", context)


def _preview_context(step: ReminderStep, form: WordingForm, choice: PreviewForm, user: User) -> dict[str, Any]:
    """Return the preview form and the previews of the texts in the boxes, as the person chose to read them."""
    chosen: dict[str, Any] = choice.cleaned_data if choice.is_bound and choice.is_valid() else {}
    previews, note = preview_wording(
        step,
        form.written_texts(),
        event=chosen.get("event"),
        role=chosen.get("role", ""),
        viewer=user,
        at=timezone.now(),
    )
    return {"preview_form": choice, "previews": previews, "reader_note": note}
