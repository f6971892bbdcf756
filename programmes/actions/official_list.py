"""Actions on the official list of authorities: load it, and add an authority from it."""

from dataclasses import asdict
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from accounts.models import Lab, User
from programmes.actions.authorities import create_authority
from programmes.authorities.official_list import list_version, plain_words, read_official_list
from programmes.models import Authority, ListedAuthority
from programmes.slugs import slug_of
from web.actions import action

BATCH = 2000
MAX_NAME = 120  # of an authority
SOURCE = "Insee, code officiel géographique (@etalab/decoupage-administratif {version})"
TOWN_SOURCE = " · GeoNames (CC BY 4.0)"


@action(_("Official list of authorities loaded"))
def load_official_list(*, node_modules: Path, by: User | None) -> int:
    """Replace the official list by that of the installed packages, and return its number of rows.

    Returns 0, and changes nothing, where this version is loaded already. Raises OSError where the list is not
    installed. Authorities that were added from it stay as they are.
    """
    version = list_version(node_modules)
    if ListedAuthority.objects.filter(list_version=version).exists():
        return 0
    rows = [
        ListedAuthority(**asdict(row), words=f" {plain_words(row.name)}", list_version=version)
        for row in read_official_list(node_modules)
    ]
    ListedAuthority.objects.all().delete()
    ListedAuthority.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


@action(_("Authority added from the official list"), security_event=True)
def add_listed_authority(*, listed: ListedAuthority, by: User | None) -> Authority:
    """Create an authority with the facts of the official list, and return it.

    A name that another authority has gets the department in brackets. Raises DomainError for a SIREN that another one
    has.
    """
    lab = Lab.objects.current()
    source = SOURCE.format(version=listed.list_version) + ("" if listed.latitude is None else TOWN_SOURCE)
    if listed.is_approximate:
        source += f" · {_('coordinates of the department’s chief town')}"
    return create_authority(
        kind=listed.kind,
        name=_free_name(listed),
        siren=listed.siren or None,
        insee_code=listed.insee_code,
        seat=listed.seat,
        latitude=listed.latitude,
        longitude=listed.longitude,
        time_zone=listed.time_zone,
        school_zone=listed.school_zone,
        holiday_subdivision=listed.holiday_subdivision,
        language=lab.language if lab else "fr",
        source=source,
        by=by,
    )


def _free_name(listed: ListedAuthority) -> str:
    """Return the name of the row, with its department in brackets where another authority has the name."""
    name = listed.name[:MAX_NAME]
    if listed.department and Authority.objects.filter(slug=slug_of(name)).exists():
        return f"{name} ({listed.department})"[:MAX_NAME]
    return name
