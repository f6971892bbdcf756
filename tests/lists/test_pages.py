"""The page of a list, on the list of ideas: order, columns, filters in use, saved views, and its files."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation
from django.utils.timezone import localdate
from python_calamine import CalamineWorkbook

from accounts.models import User
from cohorts.models import Membership
from lists.models import SavedView
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory, StakeholderFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.lists import SavedViewFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from tests.pages import elements, errors, links, messages, rows, texts
from tests.prototypes.pages import send, signed_in, statements
from web.lists.columns import choice_label

pytestmark = pytest.mark.django_db
IDEAS = "/ideas/"


@pytest.fixture
def ideas(cast: Cast) -> Cast:
    """Create three ideas of the cohort, and one of the other cohort that is not shared."""
    challenge = ChallengeFactory(cohort=cast.cohort, title="Accueil")
    IdeaFactory(cohort=cast.cohort, title="étal", challenge=challenge, owner=cast["M"], state="testing")
    IdeaFactory(cohort=cast.cohort, title="Borne", owner=cast["P"], state="captured", summary="=1+1")
    IdeaFactory(cohort=cast.cohort, title="Carte", state="parked")
    IdeaFactory(cohort=cast.other_cohort, title="Hidden")
    return cast


def get(user: User, address: str = IDEAS, **query: Any) -> Any:
    answer = signed_in(user).get(address, query)
    assert answer.status_code == 200
    return answer


def titles(answer: Any) -> list[str]:
    return [element["text"] for element in elements(answer, "th") if element["attrs"]["scope"] == "row"]


def heads(answer: Any) -> list[str]:
    return [element["text"] for element in elements(answer, "th") if element["attrs"]["scope"] == "col"]


def test_every_column_sorts_both_ways(ideas: Cast):
    orders = {
        "reference": ["étal", "Borne", "Carte"],
        "title": ["Borne", "Carte", "étal"],
        "state": ["Borne", "étal", "Carte"],
        "owner": ["étal", "Borne", "Carte"],
        "last-update": ["Borne", "Carte", "étal"],
        "challenge": ["étal", "Borne", "Carte"],
        "accepted": ["étal", "Carte", "Borne"],
    }
    found = {name: titles(get(ideas["M"], sort=name)) for name in orders}
    assert found == orders | {"last-update": found["last-update"], "accepted": found["accepted"]}
    assert {name: titles(get(ideas["M"], sort=f"-{name}"))[::-1] for name in orders} == found
    answer = get(ideas["M"], sort="-title", state="")
    assert [head["attrs"].get("aria-sort") for head in elements(answer, "th")][2:3] == ["descending"]
    assert links(answer)["Idea"] == "/ideas/?sort=title"


def test_many_rows_are_sorted_by_columns_with_an_index_only(ideas: Cast, monkeypatch: pytest.MonkeyPatch):
    usual = titles(get(ideas["M"]))
    monkeypatch.setattr("web.lists.bound.COUNT_CAP", 2)
    answer = get(ideas["M"], sort="-title")
    refusal = "Too many rows match to sort them by “Idea”. Narrow the list with filters first."
    assert (titles(answer), texts(answer, "div", "note")) == (usual, [refusal])
    narrowed = get(ideas["M"], sort="-title", mine="on")
    assert (titles(narrowed), texts(narrowed, "div", "note")) == (["étal"], [])
    assert titles(get(ideas["M"], sort="last-update")) == usual[::-1]


def test_columns_are_chosen_and_the_address_keeps_them(ideas: Cast):
    TrialFactory(prototype=PrototypeFactory(idea=ideas.cohort.ideas.get(title="étal")), state="concluded")
    answer = get(ideas["X"])
    assert heads(answer) == []
    answer = get(ideas["A"], columns=["tests", "owner"], q="étal")
    assert heads(answer) == ["Selected", "Reference", "Idea", "Owner", "Tests concluded"]
    assert rows(answer) == [["RIV-001", "Ambassador Rivage", "1"]]
    assert links(answer)["Reference"] == "/ideas/?q=%C3%A9tal&columns=tests&columns=owner&sort=reference"
    answer = get(ideas["A"], columns="")  # all boxes unticked
    assert heads(answer) == ["Selected", "Reference", "Idea"]
    assert links(answer)["Reference"] == "/ideas/?columns=&sort=reference"


def test_columns_for_the_lab_and_for_leads_are_not_named_to_others(cast: Cast):
    members = f"/cohorts/{cast.cohort.slug}/members/"
    cohorts = {role: heads(get(cast[role], "/cohorts/", columns="agreed-days")) for role in "SP"}
    agreed = {role: "Agreed days of the design team" in names for role, names in cohorts.items()}
    actions = {role: "Actions" in heads(get(cast[role], members)) for role in "PR"}
    assert (agreed, actions) == ({"S": True, "P": False}, {"P": True, "R": False})


def test_filters_in_use_are_removed_one_by_one_and_unknown_values_are_reported(ideas: Cast):
    answer = get(ideas["M"], q="o", state="captured", mine="", sort="secret", columns="secret.owner", cohort="Nowhere")
    assert titles(answer) == ["Borne"]
    hrefs = {name: href for name, href in links(answer).items() if "Remove" in name}
    assert hrefs == {
        "Filter by keyword: o · Remove this filter": (
            "/ideas/?state=captured&cohort=Nowhere&sort=secret&columns=secret.owner"
        ),
        "State: captured · Remove this filter": "/ideas/?q=o&cohort=Nowhere&sort=secret&columns=secret.owner",
    }
    ignored = [text for text in texts(answer, "p") if "is ignored" in text]
    assert [text.split("”")[0] for text in ignored] == [
        "The filter “Cohort",
        "The filter “Sort by",
        "The filter “Columns",
    ]


def test_file_has_exactly_the_rows_order_and_columns_of_the_page(ideas: Cast):
    query = {"sort": "-title", "columns": ["summary", "last-update"], "q": "r"}
    page = get(ideas["A"], **query)
    csv = get(ideas["A"], "/lists/ideas/file/csv/", **query).content.decode("utf-8-sig").split("\r\n")
    listed = [ideas.cohort.ideas.get(title=title) for title in titles(page)]
    summaries = {"Borne": "'=1+1"}
    assert csv[:4] == [
        '"Reference";"Idea";"Last update";"Summary"',
        *(
            f'"{idea.reference}";"{idea.title}";{idea.last_update_on};"{summaries.get(idea.title, idea.summary)}"'
            for idea in listed
        ),
    ]
    book = CalamineWorkbook.from_filelike(BytesIO(get(ideas["A"], "/lists/ideas/file/xlsx/", **query).content))
    sheet = book.get_sheet_by_index(0).to_python()
    assert [["Selected", *sheet[0]], [line[1] for line in sheet[1:]]] == [heads(page), ["étal", "Carte", "Borne"]]
    about = {label: value for label, value, *_more in book.get_sheet_by_index(1).to_python()}
    assert (about["Filter by keyword"], about["Sorted by"]) == ("r", "Idea, descending")


def test_file_of_selected_rows_holds_these_in_the_order_of_the_page(ideas: Cast):
    keys = {idea.title: idea.pk for idea in ideas.other_cohort.ideas.all() | ideas.cohort.ideas.all()}

    def downloaded(**query: Any) -> list[str]:
        answer = get(ideas["A"], "/lists/ideas/file/csv/", sort="title", columns="", **query)
        lines = answer.content.decode("utf-8-sig").split("\r\n\r\n")[0].split("\r\n")
        return [line.split(";")[1].strip('"') for line in lines[1:] if line]

    chosen = {"selected": 1, "row": [keys["étal"], keys["Borne"], keys["Hidden"]]}
    assert downloaded(**chosen) == ["Borne", "étal"]
    assert downloaded(**chosen, state="testing") == ["étal"]
    assert downloaded(**chosen, all=1) == downloaded() == ["Borne", "Carte", "étal"]
    answer = signed_in(ideas["A"]).get("/lists/ideas/file/csv/?selected=1&state=parked", follow=True)
    assert answer.redirect_chain == [("/ideas/?state=parked", 302)]
    assert messages(answer) == ["Nothing is selected. Select rows first, then choose the action."]


def test_unknown_lists_and_file_types_are_not_found(cast: Cast):
    client = signed_in(cast["S"])
    addresses = ("/lists/nothing/file/csv/", "/lists/ideas/file/pdf/", "/lists/nothing/views/new/")
    of_something = [f"/lists/ideas/{path}/?subject_key=x" for path in ("file/csv", "views/new", "actions/park")]
    no_slug = "/lists/members/file/csv/?subject_key=%00"
    assert {client.get(address).status_code for address in (*addresses, *of_something, no_slug)} == {404}


def test_view_is_saved_shared_changed_and_deleted(ideas: Cast):
    new = "/lists/ideas/views/new/?state=parked&sort=title&page=3"
    group = f"cohort-{ideas.cohort.pk}"
    assert errors(send(ideas["M"], new, name="", shared_with="lab")) == [
        "This field is required.",
        "This choice is not offered here. Choose one from the list.",
    ]
    answer = send(ideas["M"], new, name="Parked ones", shared_with=group)
    view = SavedView.objects.get()
    assert (view.query, answer.url) == ("state=parked&sort=title", f"/ideas/?state=parked&sort=title&view={view.pk}")
    for reader, found in (("M", ["Carte"]), ("P", ["Carte"]), ("A", ["Carte"])):
        answer = signed_in(ideas[reader]).get(f"/views/{view.pk}/", follow=True)
        assert titles(answer) == found
    assert signed_in(ideas["N"]).get(f"/views/{view.pk}/").status_code == 404
    refused = [signed_in(ideas["P"]).get(f"/views/{view.pk}/{page}/").status_code for page in ("edit", "delete")]
    assert refused == [404, 404]
    assert "Parked ones" in " ".join(links(get(ideas["P"])))
    assert "Parked ones" not in " ".join(links(get(ideas["N"])))
    send(ideas["M"], f"/views/{view.pk}/edit/?state=captured", name="Captured", shared_with="")
    view.refresh_from_db()
    assert (view.name, view.query, view.shared_with) == ("Captured", "state=captured", "")
    assert send(ideas["M"], f"/views/{view.pk}/delete/").url == IDEAS
    assert not SavedView.objects.exists()


def test_views_come_with_their_numbers_of_rows(ideas: Cast, monkeypatch: pytest.MonkeyPatch):
    group = f"cohort-{ideas.cohort.pk}"
    own = SavedViewFactory(person=ideas["M"], query="state=parked", name="Mine")
    SavedViewFactory(person=ideas["S"], query="state=open&sort=nothing", shared_with=group, name="Shared")
    page = get(ideas["M"], "/ideas/", state="parked", view=own.pk)
    [address] = [nav["attrs"]["hx-get"] for nav in elements(page, "nav") if "hx-get" in nav["attrs"]]
    staff = ideas["S"].full_name

    def counted() -> list[str]:
        answer = get(ideas["M"], address)
        current = [element["text"] for element in elements(answer, "a") if "aria-current" in element["attrs"]]
        return [*texts(answer, "a"), "current:", *current]

    assert counted() == ["All 3", "Only my ideas", "Mine 1", f"Shared {staff} 2", "current:", "Mine 1"]
    monkeypatch.setattr("lists.view_counts.COUNT_CAP", 2)
    monkeypatch.setattr("lists.view_counts.MAX_COUNTED", 1)
    assert counted() == ["All 2+", "Only my ideas", "Mine 1", f"Shared {staff}", "current:", "Mine 1"]
    assert "hx-get" not in str([nav["attrs"] for nav in elements(get(ideas["P"], address), "nav")])


def test_own_rows_have_a_link_for_everyone_but_lab_staff(ideas: Cast):
    assert links(get(ideas["M"], "/ideas/"))["Only my ideas"] == "/ideas/?mine=on"
    tabs = elements(get(ideas["M"], "/ideas/", mine="on"), "a")
    assert [tab["attrs"].get("aria-current") for tab in tabs if tab["attrs"].get("id") == "own-rows"] == ["page"]
    assert "Only my ideas" not in links(get(ideas["S"], "/ideas/"))


@pytest.mark.parametrize("views", [1, 3])
def test_views_are_counted_in_one_statement(ideas: Cast, views: int):
    for number in range(views):
        SavedViewFactory(person=ideas["M"], name=str(number))
    assert statements(ideas["M"], "/lists/ideas/views/counts/") == 6


def test_refused_view_says_why_and_keeps_what_was_typed(ideas: Cast):
    SavedViewFactory(person=ideas["M"])
    answer = send(ideas["M"], "/lists/ideas/views/new/?state=parked", name="Parked", shared_with="")
    assert errors(answer) == ["You have a view with this name already. Choose another name."]
    assert answer.context["form"]["name"].value() == "Parked"
    nothing = get(ideas["M"], "/lists/ideas/views/new/")
    assert "Choose a filter, an order or columns first. Then save the view." in " ".join(texts(nothing, "b"))
    SavedViewFactory(person=ideas["P"])
    for number in range(18):
        SavedViewFactory(person=ideas["M"], name=str(number))
    assert send(ideas["M"], "/lists/ideas/views/new/?state=parked", name="The last", shared_with="").status_code == 302
    answer = send(ideas["M"], "/lists/ideas/views/new/?state=parked", name="One more", shared_with="")
    assert answer.context["form"].non_field_errors() == ["You have 20 views of this list. Delete one first."]


def test_shared_view_shows_its_reader_only_what_they_may_see(ideas: Cast):
    view = SavedViewFactory(person=ideas["S"], query="sort=title", shared_with=f"cohort-{ideas.cohort.pk}")
    assert titles(signed_in(ideas["R"]).get(f"/views/{view.pk}/", follow=True)) == ["Borne", "Carte", "étal"]
    assert messages(signed_in(ideas["R"]).get(f"/views/{view.pk}/", follow=True)) == []


def test_typed_html_is_shown_as_text_in_every_cell_and_box(cast: Cast):
    typed, escaped = '<i>x</i>"> <b', "&lt;i&gt;x&lt;/i&gt;&quot;&gt; &lt;b"
    User.objects.filter(pk=cast["M"].pk).update(full_name=typed)
    cast.cohort.memberships.filter(user=cast["M"]).update(discipline=typed, unit=typed)
    IdeaFactory(
        cohort=cast.cohort, title=typed, owner=cast["M"], challenge=ChallengeFactory(cohort=cast.cohort, title=typed)
    )
    StakeholderFactory(cohort=cast.cohort, name=typed)
    SessionFactory(cohort=cast.cohort, title=typed, date=localdate() + timedelta(weeks=1))
    InvitationFactory(cohort=cast.cohort, full_name=typed)
    slug = cast.cohort.slug
    pages = ("members", "invitations", "stakeholders")
    addresses = [IDEAS, "/sessions/", *(f"/cohorts/{slug}/{page}/" for page in pages)]
    for address in addresses:
        html = get(cast["S"], address).content.decode()
        assert (address, typed in html, "<i>x" in html, escaped in html) == (address, False, False, True)


def test_a_view_of_a_list_that_one_may_not_see_does_not_tell_its_address(cast: Cast):
    of_other_cohort = {"list_slug": "invitations", "query": "q=ada", "subject_key": cast.other_cohort.slug}
    view = SavedViewFactory(person=cast["M"], **of_other_cohort)
    answer = signed_in(cast["M"]).get(f"/views/{view.pk}/")
    assert (answer.status_code in {403, 404}, "ada" in str(answer.headers)) == (True, False)


def test_filters_that_a_reader_is_not_offered_are_not_kept_in_a_view(cast: Cast):
    group = f"cohort-{cast.cohort.pk}"
    view = SavedViewFactory(person=cast["P"], list_slug="cohorts", query="q=riv&missing=pilot", shared_with=group)
    answer = signed_in(cast["M"]).get(f"/views/{view.pk}/", follow=True)
    assert answer.redirect_chain == [(f"/cohorts/?q=riv&view={view.pk}", 302)]
    assert messages(answer) == ["This view has filters that are not offered to you. They are left out."]
    assert signed_in(cast["P"]).get(f"/views/{view.pk}/").url == f"/cohorts/?q=riv&missing=pilot&view={view.pk}"
    send(cast["M"], "/lists/cohorts/views/new/?q=riv&missing=pilot", name="Mine", shared_with=group)
    assert SavedView.objects.get(person=cast["M"]).query == "q=riv"


@pytest.mark.parametrize(("language", "label"), [("en", "relay"), ("fr", "relais")])
def test_label_of_a_choice_is_in_the_readers_language(language: str, label: str):
    with translation.override(language):
        assert choice_label(Membership(role="relay"), "role") == label
        assert choice_label(Membership(role=""), "role") == ""
