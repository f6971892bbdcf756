"""The words of this app's pages that hang on a value: when a letter leaves, what a step of an edition does."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django_stubs_ext import StrOrPromise

from notifications.reminders.schedule import Offset, Unit
from programmes.enums import EditionState

_SAID = {
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
    """An offset in the reader's language, counted from the event's day."""
    key: tuple[Unit, bool] = (offset.unit, offset.before)
    return str(_SAID[key] % {"count": abs(offset.amount)})


@dataclass(frozen=True, slots=True)
class Move:
    """A step of an edition: its button, what it does, and what is said once it is done."""

    action: StrOrPromise
    consequences: tuple[StrOrPromise, ...]
    done: StrOrPromise


MOVES = {
    EditionState.OPEN: Move(
        _("Open registration"),
        (_("Everyone who is signed in can see the edition."), _("The edition cannot become a draft again.")),
        _("Registration is open."),
    ),
    EditionState.RUNNING: Move(
        _("Start the edition"),
        (_("The edition becomes “running”, and its Intertransfos are planned."), _("Registration is over.")),
        _("The edition is running."),
    ),
    EditionState.CLOSED: Move(
        _("Close the edition"),
        (
            _("No further Intertransfo is planned for this edition."),
            _("The cohorts and ideas of the edition do not change, and you can still follow them up."),
            _("The edition cannot be started again."),
        ),
        _("The edition is closed."),
    ),
    EditionState.ARCHIVED: Move(
        _("Archive the edition"),
        (
            _("The edition can still be read, but no longer appears in the current lists."),
            _("An archived edition cannot change state any more."),
        ),
        _("The edition is archived."),
    ),
}
