"""What other pages show of ideas: the panel of the cohort, the home card, and notes of the home page."""

import re
from datetime import date

import pytest

from accounts.models import User
from prototypes import panels
from tests.factories.accounts import request_by
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.programmes import EditionFactory, FormatFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from tests.prototypes.pages import page, signed_in
from web.pages.home import HomeNotice

pytestmark = pytest.mark.django_db


class TestCohort:
    def test_panel_shows_five_ideas_and_a_link_to_more(self, cast: Cast):
        for _ in range(6):
            IdeaFactory(cohort=cast.cohort)
        context = signed_in(cast["M"]).get(cast.cohort.get_absolute_url()).context
        assert (len(context["ideas"]), context["has_more"]) == (5, True)

    def test_panel_with_five_ideas_has_no_link_to_more(self, cast: Cast):
        for _ in range(5):
            IdeaFactory(cohort=cast.cohort)
        context = signed_in(cast["M"]).get(cast.cohort.get_absolute_url()).context
        assert (len(context["ideas"]), context["has_more"]) == (5, False)

    def test_panel_is_on_the_cohort_page(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, title="Une borne")
        text = page(cast["M"], cast.cohort.get_absolute_url())
        assert ("Une borne" in text, f"/cohorts/{cast.cohort.slug}/challenges/" in text) == (True, True)

    def test_empty_panel_explains_how_to_add_ideas(self, cast: Cast):
        assert "No idea yet." in page(cast["M"], cast.cohort.get_absolute_url())

    @pytest.mark.parametrize(("state", "is_late"), [("prototyping", True), ("testing", False)])
    def test_late_cohort_says_so_as_on_the_home_page(self, cast: Cast, state: str, is_late: bool):
        IdeaFactory(cohort=cast.cohort, state=state)
        notices = panels.without_prototype(request_by(cast["P"]))
        assert [str(notice.strong) for notice in notices] == ["Rivage"] * is_late
        context = signed_in(cast["M"]).get(cast.cohort.get_absolute_url()).context
        assert context["late_text"] == "".join(str(notice.text) for notice in notices)

    def test_cohort_without_a_target_month_is_not_late(self, cast: Cast):
        edition = EditionFactory(format=FormatFactory(first_prototype_months=None))
        cohort = CohortFactory(edition=edition)
        assert signed_in(cast["S"]).get(cohort.get_absolute_url()).context["late_text"] == ""


class TestHome:
    def test_card_shows_the_latest_updates(self, cast: Cast):
        old = IdeaFactory(cohort=cast.cohort)
        new = IdeaFactory(cohort=cast.cohort, state="testing")
        assert panels.latest_ideas_card(request_by(cast["M"])) == {"ideas": [new, old]}

    def test_card_is_hidden_for_people_without_ideas(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        assert panels.latest_ideas_card(request_by(cast["X"])) is None

    def test_card_leaves_out_published_facts(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, retrospective=True)
        assert panels.latest_ideas_card(request_by(cast["M"])) is None

    def test_card_is_on_the_home_page(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, title="Une borne")
        assert "Une borne" in page(cast["M"], "/")


def late(user: User) -> list[str]:
    return [str(note.strong) for note in panels.without_prototype(request_by(user))]


class TestFirstPrototype:
    """The cohorts started on 5 January 2026 and their first prototype is due after two months; today is in November."""

    def test_late_cohorts_are_shown_to_those_who_lead_them(self, cast: Cast):
        assert {role: late(cast[role]) for role in EVERYONE} == {
            "S": ["Rivage", "Montagne"],
            "C": ["Rivage"],
            "D": [],
            "P": ["Rivage"],
            "M": [],
            "R": [],
            "A": [],
            "N": [],
            "X": [],
        }

    def test_note_names_the_months_and_links_to_the_ideas(self, cast: Cast):
        [note] = panels.without_prototype(request_by(cast["P"]))
        assert (str(note.href), isinstance(note, HomeNotice)) == (f"/ideas/?cohort={cast.cohort.pk}", True)

    def test_cohort_with_a_locked_test_is_not_late(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")
        assert late(cast["P"]) == []

    def test_cohort_with_a_test_locked_before_its_idea_is_accepted_is_not_late(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="captured")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")
        idea.refresh_from_db()
        assert (idea.reached_test_on, late(cast["P"])) == (None, [])

    def test_cohort_with_an_idea_recorded_as_in_test_is_not_late(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, state="testing")
        assert late(cast["P"]) == []

    def test_cohort_with_a_planned_test_is_late(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
        TrialFactory(prototype=PrototypeFactory(idea=idea))
        assert late(cast["P"]) == ["Rivage"]

    @pytest.mark.parametrize(
        ("start", "is_late"), [(date(2026, 9, 24), True), (date(2026, 9, 25), False), (date(2026, 12, 1), False)]
    )
    def test_cohort_is_late_once_the_months_are_complete(self, cast: Cast, start: date, is_late: bool):
        CohortFactory(edition=cast.edition, name="New", actual_start=start)
        assert ("New" in late(cast["S"])) is is_late

    def test_formats_without_a_target_are_never_late(self, cast: Cast):
        edition = EditionFactory(format=FormatFactory(first_prototype_months=None))
        CohortFactory(edition=edition, name="Free")
        assert "Free" not in late(cast["S"])

    @pytest.mark.parametrize("state", ["agreed", "suspended", "completed"])
    def test_only_running_cohorts_count(self, cast: Cast, state: str):
        CohortFactory(edition=cast.edition, name="Other", state=state)
        assert "Other" not in late(cast["S"])

    def test_at_most_five_notes_are_shown(self, cast: Cast):
        for _ in range(6):
            CohortFactory(edition=cast.edition)
        assert len(late(cast["S"])) == 5


class TestStaleIdeas:
    def counted(self, user: User) -> list[str]:
        return [str(note.strong).split()[0] for note in panels.unconfirmed_ideas(request_by(user))]

    def test_unconfirmed_ideas_are_shown_to_those_who_can_confirm(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, state="accepted", owner=cast["M"])
        IdeaFactory(cohort=cast.cohort, state="accepted")
        assert {role: self.counted(cast[role]) for role in EVERYONE} == {
            "S": ["2"],
            "C": ["2"],
            "D": [],
            "P": ["2"],
            "M": ["1"],
            "R": [],
            "A": ["2"],
            "N": [],
            "X": [],
        }

    def test_idea_updated_within_six_months_is_not_unconfirmed(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
        PrototypeFactory(idea=idea, made_on=date(2026, 6, 1))
        assert self.counted(cast["P"]) == []

    @pytest.mark.parametrize("state", ["implemented", "abandoned"])
    def test_ended_ideas_can_be_unconfirmed(self, cast: Cast, state: str):
        days = {"captured": date(2026, 1, 5)} | dict.fromkeys(
            ("accepted", "prototyping", "testing", "decided", "handed_over", "implementing", state), date(2026, 1, 6)
        )
        IdeaFactory(cohort=cast.cohort, state=state, days=days)
        assert self.counted(cast["P"]) == ["1"]

    def test_captured_ideas_are_never_unconfirmed(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort)
        assert self.counted(cast["P"]) == []

    def test_one_note_links_to_all_unconfirmed_ideas(self, cast: Cast):
        for _ in range(3):
            IdeaFactory(cohort=cast.cohort, state="accepted")
        [note] = panels.unconfirmed_ideas(request_by(cast["P"]))
        assert note.href == "/ideas/unconfirmed/"

    @pytest.mark.parametrize(("count", "strong"), [(1, "1 idea"), (99, "99 ideas"), (100, "More than 99 ideas")])
    def test_many_ideas_are_counted_up_to_a_limit(self, cast: Cast, count: int, strong: str):
        rows = [{"count": count, "earliest": "2026-01-05"}]
        for source in (panels.unconfirmed_ideas, panels.ideas_to_accept):
            assert [note.strong for note in source.describe(request_by(cast["P"]), rows)] == [strong]


@pytest.mark.parametrize(("role", "rows"), [("S", 1), ("S", 3), ("P", 1), ("P", 3)])
def test_the_notes_and_the_card_cost_the_same_with_one_idea_and_with_three(
    cast: Cast, role: str, rows: int, django_assert_num_queries
):
    for _ in range(rows):
        IdeaFactory(cohort=cast.cohort)
    request = request_by(cast[role])
    with django_assert_num_queries(3):
        panels.latest_ideas_card(request)
        panels.without_prototype(request)
        panels.unconfirmed_ideas(request)


def test_the_menu_has_notebook_and_log_and_the_phones_bar_one_page_for_both(cast: Cast):
    menu, bar = page(cast["M"], "/ideas/").split('class="tabbar')
    assert [f'href="/{name}/"' in menu for name in ("ideas", "notebook", "log")] == [True] * 3
    assert re.findall(r'href="([^"]+)"', bar.partition("</nav>")[0]) == ["/", "/calendar/", "/field/", "/ideas/"]


def to_accept(user: User) -> list[tuple[str, str, str]]:
    return [(str(note.strong), str(note.text), note.href) for note in panels.ideas_to_accept(request_by(user))]


class TestToAccept:
    """Members add ideas; those who lead the cohort accept them."""

    def test_note_counts_ideas_for_those_who_can_accept(self, cast: Cast):
        for cohort in (cast.cohort, cast.other_cohort):
            IdeaFactory(cohort=cohort)
        notes_by_role = {role: [strong for strong, *_rest in to_accept(cast[role])] for role in EVERYONE}
        nobody: dict[str, list[str]] = {role: [] for role in EVERYONE}
        assert notes_by_role == nobody | {"S": ["2 ideas"], "C": ["1 idea"], "P": ["1 idea"]}

    def test_note_links_to_the_list_of_captured_ideas(self, cast: Cast):
        for title, state in (("New", "captured"), ("Old", "accepted")):
            IdeaFactory(cohort=cast.cohort, title=title, state=state)
        assert to_accept(cast["P"]) == [("1 idea", "is waiting to be accepted.", "/ideas/?state=captured")]
        text = page(cast["P"], "/ideas/", state="captured")
        assert ("New" in text, "Old" in text) == (True, False)

    def test_note_counts_two_ideas(self, cast: Cast):
        for _ in range(2):
            IdeaFactory(cohort=cast.cohort)
        assert to_accept(cast["P"]) == [("2 ideas", "are waiting to be accepted.", "/ideas/?state=captured")]

    def test_day_of_several_ideas_is_that_of_the_oldest(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, days={"captured": date(2026, 3, 2)})
        [note] = panels.ideas_to_accept(request_by(cast["P"]))
        assert note.when == "since 2 Mar 2026"
        IdeaFactory(cohort=cast.cohort, days={"captured": date(2026, 4, 2)})
        [note] = panels.ideas_to_accept(request_by(cast["P"]))
        assert note.when == "the oldest since 2 Mar 2026"

    def test_published_ideas_do_not_wait_for_acceptance(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, retrospective=True, state="captured")
        assert to_accept(cast["P"]) == []

    def test_note_is_on_the_home_page(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort)
        assert "/ideas/?state=captured" in page(cast["P"], "/")
