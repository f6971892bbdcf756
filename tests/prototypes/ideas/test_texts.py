"""Each text of an idea reaches its forms, its page, the export, packages and the copy of one's own data."""

import csv
from io import StringIO

import pytest

from accounts.hooks import personal_data
from prototypes.handover.packages import snapshot
from prototypes.ideas.forms import IdeaForm, NewIdeaForm, ReuseForm
from prototypes.models import Idea
from tests.factories.cast import TODAY, Cast
from tests.factories.prototypes import IdeaFactory, add_event
from tests.prototypes.pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea(cast: Cast) -> Idea:
    texts = {name: f"The words of {name}." for name in Idea.TEXTS}
    return IdeaFactory(cohort=cast.cohort, owner=cast["M"], state="captured", **texts)


@pytest.mark.parametrize("name", Idea.TEXTS)
def test_every_form_about_ideas_has_the_text(name: str):
    assert [form.__name__ for form in (IdeaForm, NewIdeaForm, ReuseForm) if name not in form.base_fields] == []


@pytest.mark.parametrize("name", Idea.TEXTS)
def test_text_is_on_the_page_of_the_idea(name: str, cast: Cast, idea: Idea):
    assert f"The words of {name}." in signed_in(cast["M"]).get(idea.get_absolute_url()).content.decode()


@pytest.mark.parametrize("name", Idea.TEXTS)
def test_form_for_reuse_starts_with_the_text(name: str, cast: Cast, idea: Idea):
    Idea.objects.filter(pk=idea.pk).update(shared_with_edition=True)
    page = signed_in(cast["N"]).get(f"/ideas/{idea.pk}/reuse/")
    assert page.context["form"][name].value() == f"The words of {name}."


@pytest.mark.parametrize("name", Idea.TEXTS)
def test_text_is_in_the_package_and_in_the_personal_copy(name: str, cast: Cast, idea: Idea):
    [own] = personal_data()["ideas"].rows(cast["M"])
    assert [snapshot(idea)["idea"][name], own[name]] == [f"The words of {name}."] * 2


def test_export_of_ideas_has_a_column_for_each_text(cast: Cast, idea: Idea):
    add_event(idea, "accepted", TODAY)
    answer = signed_in(cast["S"]).get("/rates/ideas.csv")
    header, row, *_notes = csv.reader(StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";")
    assert header[-len(Idea.TEXTS) :] == Idea.text_field_labels()
    assert row[-len(Idea.TEXTS) :] == [f"The words of {name}." for name in Idea.TEXTS]


def test_labels_leave_out_the_summary_and_empty_texts():
    labels = [label for label, _text in Idea.filled_texts_in(dict.fromkeys(Idea.TEXTS, "A text."))]
    assert labels == ["", *Idea.text_field_labels()[1:]]
    assert Idea.filled_texts_in({}) == []
