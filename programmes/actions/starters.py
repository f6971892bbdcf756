"""The action that starts a programme from a known format."""

from typing import Unpack

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes.actions.formats import FormatNumbers, PhaseSpan, create_programme, draft_format, set_phases
from programmes.formats.starters import StarterFormat
from programmes.models import Format, Programme
from web.actions import action


@action(_("Programme started from a known format"))
def start_from_known_format(
    *, starter: StarterFormat, name_fr: str, name_en: str, by: User | None, **numbers: Unpack[FormatNumbers]
) -> Format:
    """Create a programme with the draft of a format version, its phases and the usual e-mails; return the draft.

    A programme of this French name and family that exists gets the draft as its next version; its draft with the same
    numbers is returned instead, so that a form sent twice makes one. The phases are stretched
    or shortened to the months in `numbers`. Raises DomainError for a French name that a programme of another family
    has.
    """
    programme = Programme.objects.filter(name_fr=name_fr, family=starter.family).first() or create_programme(
        family=starter.family, name_fr=name_fr, name_en=name_en, by=by
    )
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if same := programme.formats.filter(published_at=None, **numbers).first():
        return same
    draft = draft_format(programme=programme, by=by, **numbers)
    phases = [PhaseSpan(*phase) for phase in starter.phases_for(draft.months)]
    return set_phases(format=draft, phases=phases, by=by)
