"""Find the authorities that an application may be from, on the platform or in the official list."""

from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from cohorts.calls.models import Application
from programmes.models import Authority, ListedAuthority

NEW: Final = "new"  # the choice of an authority that is added as the applicant wrote it
Candidate = Authority | ListedAuthority | None


def candidates(row: Application) -> dict[str, Candidate]:
    """Return the authorities that the application may be from, each under a key, those of the platform first; None
    under `NEW` is one that is added as written.

    A SIREN leaves one. A name may be that of several authorities, or of another one than is meant.
    """
    same = Q(siren=row.siren) if row.siren else Q(name__iexact=row.authority_name)
    known = list(Authority.objects.filter(same, dissolved_on=None).order_by("name", "pk"))
    listed = ListedAuthority.objects.filter(same).order_by("name", "pk")
    found: dict[str, Candidate] = {f"authority-{each.pk}": each for each in known}
    sirens = {each.siren for each in known if each.siren}
    found |= {f"listed-{each.pk}": each for each in listed if each.siren not in sirens}
    return dict(list(found.items())[:1]) if row.siren and found else {**found, NEW: None}


def candidate_label(candidate: Candidate, row: Application) -> str:
    """Return the label of a candidate among others, with what tells namesakes apart."""
    if candidate is None:
        return _("another authority, added as it was written: %(name)s") % {"name": row}
    siren = f"SIREN {candidate.siren}" if candidate.siren else ""
    if isinstance(candidate, Authority):
        facts = [candidate.get_kind_display(), siren, _("on the platform already")]
    else:
        facts = [candidate.get_kind_display(), candidate.department, siren, _("from the official list")]
    return f"{candidate.name} ({', '.join(str(fact) for fact in facts if fact)})"
