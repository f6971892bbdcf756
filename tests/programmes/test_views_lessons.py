"""Pages of lessons: the list of an edition, its forms, and lessons next to format versions."""

import pytest
from django.test import Client

from accounts.models import User
from programmes.models import Edition, Format, Lesson
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import MembershipFactory, PhaseFactory
from tests.factories.programmes import EditionFactory, FormatFactory, LessonFactory, ReminderStepFactory
from tests.pages import elements, errors, links, messages, rows, texts
from tests.programmes.conftest import signed_in

pytestmark = pytest.mark.django_db
LESSONS = "/editions/transfo-2026/lessons/"


@pytest.fixture
def later(cast: Cast) -> Format:
    return FormatFactory(programme=cast.edition.programme, label="Eighteen months")


@pytest.fixture
def lab(cast: Cast) -> Client:
    return signed_in(cast["S"])


@pytest.fixture
def member(cast: Cast) -> Client:
    return signed_in(cast["M"])


def add_lesson(cast: Cast, **facts: object) -> Lesson:
    return LessonFactory(**{"edition": cast.edition, "noted_by": cast["M"], "text": "Too long.", **facts})


def lesson_texts(page: object) -> list[str]:
    return [article["attrs"]["id"] for article in elements(page, "article")]


class TestList:
    @pytest.mark.parametrize("many", [1, 3])
    def test_the_list_takes_the_same_statements_for_any_number_of_rows(
        self, cast: Cast, lab: Client, member: Client, many: int, django_assert_num_queries
    ):
        later = FormatFactory(programme=cast.edition.programme)
        for _ in range(many):
            LessonFactory(edition=cast.edition, noted_by=cast["M"])
            LessonFactory(edition=cast.edition, phase="handover", answered_by=later)
        for browser, statements in [(lab, 5), (member, 6)]:
            with django_assert_num_queries(statements):
                page = browser.get(LESSONS)
            assert (texts(page, "h2"), len(lesson_texts(page))) == (["Test case", "Handover"], 2 * many)

    def test_an_answer_by_a_draft_is_shown_only_to_the_lab(self, cast: Cast, lab: Client, member: Client):
        draft = FormatFactory(programme=cast.edition.programme, published_at=None, label="Zanzibar")
        add_lesson(cast, answered_by=draft, answer="Six weeks of Zanzibar")
        version = cast.edition.format.pk
        for address in (LESSONS, f"{LESSONS}?state=unanswered", f"/formats/{version}/"):
            assert "Zanzibar" not in member.get(address).content.decode()
        assert [len(lesson_texts(browser.get(f"{LESSONS}?state=unanswered"))) for browser in (member, lab)] == [1, 0]
        assert links(lab.get(LESSONS))[str(draft)] == f"/formats/{version}/compare/{draft.pk}/"

    def test_the_list_can_be_filtered_by_state(self, cast: Cast, lab: Client, later: Format):
        expected = {
            "proposed": add_lesson(cast, text="1"),
            "unanswered": add_lesson(cast, text="2", state="accepted"),
            "answered": add_lesson(cast, text="3", answered_by=later),
            "refused": add_lesson(cast, text="4", state="refused"),
        }
        there = {state: lesson_texts(lab.get(f"{LESSONS}?state={state}")) for state in expected}
        assert there == {state: [f"lesson-{lesson.pk}"] for state, lesson in expected.items()}
        assert len(lesson_texts(lab.get(LESSONS))) == 4

    def test_people_see_only_the_buttons_they_may_use(self, cast: Cast, lab: Client, member: Client, later: Format):
        add_lesson(cast, text="1")
        add_lesson(cast, text="2", state="accepted")
        add_lesson(cast, text="3", answered_by=later)
        acts = ("/accept/", "/refuse/", "/answer/", "/withdraw/")
        for browser, offered in [(lab, [1, 1, 2, 1]), (member, [0, 0, 0, 0])]:
            page = browser.get(LESSONS).content.decode()
            assert [page.count(f'{act}"') for act in acts] == offered
        assert "Edit 1" in links(member.get(LESSONS))
        assert "Edit 1" not in links(signed_in(cast["P"]).get(LESSONS))

    def test_other_members_read_accepted_lessons_without_the_author(self, cast: Cast):
        add_lesson(cast, text="Proposed here")
        add_lesson(cast, text="Refused here", state="refused")
        add_lesson(cast, text="Accepted here", state="accepted")
        pages = {role: signed_in(cast[role]).get(LESSONS).content.decode() for role in "RN"}
        texts = ("Proposed here", "Refused here", "It is what the format is for", "Accepted here", str(cast["M"]))
        assert {role: [words in page for words in texts] for role, page in pages.items()} == {
            "R": [True] * 5,
            "N": [False, False, False, True, False],
        }

    @pytest.mark.parametrize("state", ["proposed", "refused", "unanswered"])
    def test_no_filter_shows_hidden_lessons(self, state: str, cast: Cast):
        for given in ("proposed", "refused", "accepted"):
            add_lesson(cast, text=given, state=given)
        page = signed_in(cast["N"]).get(f"{LESSONS}?state={state}")
        assert len(lesson_texts(page)) == (state == "unanswered")

    def test_an_empty_list_explains_what_will_be_listed(self, member: Client):
        page = member.get(LESSONS)
        assert texts(page, "p", "empty-title") == ["No lesson yet"]
        assert links(page)["Add the first lesson"] == f"{LESSONS}new/"
        assert texts(page, "p", "small") == []

    def test_a_filter_without_matches_shows_no_count(self, cast: Cast, lab: Client):
        add_lesson(cast)
        page = lab.get(f"{LESSONS}?state=refused")
        assert (texts(page, "p", "empty-title"), "0 results" in page.content.decode()) == (
            ["No matching lesson"],
            False,
        )
        assert "1 result" in lab.get(LESSONS).content.decode()

    @pytest.mark.parametrize("state", ["asleep", "a\0b", "x" * 300])
    def test_an_unknown_state_is_refused(self, lab: Client, state: str):
        assert errors(lab.get(LESSONS, {"state": state})) == [
            "This choice is not offered here. Choose one from the list."
        ]

    def test_past_members_cannot_read_or_add_new_lessons(self, cast: Cast):
        gone = signed_in(MembershipFactory(cohort=cast.cohort, starts_on="2026-02-01", ends_on="2026-03-01").user)
        assert [gone.get(address).status_code for address in (LESSONS, f"{LESSONS}new/")] == [200, 403]
        assert "Add lesson" not in links(gone.get(LESSONS))


class TestNote:
    def test_a_lesson_added_from_the_cohort_page_has_its_present_phase(self, cast: Cast, member: Client):
        PhaseFactory(cohort=cast.cohort, kind="test_case", starts_on="2026-11-01", ends_on="2026-12-01")
        address = links(member.get("/cohorts/rivage/"))["Add lesson"]
        assert address == f"{LESSONS}new/?phase=test_case"
        page = member.get(address)
        assert [option["attrs"]["value"] for option in elements(page, "option") if "selected" in option["attrs"]][
            -2:-1
        ] == ["test_case"]
        page = member.post(address, {"phase": "test_case", "text": "Too long."}, follow=True)
        assert messages(page) == ["The lesson is recorded. The lab will accept it, or say why not."]
        lesson = Lesson.objects.get()
        assert (lesson_texts(page), lesson.noted_by, str(lesson.noted_on)) == (
            [f"lesson-{lesson.pk}"],
            cast["M"],
            "2026-11-24",
        )

    def test_the_form_says_who_will_read_the_lesson(self, member: Client):
        assert texts(member.get(f"{LESSONS}new/"), "div", "lead-line") == [
            "The lab and the people of your authority can read the lesson and see who recorded it. Once"
            " the lab has accepted it, everyone who takes part in this edition can read it, without your"
            " name."
        ]

    def test_invalid_input_comes_back_with_the_reason(self, member: Client):
        page = member.post(f"{LESSONS}new/?phase=holidays", {"phase": "holidays", "text": "\u200b"})
        assert errors(page) == [
            "Select a valid choice. holidays is not one of the available choices.",
            "This field is required.",
        ]

    def test_the_author_can_edit_a_lesson(self, cast: Cast, member: Client):
        address = f"/lessons/{add_lesson(cast).pk}/"
        inputs = elements(member.get(address), "input")
        started = next(field["attrs"]["value"] for field in inputs if field["attrs"].get("name") == "version_token")
        member.post(address, {"phase": "handover", "text": "Too short.", "version_token": started})
        member.post(address, {"phase": "handover", "text": "Lost.", "version_token": started})
        assert Lesson.objects.values_list("phase", "text").get() == ("handover", "Too short.")


class TestJudge:
    def test_a_lesson_is_accepted_in_one_step(self, cast: Cast, lab: Client):
        lesson = add_lesson(cast)
        for _ in range(2):
            page = lab.post(f"/lessons/{lesson.pk}/accept/", follow=True)
        assert page.redirect_chain == [(f"{LESSONS}#lesson-{lesson.pk}", 302)]
        assert texts(page, "span", "tag-open") == ["accepted"]

    def test_a_refusal_shows_its_reason_to_all(self, cast: Cast, lab: Client, member: Client):
        address = f"/lessons/{add_lesson(cast).pk}/refuse/"
        assert errors(lab.post(address, {"reason": ""})) == ["This field is required."]
        lab.post(address, {"reason": "Funders ask for it."})
        assert "Why the format stays as it is: Funders ask for it." in texts(member.get(LESSONS), "p")

    @pytest.mark.parametrize("act", ["accept", "refuse"])
    def test_a_decided_lesson_says_so(self, cast: Cast, lab: Client, act: str):
        lesson = add_lesson(cast, state="accepted" if act == "refuse" else "refused")
        for page in (
            lab.get(f"/lessons/{lesson.pk}/{act}/"),
            lab.post(f"/lessons/{lesson.pk}/{act}/", {"reason": "No"}),
        ):
            assert texts(page, "div", "note") == ["The lab has already accepted or refused this lesson. Go back"]


class TestAnswer:
    def test_a_later_version_can_answer_a_lesson(self, cast: Cast, lab: Client, member: Client, later: Format):
        lesson = add_lesson(cast, state="accepted")
        offered = links(lab.get(f"/formats/{later.pk}/"))
        address = offered["Answer with this version"]
        assert address == f"/lessons/{lesson.pk}/answer/?version={later.pk}"
        chosen = [option["text"] for option in elements(lab.get(address), "option") if "selected" in option["attrs"]]
        assert str(later) in chosen
        lab.post(address, {"answered_by": later.pk, "answer": "Three months.", "about": "phases", "version_token": ""})
        assert "Answered by Eighteen months" in " ".join(texts(member.get(LESSONS), "p"))
        assert texts(member.get(f"/formats/{later.pk}/"), "h2")[-2:] == ["Lessons this version answers", "E-mails"]

    def test_the_second_of_two_answers_is_an_edit_conflict(self, cast: Cast, lab: Client, later: Format):
        address = f"/lessons/{add_lesson(cast, answered_by=later).pk}/answer/"
        page = lab.post(address, {"answered_by": later.pk, "answer": "Mine", "about": "", "version_token": "0123"})
        assert "Two months less" in page.content.decode()
        assert Lesson.objects.get().answer == "Two months less"

    def test_neither_its_own_version_nor_a_foreign_one_is_offered(self, cast: Cast, lab: Client, later: Format):
        lesson = add_lesson(cast, state="accepted")
        for other in (cast.edition.format, FormatFactory()):
            page = lab.post(f"/lessons/{lesson.pk}/answer/", {"answered_by": other.pk, "answer": "x", "about": ""})
            assert errors(page) == ["Select a valid choice. That choice is not one of the available choices."]

    def test_without_a_later_version_the_page_says_what_to_do(self, cast: Cast, lab: Client):
        page = lab.get(f"/lessons/{add_lesson(cast, state='accepted').pk}/answer/")
        assert texts(page, "div", "note") == [
            (
                "There is no later version of the format yet. Create a version first, then choose"
                " it as the answer to this lesson. Go back"
            )
        ]

    def test_an_answer_can_be_withdrawn(self, cast: Cast, lab: Client, later: Format):
        page = lab.post(f"/lessons/{add_lesson(cast, answered_by=later).pk}/answer/withdraw/", follow=True)
        assert messages(page) == ["The lesson is again without an answer."]


class TestCompare:
    @pytest.mark.parametrize("many", [1, 3])
    def test_differences_are_shown_next_to_their_lessons(
        self, cast: Cast, member: Client, many: int, django_assert_num_queries
    ):
        after = FormatFactory(programme=cast.edition.programme, seats=20, published_at=None)
        for number in range(many):
            ReminderStepFactory(format=after)
            add_lesson(cast, text=f"Too few {number}", answered_by=after, about="seats", answer="Five more")
        after.published_at = "2026-11-01T09:00:00Z"
        after.save()
        add_lesson(cast, text="Too far away", state="accepted")
        with django_assert_num_queries(6):
            page = member.get(f"/formats/{after.pk}/compare/{cast.edition.format.pk}/")
        lessons = " ".join(f"Too few {n} La Transfo 2026–2028, test case Answer: Five more" for n in range(many))
        assert rows(page)[0] == ["15 → becomes 20", lessons]
        assert texts(page, "h2") == [
            "What changed",
            "Accepted lessons without an answer yet",
        ]
        assert "Too far away La Transfo 2026–2028, test case" in texts(page, "p")

    def test_equal_versions_show_no_differences(self, visitor: Client, cast: Cast, later: Format):
        page = visitor.get(f"/formats/{cast.edition.format.pk}/compare/{later.pk}/")
        assert "Numbers, phases and e-mails are the same." in texts(page, "p")

    def test_people_outside_the_edition_see_no_lessons(self, visitor: Client, cast: Cast, later: Format):
        add_lesson(cast, answered_by=later)
        for address in (f"/formats/{cast.edition.format.pk}/compare/{later.pk}/", f"/formats/{later.pk}/"):
            assert "Too long." not in visitor.get(address).content.decode()

    def test_only_the_lab_can_compare_a_draft(self, visitor: Client, cast: Cast, lab: Client):
        draft = FormatFactory(programme=cast.edition.format.programme, version=9, published_at=None)
        address = f"/formats/{cast.edition.format.pk}/compare/{draft.pk}/"
        assert [client.get(address).status_code for client in (visitor, lab)] == [404, 200]

    def test_only_two_versions_of_one_programme_can_be_compared(self, cast: Cast, lab: Client):
        own = cast.edition.format.pk
        assert [lab.get(f"/formats/{own}/compare/{other}/").status_code for other in (own, FormatFactory().pk)] == [
            404,
            404,
        ]

    def test_a_version_links_to_earlier_and_later_comparisons(self, cast: Cast, member: Client, later: Format):
        middle = later.pk
        last = FormatFactory(programme=cast.edition.programme, label="One year")
        there = links(member.get(f"/formats/{middle}/"))
        own = cast.edition.format
        assert there[f"What this version changed since version {own.version}"] == f"/formats/{own.pk}/compare/{middle}/"
        named = f"What version {last.version} changed later (One year)"
        assert there[named] == f"/formats/{middle}/compare/{last.pk}/"


def test_the_edition_links_its_people_to_its_lessons(cast: Cast):
    leads = {role: links(signed_in(cast[role]).get("/editions/transfo-2026/")).get("Lessons") for role in EVERYONE}
    assert leads == {role: LESSONS if role != "X" else None for role in EVERYONE}


def test_the_home_page_tells_the_lab_about_waiting_lessons(staff: User):
    edition: Edition = EditionFactory(name="La Transfo", slug="la-transfo")
    for state in ("proposed", "proposed", "refused"):
        LessonFactory(edition=edition, state=state)
    assert "lessons wait for the lab" not in signed_in(UserFactory()).get("/").content.decode()
    page = signed_in(staff).get("/")
    assert [note.partition(" Remind me later")[0] for note in texts(page, "div", "note")] == [
        "La Transfo: 2 lessons wait for the lab. · since 2 Nov 2026"
    ]
    assert links(page)["Read the lessons"] == "/editions/la-transfo/lessons/?state=proposed"
