"""Names of people in public texts: found however they are written, and removed when a person is erased."""

from typing import Any

import pytest
from django.db import connection

from accounts.privacy.actions import erase_person
from notifications.models import Reminder
from opendata.models import DIGEST
from publications.consents.names import WITHOUT_LIGATURES, people_named_without_consent, without_name
from publications.models import Publication
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.prototypes import measured_idea
from tests.factories.publications import TEXTS, PublicationFactory, PublicationPictureFactory, PublicNameFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Avec Ana Roy.", "Avec …."),
        ("ROY Àna et Ana\n**Roy**", "… et …**"),
        ("Ana Royale, Ana, Roy", "Ana Royale, …"),
        ("Roy. Ana", "…"),
        ("A\u200bna\xa0Ro\u0302y", "…"),
        ("Ana\u200bRoy, A&#110;a Roy & Luc", "…, … & Luc"),
        ("&lt;Ana Roy&gt;", "&lt;…&gt;"),
        ("", ""),
    ],
)
def test_name_is_removed_however_it_is_written(text: str, without: str):
    assert without_name(text, "Ana Roy") == without
    assert without_name(text, "") == text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Avec Rivage Ambassador", ["Ambassador Rivage"]),
        ("L’administratrice, Admin Rivage, et Lab Staff", ["Admin Rivage", "Staff Lab"]),
        ("Amb&#97;ssador Ri\u00advage", ["Ambassador Rivage"]),
        ("Neighbour Montagne n’est pas de la cohorte", []),
    ],
)
def test_people_of_the_cohort_its_admins_and_lab_staff_are_found(text: str, named: list[str], cast: Cast):
    draft = PublicationFactory(cohort=cast.cohort, text_fr=text)
    assert people_named_without_consent(draft, TODAY) == named
    for name in named:
        PublicNameFactory(publication=draft, name=" ".join(reversed(name.split())))
    assert people_named_without_consent(draft, TODAY) == []


def test_name_that_has_ended_is_not_shown(cast: Cast):
    draft = PublicationFactory(cohort=cast.cohort)
    current = PublicNameFactory(publication=draft, name="Ana Roy")
    PublicNameFactory(publication=draft, name="Luc Petit", ended_at=NOW)
    assert list(draft.names.with_consent(TODAY)) == [current]


def test_words_of_a_measure_name_nobody_without_consent_and_lose_the_name_of_an_erased_person(cast: Cast):
    idea = measured_idea(cohort=cast.cohort)
    row = PublicationFactory(idea=idea, with_measure=True, method_en="Counted by Rivage Ambassador.")
    assert people_named_without_consent(row, TODAY) == ["Ambassador Rivage"]
    released = PublicationFactory.publish(row)
    digest = Publication.objects.values_list(DIGEST, flat=True).get()
    erase_person(user=cast["M"], at=NOW, by=cast["S"])
    released.refresh_from_db()
    assert (released.state, released.method_en) == ("withdrawn", "Counted by ….")
    assert Publication.objects.values_list(DIGEST, flat=True).get() != digest


def test_characters_are_replaced_as_the_database_replaces_them():
    characters = "".join(map(chr, WITHOUT_LIGATURES))
    with connection.cursor() as cursor:
        cursor.execute("SELECT web_plain(%s)", [characters])
        assert cursor.fetchone() == (characters.translate(WITHOUT_LIGATURES),)


def test_what_ends_one_text_and_begins_the_next_is_no_name(cast: Cast):
    draft = PublicationFactory(cohort=cast.cohort, title_fr="Ambassador", title_en="Rivage")
    assert people_named_without_consent(draft, TODAY) == []


def test_publications_of_the_lab_name_nobody_without_consent(cast: Cast):
    UserFactory(full_name="Deux")
    programme = cast.edition.format.programme
    text = "Deux voisins, dont Montagne Neighbour."
    draft = PublicationFactory(kind="programmes", programme=programme, slug=programme.slug, text_en=text)
    assert people_named_without_consent(draft, TODAY) == ["Neighbour Montagne"]


def test_erased_person_is_removed_from_texts_pictures_and_names_of_their_cohorts(cast: Cast):
    person = UserFactory(full_name="Ana Roy")
    MembershipFactory(cohort=cast.cohort, user=person, role="ambassador")
    public = PublicationFactory(cohort=cast.cohort, text_fr="Avec Roy Ana.")
    PublicNameFactory(publication=public)
    PublicationFactory.publish(public)
    waiting = PublicationFactory(cohort=cast.cohort, summary_en="By Ana Roy.", state="submitted")
    pictured = PublicationFactory(cohort=cast.cohort)
    PublicationPictureFactory(publication=pictured, alt_fr="Ana Roy au guichet")
    PublicationFactory.publish(pictured)
    elsewhere = PublicationFactory(cohort=cast.other_cohort, text_fr="Avec Ana Roy.", state="published")
    erase_person(user=person, at=NOW, by=None)
    rows = [Publication.objects.get(pk=row.pk) for row in (public, waiting, pictured, elsewhere)]
    assert [(row.state, row.text_fr, row.summary_en) for row in rows] == [
        ("withdrawn", "Avec ….", TEXTS["summary_en"]),
        ("draft", TEXTS["text_fr"], "By …."),
        ("withdrawn", TEXTS["text_fr"], TEXTS["summary_en"]),
        ("published", "Avec Ana Roy.", TEXTS["summary_en"]),
    ]
    assert (rows[0].names.get().name, rows[2].pictures.get().alt_fr) == (f"#{rows[0].names.get().pk}", "… au guichet")
    assert set(Reminder.objects.values_list("object_id", "audience")) == {
        (public.pk, "authors"),
        (pictured.pk, "authors"),
    }
    assert list(Publication.objects.names_to_check()) == [elsewhere]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Lætitia Bernard", "Avec Lætitia Bernard."),
        ("Søren Łukasz", "Avec Soren Lukasz."),
        ("Ana Roy", "A\u00adna R&#111;y"),
        ("René Désir", "De\u0301sir Rene\u0301"),
    ],
)
def test_page_that_names_an_erased_person_is_found_however_the_name_is_written(name: str, text: str, cast: Cast):
    person = MembershipFactory(cohort=cast.cohort, user__full_name=name, role="ambassador").user
    row = PublicationFactory(cohort=cast.cohort, text_fr=text, state="published")
    erase_person(user=person, at=NOW, by=None)
    assert Publication.objects.get(pk=row.pk).state == "withdrawn"


def test_lab_staff_check_what_has_the_name_of_an_erased_person(cast: Cast, django_assert_num_queries: Any):
    rows = [
        PublicationFactory(cohort=cast.cohort, text_fr=f"Le rôle {number} de Luc", state="published")
        for number in range(2)
    ]
    erase_person(user=UserFactory(full_name="de"), at=NOW, by=None)
    assert set(Publication.objects.values_list("state", flat=True)) == {"published"}
    assert list(Publication.objects.names_to_check()) == rows
    client = signed_in(cast["S"])
    assert "2 publications may name a person who was erased." in client.get("/").content.decode()
    assert "may name a person" not in signed_in(cast["P"]).get("/").content.decode()
    assert f"/publications/{rows[0].pk}/check-names/" in client.get("/publications/").content.decode()
    client.post(f"/publications/{rows[0].pk}/check-names/", {"name": ""})
    client.post(f"/publications/{rows[1].pk}/check-names/", {"name": "Luc"})
    checked = [Publication.objects.get(pk=row.pk) for row in rows]
    assert [(row.state, row.text_fr) for row in checked] == [
        ("published", "Le rôle 0 de Luc"),
        ("withdrawn", "Le rôle 1 de …"),
    ]
    assert not Publication.objects.names_to_check().exists()
