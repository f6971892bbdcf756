"""Pages of lessons: the list of an edition, its forms, and where lessons are shown beside versions."""

import pytest
from django.test import Client

from accounts.models import User
from programmes.models import Edition, Format, Lesson
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import MembershipFactory, PhaseFactory
from tests.factories.programmes import EditionFactory, FormatFactory, LadderStepFactory, LessonFactory
from tests.pages import elements, errors, links, rows, said, texts
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


def noted(cast: Cast, **facts: object) -> Lesson:
    return LessonFactory(**{"edition": cast.edition, "noted_by": cast["M"], "text": "Too long.", **facts})


def shown(page: object) -> list[str]:
    return [article["attrs"]["id"] for article in elements(page, "article")]


class TestList:
    @pytest.mark.parametrize("many", [1, 3])
    def test_it_costs_the_same_whatever_it_holds(
        self, cast: Cast, lab: Client, member: Client, many: int, django_assert_num_queries
    ):
        later = FormatFactory(programme=cast.edition.programme)
        for _ in range(many):
            LessonFactory(edition=cast.edition, noted_by=cast["M"])
            LessonFactory(edition=cast.edition, phase="handover", answered_by=later)
        for browser, statements in [(lab, 5), (member, 6)]:
            with django_assert_num_queries(statements):
                page = browser.get(LESSONS)
            assert (texts(page, "h2"), len(shown(page))) == (["Test case", "Handover"], 2 * many)

    def test_a_draft_that_answers_is_the_labs_affair(self, cast: Cast, lab: Client, member: Client):
        draft = FormatFactory(programme=cast.edition.programme, published_at=None, label="Zanzibar")
        noted(cast, answered_by=draft, answer="Six weeks of Zanzibar")
        version = cast.edition.format.pk
        for address in (LESSONS, f"{LESSONS}?state=unanswered", f"/formats/{version}/"):
            assert "Zanzibar" not in member.get(address).content.decode()
        assert [len(shown(browser.get(f"{LESSONS}?state=unanswered"))) for browser in (member, lab)] == [1, 0]
        assert links(lab.get(LESSONS))[str(draft)] == f"/formats/{version}/compare/{draft.pk}/"

    def test_it_is_narrowed_by_state(self, cast: Cast, lab: Client, later: Format):
        found = {
            "proposed": noted(cast, text="1"),
            "unanswered": noted(cast, text="2", state="accepted"),
            "answered": noted(cast, text="3", answered_by=later),
            "refused": noted(cast, text="4", state="refused"),
        }
        there = {state: shown(lab.get(f"{LESSONS}?state={state}")) for state in found}
        assert there == {state: [f"lesson-{lesson.pk}"] for state, lesson in found.items()}
        assert len(shown(lab.get(LESSONS))) == 4

    def test_each_is_offered_what_they_may_do(self, cast: Cast, lab: Client, member: Client, later: Format):
        noted(cast, text="1")
        noted(cast, text="2", state="accepted")
        noted(cast, text="3", answered_by=later)
        acts = ("/accept/", "/refuse/", "/answer/", "/withdraw/")
        for browser, offered in [(lab, [1, 1, 2, 1]), (member, [0, 0, 0, 0])]:
            page = browser.get(LESSONS).content.decode()
            assert [page.count(f'{act}"') for act in acts] == offered
        assert "Edit 1" in links(member.get(LESSONS))
        assert "Edit 1" not in links(signed_in(cast["P"]).get(LESSONS))

    def test_others_of_the_edition_read_what_was_accepted_and_not_from_whom(self, cast: Cast):
        noted(cast, text="Proposed here")
        noted(cast, text="Refused here", state="refused")
        noted(cast, text="Accepted here", state="accepted")
        pages = {letter: signed_in(cast[letter]).get(LESSONS).content.decode() for letter in "RN"}
        told = ("Proposed here", "Refused here", "It is what the format is for", "Accepted here", str(cast["M"]))
        assert {letter: [words in page for words in told] for letter, page in pages.items()} == {
            "R": [True] * 5,
            "N": [False, False, False, True, False],
        }

    @pytest.mark.parametrize("state", ["proposed", "refused", "unanswered"])
    def test_no_filter_brings_back_what_others_do_not_read(self, state: str, cast: Cast):
        for given in ("proposed", "refused", "accepted"):
            noted(cast, text=given, state=given)
        page = signed_in(cast["N"]).get(f"{LESSONS}?state={state}")
        assert len(shown(page)) == (state == "unanswered")

    def test_an_empty_one_says_what_goes_here(self, member: Client):
        page = member.get(LESSONS)
        assert texts(page, "p", "empty-title") == ["No lesson yet"]
        assert links(page)["Add the first lesson"] == f"{LESSONS}new/"
        assert texts(page, "p", "small") == []

    def test_where_none_fits_it_does_not_count_nothing(self, cast: Cast, lab: Client):
        noted(cast)
        page = lab.get(f"{LESSONS}?state=refused")
        assert (texts(page, "p", "empty-title"), "0 results" in page.content.decode()) == (
            ["No matching lesson"],
            False,
        )
        assert "1 result" in lab.get(LESSONS).content.decode()

    @pytest.mark.parametrize("state", ["asleep", "a\0b", "x" * 300])
    def test_a_state_nobody_offered_is_refused_in_plain_words(self, lab: Client, state: str):
        assert errors(lab.get(LESSONS, {"state": state})) == [
            "This choice is not offered here. Choose one from the list."
        ]

    def test_past_members_read_and_note_no_more(self, cast: Cast):
        gone = signed_in(MembershipFactory(cohort=cast.cohort, starts_on="2026-02-01", ends_on="2026-03-01").user)
        assert [gone.get(address).status_code for address in (LESSONS, f"{LESSONS}new/")] == [200, 403]
        assert "Add lesson" not in links(gone.get(LESSONS))


class TestNote:
    def test_it_is_noted_from_the_cohorts_page_on_the_phase_it_is_in(self, cast: Cast, member: Client):
        PhaseFactory(cohort=cast.cohort, kind="test_case", starts_on="2026-11-01", ends_on="2026-12-01")
        address = links(member.get("/cohorts/rivage/"))["Add lesson"]
        assert address == f"{LESSONS}new/?phase=test_case"
        page = member.get(address)
        assert [option["attrs"]["value"] for option in elements(page, "option") if "selected" in option["attrs"]][
            -1:
        ] == ["test_case"]
        page = member.post(address, {"phase": "test_case", "text": "Too long."}, follow=True)
        assert said(page) == ["The lesson is recorded. The lab will accept it, or say why not."]
        lesson = Lesson.objects.get()
        assert (shown(page), lesson.noted_by, str(lesson.noted_on)) == (
            [f"lesson-{lesson.pk}"],
            cast["M"],
            "2026-11-24",
        )

    def test_it_says_who_will_read_it(self, member: Client):
        assert texts(member.get(f"{LESSONS}new/"), "div", "lead-line") == [
            "The lab and the people of your authority can read the lesson and see who recorded it. Once"
            " the lab has accepted it, everyone who takes part in this edition can read it, without your"
            " name."
        ]

    def test_nonsense_comes_back_with_its_reason(self, member: Client):
        page = member.post(f"{LESSONS}new/?phase=holidays", {"phase": "holidays", "text": "\u200b"})
        assert errors(page) == [
            "Select a valid choice. holidays is not one of the available choices.",
            "This field is required.",
        ]

    def test_it_is_worded_otherwise_by_its_writer(self, cast: Cast, member: Client):
        address = f"/lessons/{noted(cast).pk}/"
        seen = elements(member.get(address), "input")
        started = next(field["attrs"]["value"] for field in seen if field["attrs"].get("name") == "seen")
        member.post(address, {"phase": "handover", "text": "Too short.", "seen": started})
        member.post(address, {"phase": "handover", "text": "Lost.", "seen": started})
        assert Lesson.objects.values_list("phase", "text").get() == ("handover", "Too short.")


class TestJudge:
    def test_it_is_accepted_in_one_step(self, cast: Cast, lab: Client):
        lesson = noted(cast)
        for _ in range(2):
            page = lab.post(f"/lessons/{lesson.pk}/accept/", follow=True)
        assert page.redirect_chain == [(f"{LESSONS}#lesson-{lesson.pk}", 302)]
        assert texts(page, "span", "tag-open") == ["accepted"]

    def test_a_refusal_shows_its_reason_to_all(self, cast: Cast, lab: Client, member: Client):
        address = f"/lessons/{noted(cast).pk}/refuse/"
        assert errors(lab.post(address, {"reason": ""})) == ["This field is required."]
        lab.post(address, {"reason": "Funders ask for it."})
        assert "Why the format stays as it is: Funders ask for it." in texts(member.get(LESSONS), "p")

    @pytest.mark.parametrize("act", ["accept", "refuse"])
    def test_what_is_judged_says_so(self, cast: Cast, lab: Client, act: str):
        lesson = noted(cast, state="accepted" if act == "refuse" else "refused")
        for page in (
            lab.get(f"/lessons/{lesson.pk}/{act}/"),
            lab.post(f"/lessons/{lesson.pk}/{act}/", {"reason": "No"}),
        ):
            assert texts(page, "div", "note") == ["The lab has already accepted or refused this lesson. Go back"]


class TestAnswer:
    def test_a_later_version_answers_it(self, cast: Cast, lab: Client, member: Client, later: Format):
        lesson = noted(cast, state="accepted")
        offered = links(lab.get(f"/formats/{later.pk}/"))
        address = offered["Answer with this version"]
        assert address == f"/lessons/{lesson.pk}/answer/?version={later.pk}"
        chosen = [option["text"] for option in elements(lab.get(address), "option") if "selected" in option["attrs"]]
        assert str(later) in chosen
        lab.post(address, {"answered_by": later.pk, "answer": "Three months.", "about": "phases", "seen": ""})
        assert "Answered by Eighteen months" in " ".join(texts(member.get(LESSONS), "p"))
        assert texts(member.get(f"/formats/{later.pk}/"), "h2")[-2:] == ["Lessons this version answers", "E-mails"]

    def test_of_two_who_answer_the_second_sees_the_first(self, cast: Cast, lab: Client, later: Format):
        address = f"/lessons/{noted(cast, answered_by=later).pk}/answer/"
        page = lab.post(address, {"answered_by": later.pk, "answer": "Mine", "about": "", "seen": "0123"})
        assert "Two months less" in page.content.decode()
        assert Lesson.objects.get().answer == "Two months less"

    def test_neither_its_own_version_nor_a_foreign_one_is_offered(self, cast: Cast, lab: Client, later: Format):
        lesson = noted(cast, state="accepted")
        for other in (cast.edition.format, FormatFactory()):
            page = lab.post(f"/lessons/{lesson.pk}/answer/", {"answered_by": other.pk, "answer": "x", "about": ""})
            assert errors(page) == ["Select a valid choice. That choice is not one of the available choices."]

    def test_without_a_later_version_it_says_what_to_do(self, cast: Cast, lab: Client):
        page = lab.get(f"/lessons/{noted(cast, state='accepted').pk}/answer/")
        assert texts(page, "div", "note") == [
            (
                "There is no later version of the format yet. Create a version first, then choose"
                " it as the answer to this lesson. Go back"
            )
        ]

    def test_it_is_taken_back(self, cast: Cast, lab: Client, later: Format):
        page = lab.post(f"/lessons/{noted(cast, answered_by=later).pk}/answer/withdraw/", follow=True)
        assert said(page) == ["The lesson is again without an answer."]


class TestCompare:
    @pytest.mark.parametrize("many", [1, 3])
    def test_what_changed_stands_beside_the_lesson_behind_it(
        self, cast: Cast, member: Client, many: int, django_assert_num_queries
    ):
        after = FormatFactory(programme=cast.edition.programme, seats=20, published_at=None)
        for number in range(many):
            LadderStepFactory(format=after)
            noted(cast, text=f"Too few {number}", answered_by=after, about="seats", answer="Five more")
        after.published_at = "2026-11-01T09:00:00Z"
        after.save()
        noted(cast, text="Too far away", state="accepted")
        with django_assert_num_queries(6):
            page = member.get(f"/formats/{after.pk}/compare/{cast.edition.format.pk}/")
        told = " ".join(f"Too few {n} La Transfo 2026–2028, test case Answer: Five more" for n in range(many))
        assert rows(page)[0] == ["15 → becomes 20", told]
        assert texts(page, "h2") == [
            "What changed",
            "Accepted lessons without an answer yet",
        ]
        assert "Too far away La Transfo 2026–2028, test case" in texts(page, "p")

    def test_nothing_is_said_to_differ_where_all_is_alike(self, visitor: Client, cast: Cast, later: Format):
        page = visitor.get(f"/formats/{cast.edition.format.pk}/compare/{later.pk}/")
        assert "Numbers, phases and e-mails are the same." in texts(page, "p")

    def test_who_is_not_of_the_edition_reads_no_lesson(self, visitor: Client, cast: Cast, later: Format):
        noted(cast, answered_by=later)
        for address in (f"/formats/{cast.edition.format.pk}/compare/{later.pk}/", f"/formats/{later.pk}/"):
            assert "Too long." not in visitor.get(address).content.decode()

    def test_a_draft_is_compared_by_the_lab_only(self, visitor: Client, cast: Cast, lab: Client):
        draft = FormatFactory(programme=cast.edition.format.programme, version=9, published_at=None)
        address = f"/formats/{cast.edition.format.pk}/compare/{draft.pk}/"
        assert [client.get(address).status_code for client in (visitor, lab)] == [404, 200]

    def test_versions_of_two_programmes_and_one_with_itself_are_not_compared(self, cast: Cast, lab: Client):
        own = cast.edition.format.pk
        assert [lab.get(f"/formats/{own}/compare/{other}/").status_code for other in (own, FormatFactory().pk)] == [
            404,
            404,
        ]

    def test_a_version_leads_to_what_it_changed_and_what_came_later(self, cast: Cast, member: Client, later: Format):
        middle = later.pk
        last = FormatFactory(programme=cast.edition.programme, label="One year")
        there = links(member.get(f"/formats/{middle}/"))
        own = cast.edition.format
        assert there[f"What this version changed since version {own.version}"] == f"/formats/{own.pk}/compare/{middle}/"
        named = f"What version {last.version} changed later (One year)"
        assert there[named] == f"/formats/{middle}/compare/{last.pk}/"


def test_the_edition_leads_its_people_to_its_lessons(cast: Cast):
    leads = {
        letter: links(signed_in(cast[letter]).get("/editions/transfo-2026/")).get("Lessons") for letter in EVERYONE
    }
    assert leads == {letter: LESSONS if letter != "X" else None for letter in EVERYONE}


def test_home_tells_the_lab_what_waits_for_it(staff: User):
    edition: Edition = EditionFactory(name="La Transfo", slug="la-transfo")
    for state in ("proposed", "proposed", "refused"):
        LessonFactory(edition=edition, state=state)
    assert "lessons wait for the lab" not in signed_in(UserFactory()).get("/").content.decode()
    page = signed_in(staff).get("/")
    assert "La Transfo: 2 lessons wait for the lab. Read the lessons" in texts(page, "div", "note")
    assert links(page)["Read the lessons"] == "/editions/la-transfo/lessons/?state=proposed"
