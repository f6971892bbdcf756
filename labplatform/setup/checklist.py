"""The checklist on the home page of an installation that begins: from the lab's name to its first edition."""

from dataclasses import dataclass
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.models import Lab, User
from accounts.permissions import can_manage_lab
from accounts.requests import person
from cohorts.invitations.enums import LAB_ROLES
from cohorts.models import Invitation
from programmes.enums import EditionState
from programmes.models import Authority, Edition, Format
from web.database.nested_rows import nested
from web.dates.clock import Today
from web.pages.home import HomeRows, NestedRows


@dataclass(frozen=True, slots=True)
class SetupStep:
    """A step of the checklist; `href` is empty for people who may not take it."""

    title: StrOrPromise
    text: StrOrPromise
    action: StrOrPromise
    href: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class SetupChecklist:
    """All steps of the checklist, in order."""

    steps: tuple[SetupStep, ...]

    @property
    def next(self) -> SetupStep | None:
        """Return the first step that is not done after the last one that is; steps that were passed over wait."""
        last = max((index for index, step in enumerate(self.steps) if step.is_done), default=-1)
        return next((step for step in self.steps[last + 1 :] if not step.is_done), None)

    @property
    def done(self) -> int:
        """Return how many steps are done."""
        return sum(step.is_done for step in self.steps)


def _find_facts(user: User, _today: Today) -> ArraySubquery | None:
    """Return the subquery of one row, which says what there is already; of no row once an edition is open.

    None for people who do not set the platform up: everyone but administrators and members of the lab.
    """
    if not user.is_lab_staff or user.is_lab_reader:
        return None
    formats = Format.objects.measured().order_by("-pk")
    row = User.objects.filter(~Exists(Edition.objects.measured().exclude(state=EditionState.DRAFT)), pk=user.pk)
    facts = {
        "has_lab": Exists(Lab.objects.all()),
        "has_colleague": Exists(User.objects.filter(is_lab_staff=True, is_active=True).exclude(pk=OuterRef("pk"))),
        "has_invited": Exists(Invitation.objects.open().filter(role__in=LAB_ROLES)),
        "has_format": Exists(formats.published()),
        "draft": Subquery(formats.filter(published_at=None).values("pk")[:1]),
        "has_authority": Exists(Authority.objects.all()),
    }
    return nested(row.annotate(**facts), *facts)


def _back_here(route: str) -> str:
    """Return the path of a page with a form that leads back to the home page once it is saved."""
    return f"{reverse(route)}?{urlencode({'next': reverse('home')})}"


def setup_checklist(request: HttpRequest, rows: NestedRows) -> SetupChecklist | None:
    """Return the checklist from the rows of `SETUP_FACTS`; None once an edition is open, and for other people."""
    if not rows:
        return None
    facts, manages_lab = rows[0], bool(can_manage_lab(person(request)))
    has_format, has_authority = facts["has_format"], facts["has_authority"]
    edition_href = reverse("cohorts:open_edition") if has_format and has_authority else ""
    draft = facts["draft"]
    steps = (
        SetupStep(
            _("Name the lab"),
            _("Its name, language, time zone and the sender of its e-mails."),
            _("Name the lab"),
            _back_here("lab_settings") if manages_lab else "",
            facts["has_lab"],
        ),
        SetupStep(
            _("Invite your colleagues"),
            _("They receive an e-mail, and work with you as administrator, member or reader."),
            _("Invite a colleague"),
            _back_here("cohorts:invite_colleague") if manages_lab else "",
            facts["has_colleague"] or facts["has_invited"],
        ),
        SetupStep(
            _("Choose a programme and its format"),
            _("La Transfo, Residencies or your own. Publish the format; then you can open an edition with it."),
            _("Publish the format") if draft else _("Choose a format"),
            reverse("programmes:format", args=[draft])
            if draft and not has_format
            else reverse("programmes:known_formats"),
            has_format,
        ),
        SetupStep(
            _("Add the authorities you work with"),
            _("From the official list, or by hand. Each cohort belongs to an authority."),
            _("Add an authority"),
            reverse("programmes:official_list"),
            has_authority,
        ),
        SetupStep(
            _("Open the first edition"),
            _("The platform proposes dates outside holidays.")
            if edition_href
            else _("As soon as a format is published and an authority is added."),
            _("Open an edition"),
            edition_href,
            is_done=False,
        ),
    )
    return SetupChecklist(steps)


SETUP_FACTS: Final = HomeRows(_find_facts)
