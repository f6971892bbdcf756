"""Routes of invitations, access requests and support sessions of a cohort."""

from django.utils import timezone

from accounts.addresses.actions import claim_address
from accounts.models import AddressRelease, FactorReset, SupportVisit
from cohorts.models import AccessRequest
from imports.models import ColumnChoice
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import AccessRequestFactory
from tests.factories.imports import ImportBatchFactory, ImportRowFactory
from tests.factories.invitations import InvitationFactory


def add_invitation_fixtures(cast: Cast) -> None:
    fields = {"cohort": cast.cohort, "discipline": "design", "unit": "Au service", "invited_by": cast["P"]}
    InvitationFactory(role="relay", **fields)
    InvitationFactory(revoked_at=NOW, reason="Partie ailleurs", **fields)
    batch = ImportBatchFactory(person=cast["P"], target_slug=cast.cohort.slug)
    changes = {"outcome": "update", "changes": [["unit", "Accueil", "Au service"]], "previous": {"unit": ["Accueil"]}}
    ImportRowFactory(batch=batch, corrections={"role": "relais"}, **changes)
    ImportRowFactory(batch=batch, line=3, outcome="refused", reason="Elle est là", suggestion="Sans elle")
    ColumnChoice.objects.create(person=cast["P"], kind="members", columns={"courriel": "email"})
    AccessRequestFactory(authority=cast.cohort.authority, unit="Au service")
    access_request = AccessRequestFactory(authority=cast.cohort.authority)
    answer = {"state": "refused", "reason": "Pas de cohorte", "answered_at": NOW, "answered_by": cast["S"]}
    AccessRequest.objects.filter(pk=access_request.pk).update(**answer)
    visit = {"person": cast["M"], "staff": cast["S"], "because": "Un mot de passe oublié"}
    SupportVisit.objects.create(began_at=NOW, ended_at=NOW, **visit)
    reset = {"person": cast["M"], "staff": cast["S"], "because": "Il a appelé d’un autre numéro"}
    FactorReset.objects.create(made_at=NOW, **reset)
    AddressRelease.objects.create(
        person=cast["M"],
        staff=cast["S"],
        email="tiers@people.example",
        because="L’adresse d’un autre agent",
        made_at=NOW,
    )
    claim_address(user=cast["M"], email="encore@people.example", at=timezone.now(), by=None)
