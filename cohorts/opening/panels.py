"""The button on the home page that opens an edition."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import person
from cohorts.permissions import can_manage_cohorts
from web.pages.home import MainAction


def open_an_edition(request: HttpRequest) -> MainAction | None:
    """Return the main button of the home page, which opens an edition, for lab staff; None for anyone else."""
    if not can_manage_cohorts(person(request)):
        return None
    return MainAction(_("Open an edition"), reverse("cohorts:open_edition"), "plus")
