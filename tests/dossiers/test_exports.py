"""Dossiers as files to download: requested, written in the background, and checked again before they are downloaded."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import Http404, QueryDict

from accounts.models import User
from accounts.privacy.actions import erase_person
from dossiers.actions import RETAINED, purge_dossiers, request_dossier
from dossiers.chapters.build import build
from dossiers.chapters.collection import Collection
from dossiers.exports import access_of, prepare
from dossiers.models import Dossier
from dossiers.personal_data import erase_dossiers
from dossiers.writers.odt import write_odt
from figures.sharing.models import FiguresConsent
from files.backends.folder import path_of
from files.exports.writing import write_due_exports
from files.models import Export
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.dossiers import DossierFactory
from tests.factories.figures import share_with_edition
from tests.factories.files import AttachmentFactory, withdrawn_now, written_export
from tests.factories.programmes import EditionFactory
from tests.factories.prototypes import IdeaFactory
from tests.pages import errors, links
from tests.prototypes.pages import signed_in
from tests.sql import insert_like, refused_by, update
from web.errors import DomainError, Refused

pytestmark = pytest.mark.django_db
CHOICES = {"audience": "me", "parts": ["about"], "language": "en", "file_format": "odt"}
PARTS = ["about", "figures", "ideas", "outcomes", "pictures"]


def clock() -> datetime:
    return NOW


def written(person: User, subject: Any, **choices: Any) -> Export:
    """Return the export of a dossier that has been written."""
    export = request_dossier(subject=subject, by=person, at=NOW, **CHOICES | {"parts": PARTS} | choices)
    assert write_due_exports(clock) == 1
    export.refresh_from_db()
    assert (export.state, export.rows_done) == ("done", export.rows_total)
    return export


def download(export: Export) -> int:
    """Return the status of the answer to the person who downloads the file."""
    answer = signed_in(export.person).get(f"/exports/{export.pk}/file/")
    if answer.status_code == 200:
        assert answer.getvalue()
    return answer.status_code


def test_dossier_is_written_in_its_format_and_language(cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="testing", title="La halle")
    export = written(cast["M"], cast.cohort, file_format="pdf", language="fr")
    assert path_of(export.stored, "full").read_bytes().startswith(b"%PDF-1.7")
    assert (export.name, export.query) == ("dossier-rivage-2026-11-24.pdf", f"dossier={Dossier.objects.get().pk}")
    assert (download(export), signed_in(cast["S"]).get(f"/exports/{export.pk}/file/").status_code) == (200, 404)
    page = signed_in(cast["M"]).get(export.get_absolute_url())
    assert " rows," not in page.content.decode()


def test_access_is_decided_again_at_the_download(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="testing", shared_with_edition=True)
    picture = AttachmentFactory(about="idea", object_id=idea.pk, consent="edition", consent_until=TODAY)
    share_with_edition(cast.cohort)
    export = written(cast["N"], cast.edition, audience="edition")
    assert Dossier.objects.get().contents == {
        "cohorts": [cast.cohort.pk],
        "ideas": [idea.pk],
        "pictures": [picture.pk],
    }
    assert download(export) == 200
    consent = FiguresConsent.objects.get()
    consent.withdrawn_on, consent.withdrawn_by = TODAY, cast["P"]
    consent.save()
    assert download(export) == 403
    share_with_edition(cast.cohort)
    assert download(export) == 200
    type(idea).objects.filter(pk=idea.pk).update(shared_with_edition=False)
    assert download(export) == 403
    type(idea).objects.filter(pk=idea.pk).update(shared_with_edition=True)
    update(picture, consent_until=TODAY - timedelta(days=1))
    assert download(export) == 403
    update(picture, consent_until=TODAY)
    assert download(export) == 200
    withdrawn_now(picture)
    assert download(export) == 403
    # somebody who left the edition is not read to any more
    other = written(cast["N"], cast.edition, audience="edition", parts=["about"])
    cast["N"].memberships.update(ends_on=TODAY - timedelta(days=1))
    assert download(other) == 403


def test_three_dossiers_are_made_at_once_and_no_more(cast: Cast):
    client = signed_in(cast["M"])
    form = CHOICES | {"people_named": "Zoé"}
    for thanks in ("", "À tous", "À tous", "À toutes"):  # one is sent twice, and made once
        assert client.post("/cohorts/rivage/dossier/", form | {"thanks": thanks}).status_code == 302
    assert (Dossier.objects.count(), Export.objects.under_way().count()) == (3, 3)
    answer = client.post("/cohorts/rivage/dossier/", form | {"thanks": "Encore"})
    assert "Three of your dossiers are being made" in answer.content.decode()
    assert "Zoé" in answer.content.decode()


def test_requests_and_files_are_their_persons_alone(cast: Cast):
    published = CHOICES | {"audience": "public", "licence": "cc-by-4.0"}
    with pytest.raises(Refused):
        request_dossier(subject=cast.cohort, by=cast["M"], at=NOW, **published)
    for thanks in ("", "À tous", "À toutes"):
        request_dossier(subject=cast.cohort, by=cast["M"], at=NOW, thanks=thanks, **CHOICES)
    assert request_dossier(subject=cast.cohort, by=cast["P"], at=NOW, **CHOICES).person == cast["P"]
    query = QueryDict(f"dossier={Dossier.objects.filter(person=cast['M'])[0].pk}")
    assert prepare(write_odt, cast["M"], query)
    with pytest.raises(DomainError):
        prepare(write_odt, cast["P"], query)
    hidden = DossierFactory(person=cast["X"], cohort=cast.cohort)  # which X does not see
    with pytest.raises(DomainError):
        prepare(write_odt, cast["X"], QueryDict(f"dossier={hidden.pk}"))
    draft = EditionFactory(state="draft")
    assert signed_in(cast["M"]).get(f"/editions/{draft.slug}/dossier/").status_code == 404
    dossier = DossierFactory(person=cast["X"], cohort=None, idea=IdeaFactory(cohort=cast.cohort))
    with pytest.raises(Http404):
        build(Collection(dossier, access_of(dossier), lambda _steps: None), "en")


def test_form_offers_what_the_person_may_make(cast: Cast):
    answer = signed_in(cast["M"]).get("/cohorts/rivage/dossier/")
    page = answer.content.decode()
    assert all(f'value="{readers}"' in page for readers in ("me", "authority", "edition"))
    assert ('value="public"' in page, "licence" in page) == (False, False)
    client = signed_in(cast["P"])
    refused = client.post("/cohorts/rivage/dossier/", CHOICES | {"audience": "public"})
    assert "Choose the licence under which the public may use the document." in errors(refused)
    assert client.post("/cohorts/rivage/dossier/", {"parts": "nonsense"}).status_code == 200
    assert not Dossier.objects.exists()
    chosen = CHOICES | {"audience": "public", "licence": "cc-by-4.0", "parts": ["about", "people"]}
    assert client.post("/cohorts/rivage/dossier/", chosen).status_code == 302
    dossier = Dossier.objects.get()
    assert (dossier.licence, dossier.parts, dossier.audience) == ("cc-by-4.0", ["about", "people"], "public")


@pytest.mark.parametrize("address", ["/cohorts/rivage/", "/editions/transfo-2026/"])
def test_pages_lead_to_the_dossier(address: str, cast: Cast):
    assert f"{address}dossier/" in links(signed_in(cast["M"]).get(address)).values()


def test_database_refuses_what_no_dossier_is(cast: Cast):
    row = DossierFactory(cohort=cast.cohort)
    for rule, columns in (
        ("dossier_about_one", {"cohort_id": None}),
        ("dossier_about_one", {"edition_id": cast.edition.pk}),
        ("dossier_audience_known", {"audience": "everybody"}),
        ("dossier_licence_known", {"licence": "mine"}),
        ("dossier_parts_known", {"parts": []}),
        ("dossier_parts_known", {"parts": ["secrets"]}),
        ("dossier_public_licence", {"audience": "public"}),
        ("dossier_people_length", {"people_named": "x" * 4001}),
        ("dossier_thanks_length", {"thanks": "x" * 4001}),
    ):
        with refused_by(rule):
            insert_like(row, **columns)
    insert_like(row, audience="public", licence="cc-by-4.0", thanks="x" * 4000)


def test_dossiers_of_others_that_may_name_a_person_go_with_the_person(cast: Cast):
    of_cohort = {"person": cast["P"], "cohort": cast.cohort, "audience": "me"}
    naming = DossierFactory(**of_cohort)
    thanking = DossierFactory(**of_cohort | {"audience": "authority"}, thanks=f"Merci à {cast['M'].full_name}")
    others = (
        DossierFactory(**of_cohort | {"audience": "authority"}),
        DossierFactory(person=cast["N"], cohort=cast.other_cohort, audience="me"),
    )
    files = {
        row.pk: written_export(person=row.person, kind="dossier-pdf", query=f"dossier={row.pk}")
        for row in (naming, thanking, *others)
    }
    erase_person(user=cast["M"], at=NOW, by=None)
    assert set(Dossier.objects.all()) == set(others)
    states = {key: Export.objects.get(pk=row.pk).state for key, row in files.items()}
    assert states == {
        **{row.pk: "expired" for row in (naming, thanking)},
        **{row.pk: "done" for row in others},
    }


def test_a_short_name_is_found_as_a_whole_word_only(cast: Cast):
    texts = {text: DossierFactory(thanks=text) for text in ("Merci à Li, voisine", "Limoges", "Alizé", "LI")}
    User.objects.filter(pk=cast["M"].pk).update(full_name="Li")
    erase_dossiers(user=User.objects.get(pk=cast["M"].pk), at=NOW)
    assert {row.thanks for row in Dossier.objects.filter(pk__in=[row.pk for row in texts.values()])} == {
        *("Limoges", "Alizé"),
    }


def test_dossiers_go_a_day_after_their_file_and_with_their_person(cast: Cast):
    DossierFactory(person=cast["M"], requested_at=NOW - RETAINED)
    old = DossierFactory(requested_at=NOW - RETAINED - timedelta(seconds=1))
    assert (purge_dossiers(at=NOW, dry_run=True), purge_dossiers(at=NOW)) == (1, 1)
    assert not Dossier.objects.filter(pk=old.pk).exists()
    erase_dossiers(user=cast["M"], at=NOW)
    assert not Dossier.objects.exists()
