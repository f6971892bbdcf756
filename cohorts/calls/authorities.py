"""Find the authority that an application is from, on the platform or in the official list."""

from cohorts.calls.models import Application
from programmes.models import Authority, ListedAuthority


def find_authority(row: Application) -> Authority | None:
    """Return the authority of the platform that the application is from, by its SIREN, else by its name."""
    living = Authority.objects.filter(dissolved_on=None)
    if row.siren:
        return living.filter(siren=row.siren).first()
    return living.filter(name__iexact=row.authority_name).first()


def find_listed_authority(row: Application) -> ListedAuthority | None:
    """Return the row of the official list with the SIREN of the application, else with its very name, if only one has
    it; None without one.
    """
    if row.siren:
        return ListedAuthority.objects.filter(siren=row.siren).first()
    rows = list(ListedAuthority.objects.filter(name__iexact=row.authority_name)[:2])
    return rows[0] if len(rows) == 1 else None
