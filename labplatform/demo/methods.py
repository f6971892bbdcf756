"""The starter methods in the demonstration, and the sessions that use some of them."""

from collections.abc import Iterable

from accounts.models import User
from cohorts.methods.actions import add_session_method
from cohorts.models import Cohort, Session
from labplatform.demo.dates import Dates
from programmes.actions import add_starter_methods
from programmes.models import Method
from web.database.created_on import created_on

AUTHOR = "Le labo (démonstration)"
# The methods of the first sessions of a cohort, by the order of the sessions.
PLANS = (
    ("Carte des parties prenantes",),
    ("Observation de terrain", "Entretien"),
    ("Fiche persona", "Parcours usager"),
    ("Remue-méninges", "Choix des priorités"),
    ("Prototype en papier",),
)


def add_methods(*, by: User) -> dict[str, Method]:
    """Add the starter methods in French as lab staff (`by`), and return them by name."""
    return {row.name: row for row in add_starter_methods(language="fr", author=AUTHOR, by=by)}


def use_methods(*, cohorts: Iterable[Cohort], methods: dict[str, Method], dates: Dates, by: User) -> None:
    """Copy methods into the first sessions of each cohort, as lab staff (`by`)."""
    for cohort in cohorts:
        sessions = Session.objects.filter(cohort=cohort).exclude(state="cancelled").in_order()
        for session, names in zip(sessions[: len(PLANS)], PLANS, strict=False):
            for name in names:
                with created_on(session.created_on or dates.edition):
                    add_session_method(session=session, method=methods[name], by=by)
