"""Methods: cards of the lab, their starter set, their table, and where they are used."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from imports import actions as imports
from programmes import actions
from programmes.methods.starters import STARTER_METHODS
from programmes.methods.uses import latest_uses, uses_in_words
from programmes.models import Lesson, Method
from prototypes.models import Trial
from tests.cohorts.pages import errors
from tests.factories.accounts import signed_in
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import SessionFactory, SessionMethodFactory
from tests.factories.imports import checked, imported, plans, undone
from tests.factories.programmes import LessonFactory, MethodFactory
from tests.factories.prototypes import TrialFactory
from tests.pages import elements, links, rows, texts
from tests.sql import refused_by, update
from web.errors import DomainError
from web.text.formats import NO_BREAK, duration

pytestmark = pytest.mark.django_db
CARD = {"name": "Écoute", "need": "Comprendre.", "minutes": "90", "steps": "1. Écoutez.", "licence": "CC BY 4.0"}
TABLE = """Nom;Besoin;Phase;Durée;Fournitures;Étapes;Licence;Autrice
Écoute;Comprendre;immersion;90;Un carnet;"1. Venez.
2. Écoutez.";CC0;Le labo
Tri;Choisir;;;;1. Triez.;;
"""


def test_rules_of_the_database():
    first, second = MethodFactory(name="Écoute"), MethodFactory()
    for column, value, rule in [
        ("name", "écoute", "method_once"),
        ("name", " ", "method_named"),
        ("need", " ", "method_named"),
        ("steps", " ", "method_steps_required"),
        ("minutes", 0, "method_minutes"),
        ("minutes", 2_401, "method_minutes"),
        ("need", "x" * 10_001, "method_need_length"),
        ("material", "x" * 10_001, "method_material_length"),
        ("steps", "x" * 10_001, "method_steps_length"),
    ]:
        with refused_by(rule):
            update(second, **{column: value})
    Method.objects.filter(pk=second.pk).update(minutes=2_400, need="x" * 10_000)
    assert str(first) == "Écoute"


@pytest.mark.parametrize(
    ("minutes", "text"), [(45, "45 min"), (60, "1 h"), (90, "1 h 30"), (125, "2 h 05"), (2_400, "40 h")]
)
def test_time_is_written_as_hours_and_minutes(minutes: int, text: str):
    assert duration(minutes).replace(NO_BREAK, " ") == text


def test_lab_staff_write_change_and_remove_a_card(cast: Cast):
    client = signed_in(cast["S"])
    empty = client.get(reverse("programmes:methods"))
    assert links(empty)["Add the starter methods"] == reverse("programmes:add_starter_methods")
    wrong = client.post(reverse("programmes:add_method"), CARD | {"minutes": "0", "steps": ""})
    assert (list(errors(wrong)), Method.objects.count()) == (["minutes", "steps"], 0)
    page = client.post(reverse("programmes:add_method"), CARD, follow=True)
    method = Method.objects.get()
    assert texts(page, "h1") == ["Écoute"]
    again = client.post(reverse("programmes:add_method"), CARD | {"name": "ÉCOUTE"})
    assert list(errors(again)) == ["name"]
    edit = reverse("programmes:edit_method", args=[method.pk])
    token = client.get(edit).context["form"].initial["version_token"]
    assert client.post(edit, CARD | {"need": "Entendre.", "version_token": token}).status_code == 302
    late = client.post(edit, CARD | {"need": "Parler.", "version_token": token})
    assert (late.status_code, Method.objects.get().need) == (200, "Entendre.")
    assert client.post(reverse("programmes:remove_method", args=[method.pk])).status_code == 302
    assert not Method.objects.exists()


def test_starter_methods_are_added_once_in_the_chosen_language(cast: Cast):
    assert len(STARTER_METHODS) == 12
    client, address = signed_in(cast["S"]), reverse("programmes:add_starter_methods")
    assert list(errors(client.post(address, {"language": "de"}))) == ["language"]
    client.post(address, {"language": "fr"})
    french = Method.objects.get(name="Observation de terrain")
    assert (french.phase, french.minutes, french.licence, french.steps[:12]) == (
        *("immersion", 240, "CC BY 4.0", "1. Choisissez"[:12]),
    )
    assert actions.add_starter_methods(language="fr", by=cast["S"]) == []
    with override("fr"):
        assert set(Method.objects.values_list("name", flat=True)) == {str(each.name) for each in STARTER_METHODS}
    assert len(actions.add_starter_methods(language="en", by=cast["S"])) == 12  # no name is the same in both languages


def test_list_shows_time_and_uses_and_filters(cast: Cast):
    MethodFactory(name="Écoute", phase="immersion", minutes=60)
    MethodFactory(name="Tri", minutes=61, need="Choisir")
    used = MethodFactory(name="Jeu", phase="test_case", minutes=None)
    SessionMethodFactory(session__cohort=cast.cohort, method=used)
    client, address = signed_in(cast["M"]), reverse("programmes:methods")

    def names(query: str = "") -> list[str]:
        return [
            each["text"]
            for each in elements(client.get(f"{address}?{query}"), "th")
            if each["attrs"].get("scope") == "row"
        ]

    assert names() == ["Écoute", "Jeu", "Tri"]
    assert rows(client.get(address))[1][-1] == "1 session"
    assert (names("phase=immersion"), names("time=60"), names("q=choisir")) == (["Écoute", "Tri"], ["Écoute"], ["Tri"])


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_statements_for_three_methods(cast: Cast, count: int, django_assert_num_queries):
    for _ in range(count):
        SessionMethodFactory(session__cohort=cast.cohort)
    client = signed_in(cast["M"])
    with django_assert_num_queries(8):
        client.get(reverse("programmes:methods"))


@pytest.mark.parametrize("count", [1, 3])
def test_card_takes_the_same_statements_for_three_uses(cast: Cast, count: int, django_assert_num_queries):
    method = MethodFactory()
    for _ in range(count):
        SessionMethodFactory(session__cohort=cast.cohort, method=method)
        TrialFactory(prototype__idea__cohort=cast.cohort, method_card=method)
        LessonFactory(edition=cast.edition, method=method, noted_by=cast["M"])
    client = signed_in(cast["P"])
    with django_assert_num_queries(10):
        client.get(method.get_absolute_url())


def test_uses_count_what_the_person_may_see(cast: Cast):
    method = MethodFactory()
    for cohort in (cast.cohort, cast.other_cohort):
        SessionMethodFactory(session__cohort=cohort, method=method)
        cancelled = SessionMethodFactory(session=SessionFactory(cohort=cohort, state="draft"), method=method).session
        cancelled.state, cancelled.reason = "cancelled", "Plus besoin"
        cancelled.save()
        TrialFactory(prototype__idea__cohort=cohort, method_card=method)
    LessonFactory(edition=cast.edition, method=method, noted_by=cast["M"])
    LessonFactory(edition=cast.edition, method=method, noted_by=cast["M"], state="refused")
    with override("en"):
        found = {role: uses_in_words(cast[role], [method.pk]).get(method.pk) for role in "SMRNX"}
    home = "1 session, 1 test, 1 lesson"
    assert found == {"S": "2 sessions, 2 tests, 1 lesson", "M": home, "R": home, "N": "1 session, 1 test", "X": None}
    assert [use.belongs_to for use in latest_uses(cast["N"], method)][:1] == ["Montagne"]
    with pytest.raises(DomainError, match="uses this method"), override("en"):
        actions.remove_method(method=method, by=cast["S"])


def test_lesson_keeps_its_method_once_the_lab_has_decided(cast: Cast):
    method, client = MethodFactory(), signed_in(cast["M"])
    form = {"phase": "immersion", "text": "Trop long", "method": str(method.pk)}
    client.post(reverse("programmes:add_lesson", args=[cast.edition.slug]), form)
    lesson = Lesson.objects.get()
    assert lesson.method == method
    actions.edit_lesson(lesson=lesson, phase="immersion", text="Trop long", method=None, by=cast["M"])
    actions.accept_lesson(lesson=lesson, by=cast["S"])
    with refused_by("lesson_fixed"):
        update(lesson, method_id=method.pk)
    page = client.get(reverse("programmes:lessons", args=[cast.edition.slug]))
    assert page.status_code == 200


def test_plan_of_a_test_names_its_card(cast: Cast):
    method, client = MethodFactory(name="Écoute"), signed_in(cast["P"])
    trial = TrialFactory(prototype__idea__cohort=cast.cohort, planned_by=cast["P"])
    edit = reverse("prototypes:edit_trial", args=[trial.pk])
    form = client.get(edit).context["form"]
    values = {name: value for name, value in form.initial.items() if value not in (None, "")}
    client.post(edit, values | {"method_card": str(method.pk)})
    assert Trial.objects.get().method_card == method
    assert links(client.get(trial.get_absolute_url()))["Écoute"] == method.get_absolute_url()


def test_table_is_imported_changed_and_undone(cast: Cast):
    batch = imported("methods", "", TABLE, cast["S"])
    fields = ("name", "need", "phase", "minutes", "material", "steps", "licence", "author")
    assert list(Method.objects.order_by("pk").values_list(*fields)) == [
        ("Écoute", "Comprendre", "immersion", 90, "Un carnet", "1. Venez.\n2. Écoutez.", "CC0", "Le labo"),
        ("Tri", "Choisir", "", None, "", "1. Triez.", "CC BY 4.0", ""),
    ]
    assert plans(checked("methods", "", TABLE.replace("90", "60"), cast["S"])) == [
        ("update", [["minutes", "90", "60"]]),
        ("unchanged", []),
    ]
    wrong = "Nom;Besoin;Étapes;Durée\nA;;1;\nB;Oui;;\nC;Oui;1;0\n"
    assert [(outcome, found[0]) for outcome, found in plans(checked("methods", "", wrong, cast["S"]))] == [
        ("refused", "need"),
        ("refused", "steps"),
        ("refused", "minutes"),
    ]
    used = SessionMethodFactory(session__cohort=cast.cohort, method=Method.objects.get(name="Tri"))
    assert imports.undo_refusals(batch, cast["S"], NOW) == ["These are used elsewhere now: Tri. Remove them by hand."]
    used.delete()
    undone(batch)
    assert not Method.objects.exists()
