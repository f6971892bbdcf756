"""Texts that depend on a value: when a reminder e-mail is sent, and what a change of an edition's state does."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django_stubs_ext import StrOrPromise

from notifications.reminders.schedule import Offset, Unit
from programmes.enums import EditionState

_OFFSET_TEXTS = {
    ("w", True): ngettext_lazy("%(count)d week before", "%(count)d weeks before", "count"),
    ("wd", True): ngettext_lazy("%(count)d working day before", "%(count)d working days before", "count"),
    ("d", True): ngettext_lazy("%(count)d day before", "%(count)d days before", "count"),
    ("m", True): ngettext_lazy("%(count)d month before", "%(count)d months before", "count"),
    ("w", False): ngettext_lazy("%(count)d week after", "%(count)d weeks after", "count"),
    ("wd", False): ngettext_lazy("%(count)d working day after", "%(count)d working days after", "count"),
    ("d", False): ngettext_lazy("%(count)d day after", "%(count)d days after", "count"),
    ("m", False): ngettext_lazy("%(count)d month after", "%(count)d months after", "count"),
}


def offset_in_words(offset: Offset) -> str:
    """Return the time of a reminder relative to its event in the active language, such as "2 weeks before"."""
    key: tuple[Unit, bool] = (offset.unit, offset.before)
    return str(_OFFSET_TEXTS[key] % {"count": abs(offset.amount)})


@dataclass(frozen=True, slots=True)
class EditionTransition:
    """The texts of a change of an edition's state: its button, its consequences, and the message afterwards."""

    action: StrOrPromise
    consequences: tuple[StrOrPromise, ...]
    success_message: StrOrPromise


TRANSITION_TEXTS = {
    EditionState.OPEN: EditionTransition(
        _("Open registration"),
        (_("Everyone who is signed in can see the edition."), _("The edition cannot become a draft again.")),
        _("Registration is open."),
    ),
    EditionState.RUNNING: EditionTransition(
        _("Start the edition"),
        (_("The edition becomes “running”, and its Intertransfos are planned."), _("Registration is over.")),
        _("The edition is running."),
    ),
    EditionState.CLOSED: EditionTransition(
        _("Close the edition"),
        (
            _("No further Intertransfo is planned for this edition."),
            _("The cohorts and ideas of the edition do not change, and you can still follow them up."),
            _("The edition cannot be started again."),
        ),
        _("The edition is closed."),
    ),
    EditionState.ARCHIVED: EditionTransition(
        _("Archive the edition"),
        (
            _("The edition can still be read, but no longer appears in the current lists."),
            _("An archived edition cannot change state any more."),
        ),
        _("The edition is archived."),
    ),
}
