"""Find the authorities that an application may be from, on the platform or in the official list."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from cohorts.calls.models import Application
from programmes.models import Authority, ListedAuthority

NEW: Final = "new"  # the key of the choice `NewAuthority`


@dataclass(frozen=True, slots=True)
class NewAuthority:
    """An authority to be added under the name and SIREN that the applicant wrote."""

    name: str
    siren: str | None


Candidate = Authority | ListedAuthority | NewAuthority


def candidates(row: Application) -> dict[str, Candidate]:
    """Return the authorities that the application may be from, each under a key, those of the platform first.

    A name may be that of several authorities, or of another one than is meant: then the last choice is a new one.
    """
    same = Q(siren=row.siren) if row.siren else Q(name__iexact=row.authority_name)
    registered = list(Authority.objects.filter(same, dissolved_on=None).order_by("name", "pk"))
    listed = ListedAuthority.objects.filter(same).order_by("name", "pk")
    choices: dict[str, Candidate] = {f"authority-{each.pk}": each for each in registered}
    sirens = {each.siren for each in registered if each.siren}
    choices |= {f"listed-{each.pk}": each for each in listed if each.siren not in sirens}
    if row.siren and choices:
        # A SIREN identifies one authority.
        return dict(list(choices.items())[:1])
    return {**choices, NEW: NewAuthority(row.authority_name, row.siren)}


def candidate_label(candidate: Candidate, row: Application) -> str:
    """Return the label of a candidate among others, with what tells namesakes apart."""
    if isinstance(candidate, NewAuthority):
        return _("another authority, added as it was written: %(name)s") % {"name": row}
    siren = f"SIREN {candidate.siren}" if candidate.siren else ""
    if isinstance(candidate, Authority):
        facts = [candidate.get_kind_display(), siren, _("on the platform already")]
    else:
        facts = [candidate.get_kind_display(), candidate.department, siren, _("from the official list")]
    return f"{candidate.name} ({', '.join(str(fact) for fact in facts if fact)})"
