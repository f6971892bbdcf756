"""What a dossier shows to each circle of readers: shared work, figures within their consent, pictures within theirs."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from dossiers.chapters.build import build
from dossiers.chapters.collection import Collection
from dossiers.exports import access_of
from dossiers.layout.blocks import Document, Picture, Pictures
from dossiers.models import Dossier
from dossiers.permissions import audience_decisions
from dossiers.writers.pdf import document_data
from files.enums import Consent
from tests.factories.accounts import UserFactory
from tests.factories.canvases import drawn
from tests.factories.cast import EVERYONE, NOW, TODAY, Cast
from tests.factories.cohorts import InnovationTeamFactory, PhaseFactory, SessionFactory
from tests.factories.dossiers import DossierFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.figures import FiguresConsentFactory
from tests.factories.files import AttachmentFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
    TrialNoteFactory,
)
from web.dates.clock import today_everywhere

pytestmark = pytest.mark.django_db
ALL_PARTS = ["about", "figures", "people", "method", "ideas", "outcomes", "observations", "pictures"]


@pytest.fixture
def work(cast: Cast) -> dict[str, Any]:
    """Return the work of the cohort: an idea that it keeps and one that it shares, with pictures under each consent."""
    kept = IdeaFactory(cohort=cast.cohort, state="testing", title="Gardée", owner=cast["P"])
    shared = IdeaFactory(cohort=cast.cohort, state="implementing", title="Partagée", shared_with_edition=True)
    ChallengeFactory(cohort=cast.cohort, title="Un défi à nous")
    for idea in (kept, shared):
        prototype = PrototypeFactory(idea=idea, state="in_test", title=f"Maquette {idea.title}")
        trial = TrialFactory(
            prototype=prototype,
            state="concluded",
            learning=f"Appris de {idea.title}",
            observation=f"Entendu de {idea.title}",
        )
        TrialNoteFactory(trial=trial, outcome="beside", answers={"observation": f"Autre note de {idea.title}"})
    ImplementationFactory(idea=shared, state="live", evidence="Une délibération")
    session = SessionFactory(cohort=cast.cohort, state="reported", report="**Vu** au marché")
    PhaseFactory(cohort=cast.cohort)
    pictures = {
        consent: AttachmentFactory(about="idea", object_id=shared.pk, consent=consent, alt_text=f"Image {consent}")
        for consent in Consent.values
    }
    AttachmentFactory(about="idea", object_id=shared.pk, withdrawn=True)
    ended = {"consent": "signed_in", "consent_until": TODAY - timedelta(days=1)}
    AttachmentFactory(about="idea", object_id=shared.pk, alt_text="Consentement fini", **ended)
    canvases = [drawn(1, cohort=cast.cohort, shared_with_edition=is_shared) for is_shared in (False, True)]
    return {"kept": kept, "shared": shared, "session": session, "pictures": pictures, "canvases": canvases}


def made(person: User, readers: str, **subject: Any) -> tuple[Collection, Document, str]:
    """Return what a dossier with all parts holds, the document, and all its texts."""
    columns = {"cohort": None} | subject
    licence = "etalab-2.0" if readers == "public" else ""
    dossier = DossierFactory(
        person=person, audience=readers, parts=ALL_PARTS, licence=licence, people_named="Zoé, designer", **columns
    )
    collection = Collection(dossier, access_of(dossier), lambda _steps: None)
    document = build(collection, "en")
    return collection, document, str(document.blocks)


def pictures_in(document: Document) -> list[Picture]:
    """Return the pictures of a document in their order, without that of the cover."""
    return [picture for block in document.blocks if isinstance(block, Pictures) for picture in block.pictures]


def test_each_circle_of_readers_sees_what_the_cohort_shares_with_it(cast: Cast, work: dict[str, Any], tmp_path: Any):
    inside = {work["kept"].pk, work["shared"].pk}
    for readers, ideas, consents, canvases, sees_reports in (
        ("me", inside, ["nobody", "cohort", "edition", "signed_in", "public"], work["canvases"], True),
        ("authority", inside, ["nobody", "signed_in", "public"], work["canvases"], True),
        ("edition", {work["shared"].pk}, ["nobody", "edition", "signed_in", "public"], work["canvases"][1:], False),
        ("public", {work["shared"].pk}, ["nobody", "public"], work["canvases"][1:], False),
    ):
        collection, document, text = made(cast["P"], readers, cohort=cast.cohort)
        contents, is_inside = collection.contents, readers in {"me", "authority"}
        assert contents["ideas"] == ideas, readers
        assert contents["canvases"] == {row.pk for row in canvases}, readers
        assert [each.alt_text for each in pictures_in(document)] == [f"Image {consent}" for consent in consents]
        assert ("Gardée" in text, "Appris de Gardée" in text) == (is_inside,) * 2, readers
        assert ("Appris de Partagée" in text, "Une délibération" in text) == (True, True), readers
        for title, is_read in (("Gardée", is_inside), ("Partagée", True)):  # once: not again in the table of the test
            counts = (text.count(f"Entendu de {title}"), text.count(f"Autre note de {title}"))
            assert counts == (is_read, is_read and is_inside), (readers, title)
        assert ("marché" in text, "Un défi à nous" in text) == (sees_reports, sees_reports), readers
        # names of people only for oneself, but those who agreed to be named
        assert (str(cast["M"]) in text, "Zoé, designer" in text) == (readers == "me", True), readers
        assert "Consentement fini" not in text
        document_data(document, tmp_path)


def test_figures_are_those_that_the_cohort_shares_with_the_readers(cast: Cast, work: dict[str, Any]):
    left_out = "The figures are left out"
    for readers, counted in (("me", True), ("authority", True), ("edition", False), ("public", False)):
        collection, _document, text = made(cast["P"], readers, cohort=cast.cohort)
        assert (left_out not in text, collection.contents.get("cohorts", set())) == (
            counted,
            {cast.cohort.pk} if counted else set(),
        ), readers
    FiguresConsentFactory(cohort=cast.cohort, audience="edition")
    collection, _document, text = made(cast["N"], "edition", edition=cast.edition)
    assert collection.contents["cohorts"] == {cast.cohort.pk}
    assert "Not included: Ville de Montagne" in text
    assert made(cast["S"], "public", edition=cast.edition)[0].contents.get("cohorts", set()) == set()
    FiguresConsentFactory(cohort=cast.other_cohort, audience="public")
    collection, _document, text = made(cast["S"], "public", edition=cast.edition)
    assert collection.contents["cohorts"] == {cast.other_cohort.pk}
    # each cohort publishes for itself: what is published of an edition has no idea one by one
    assert "Partagée" not in text


def test_figures_outside_a_cohort_are_those_that_its_consent_names(cast: Cast, work: dict[str, Any]):
    """Totals that include the cohort, never its figures alone; for the public, no more than what is published."""
    IdeaFactory(cohort=cast.cohort, state="abandoned")
    for audience in ("edition", "public"):
        FiguresConsentFactory(cohort=cast.cohort, audience=audience)
    for role, readers in (("R", "edition"), ("P", "public")):
        collection, _document, text = made(cast[role], readers, cohort=cast.cohort)
        assert ("cohorts" in collection.contents, "Ambassador: 1" in text) == (False, False), readers
    details = ("All figures", "Why ideas were abandoned", "tests", "Attendance")
    for role, readers, has_details in (("R", "edition", True), ("S", "public", False)):
        text = made(cast[role], readers, edition=cast.edition)[2]
        found = [word for word in details if word in text]
        assert ("Ideas accepted" in text, found) == (True, list(details) if has_details else []), readers
    # who left reads no figures of the cohort of today
    left = cast["M"]
    left.memberships.update(ends_on=TODAY - timedelta(days=10))
    assert "cohorts" not in made(User.objects.get(pk=left.pk), "me", cohort=cast.cohort)[0].contents


def test_who_makes_dossiers_for_whom(cast: Cast):
    def allowed(subject: Any) -> dict[str, str]:
        decisions = {role: audience_decisions(subject, cast[role], today_everywhere(NOW)) for role in EVERYONE}
        return {readers: "".join(role for role in EVERYONE if decisions[role][readers]) for readers in decisions["S"]}

    assert allowed(cast.cohort) == {
        "me": EVERYONE,
        "authority": "SCDPMRA",
        "edition": "SCDPMRAN",
        "public": "SCPA",
    }
    assert allowed(IdeaFactory(cohort=cast.cohort, shared_with_edition=True)) == allowed(cast.cohort)
    assert allowed(IdeaFactory(cohort=cast.cohort)) == allowed(cast.cohort) | {"edition": "", "public": ""}
    assert allowed(cast.edition) == {"me": EVERYONE, "authority": "", "edition": "SCDPMRAN", "public": "S"}
    reader = UserFactory(is_lab_staff=True, lab_role="reader")  # of the lab: for themselves only
    for subject in (cast.cohort, cast.edition):
        decisions = audience_decisions(subject, reader, today_everywhere(NOW))
        assert [readers.value for readers, decision in decisions.items() if decision] == ["me"]


def test_past_members_read_the_notes_that_existed_on_their_last_day(cast: Cast, work: dict[str, Any]):
    prototype = work["kept"].prototypes.get()
    TrialFactory(prototype=prototype, state="concluded", observation="Vu depuis", created_on=TODAY)
    earlier = prototype.trials.exclude(observation="Vu depuis").get()
    TrialNoteFactory(trial=earlier, outcome="beside", answers={"observation": "Noté depuis"}, created_on=TODAY)
    InnovationTeamFactory(cohort=cast.cohort, name="Équipe depuis", created_on=TODAY)
    notes = ("Entendu de Gardée", "Autre note de Gardée", "Vu depuis", "Noté depuis", "Équipe depuis")
    text = made(cast["M"], "me", cohort=cast.cohort)[2]
    assert [note in text for note in notes] == [True] * 5
    cast["M"].memberships.update(ends_on=TODAY - timedelta(days=10))
    text = made(User.objects.get(pk=cast["M"].pk), "me", cohort=cast.cohort)[2]
    assert [note in text for note in notes] == [True, True, False, False, False]


def test_intertransfos_are_listed_for_people_of_the_edition(cast: Cast):
    ExchangeFactory(edition=cast.edition, host=cast.cohort, theme="Nos guichets")
    for role, is_listed in (("M", True), ("X", False)):
        dossier = DossierFactory(person=cast[role], cohort=None, edition=cast.edition, parts=["exchanges"])
        document = build(Collection(dossier, access_of(dossier), lambda _steps: None), "en")
        assert ("Nos guichets" in str(document.blocks)) == is_listed, role


def test_dossier_of_a_neighbours_idea_has_what_it_shares(cast: Cast, work: dict[str, Any]):
    collection, _document, text = made(cast["N"], "me", idea=work["shared"])
    assert collection.contents["pictures"] == {
        work["pictures"][consent].pk for consent in ("nobody", "edition", "signed_in", "public")
    }
    assert "Un défi à nous" not in text
    assert Dossier.objects.visible_to(cast["N"]).count() == 1
    assert Dossier.objects.visible_to(cast["S"]).count() == 0
