"""The import of ideas: captured, accepted, abandoned, changed, published; an undo appends corrections."""

from datetime import date

import pytest

from cohorts.models import Membership
from imports import actions
from imports.kinds import import_kinds
from prototypes.ideas.actions.ideas import park_idea, resume_idea
from prototypes.models import Idea, IdeaEvent
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.imports import checked, imported, plans, undone
from tests.factories.programmes import EditionFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory
from web.errors import Refused

pytestmark = pytest.mark.django_db
TABLE = """Intitulé;Description;Porteur;Etat;Date;Date validation;Abandonnée le;Motif;Remarques
Le guichet du soir;Ouvert tard;{owner};acceptée;1/10/2026;5/10/2026;;;x
Le livret;;;;2 octobre 2026;;;;
La borne;;;abandonnée;1/10/2026;;8/10/2026;Personne ne vient;
"""


def table(cast: Cast) -> str:
    return TABLE.format(owner=cast["M"].email)


def events(title: str) -> list[tuple[str, date | None]]:
    rows = IdeaEvent.objects.uncorrected().filter(idea__title=title)
    return list(rows.values_list("state", "effective_on"))


def test_ideas_are_created_with_their_events_and_the_same_file_changes_nothing(cast: Cast):
    batch = imported("ideas", "rivage", table(cast), cast["P"])
    assert [(row.title, row.summary, row.owner, row.state) for row in Idea.objects.order_by("pk")] == [
        ("Le guichet du soir", "Ouvert tard", cast["M"], "accepted"),
        ("Le livret", "", cast["P"], "captured"),
        ("La borne", "", cast["P"], "abandoned"),
    ]
    assert events("Le guichet du soir") == [("captured", date(2026, 10, 1)), ("accepted", date(2026, 10, 5))]
    assert events("La borne") == [("captured", date(2026, 10, 1)), ("abandoned", date(2026, 10, 8))]
    running = "\n".join(table(cast).splitlines()[:3])
    assert plans(checked("ideas", "rivage", running, cast["P"])) == [("unchanged", [])] * 2
    assert batch.created_count == 3


def test_an_undo_corrects_the_acceptance_and_abandons_what_was_created(cast: Cast):
    batch = imported("ideas", "rivage", table(cast), cast["P"])
    recorded = IdeaEvent.objects.count()
    undone(batch)
    assert batch.state == "undone"
    assert set(Idea.objects.values_list("state", "accepted_on")) == {("abandoned", None)}
    assert IdeaEvent.objects.count() == recorded + 5  # two corrections, three ends
    assert [str(event.why) for event in IdeaEvent.objects.filter(reason="import_undone")] == [
        "The import was undone."
    ] * 5


def test_an_idea_is_changed_and_accepted_by_its_reference_and_set_back(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="captured", title="Avant", owner=cast["P"])
    text = f"Réf.;Titre;Porteur;Date validation\n{idea.reference.lower()};Après;{cast['M'].email};20/11/2026"
    [(outcome, changes)] = plans(checked("ideas", "rivage", text, cast["C"]))
    assert (outcome, [change[0] for change in changes]) == ("update", ["title", "owner", "accepted_on"])
    batch = imported("ideas", "rivage", text, cast["C"])
    idea.refresh_from_db()
    assert (idea.title, idea.owner, idea.accepted_on) == ("Après", cast["M"], date(2026, 11, 20))
    undone(batch)
    idea.refresh_from_db()
    assert (idea.title, idea.owner, idea.accepted_on, idea.state) == ("Avant", cast["P"], None, "captured")


def test_one_idea_named_in_two_ways_is_changed_once(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, title="Une borne")
    text = f"Référence;Titre;Résumé\n{idea.reference};Une borne;Un résumé\n;Une borne;Un autre\n"
    (first, _changes), (outcome, (_column, reason)) = plans(checked("ideas", "rivage", text, cast["P"]))
    assert (first, outcome) == ("update", "refused")
    assert reason.startswith("Row 2 names the same person or thing.")


def test_what_rests_on_evidence_or_is_unclear_is_refused(cast: Cast):
    text = """Réf;Titre;Porteur;Etat;Date;Date validation;Abandonnée le;Motif
XYZ-999;A;;;;;;
;B;personne;;;;;
;C;;mise en œuvre;;;;
;D;;;5/10/2026;1/10/2026;;
;E;;;1/1/2027;;;
;F;;abandonnée;;;;
;G;;abandonnée;;;1/10/2026;
;;;;;;;x
"""
    assert [found[0] for _outcome, found in plans(checked("ideas", "rivage", text, cast["P"]))] == [
        *("reference", "owner", "state", "accepted_on", "captured_on", "abandoned_on", "reason", "title"),
    ]


def test_work_on_an_imported_idea_stops_the_undo(cast: Cast):
    batch = imported("ideas", "rivage", table(cast), cast["P"])
    PrototypeFactory(idea=Idea.objects.get(title="Le guichet du soir"))
    sentences = actions.undo_refusals(batch, cast["P"], NOW)
    assert (
        sentences[-1]
        == f"These are used elsewhere now: {Idea.objects.get(title='Le guichet du soir')}. Remove them by hand."
    )


def test_undo_of_an_acceptance_keeps_the_events_from_before(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="captured", title="Avant", owner=cast["P"])
    park_idea(idea=idea, by=cast["P"], at=NOW, reason="Plus tard", on=date(2026, 11, 10))
    resume_idea(idea=idea, by=cast["P"], at=NOW, on=date(2026, 11, 12))
    before = events("Avant")
    text = f"Réf.;Titre;Date validation\n{idea.reference};Avant;20/11/2026"
    batch = imported("ideas", "rivage", text, cast["C"])
    assert events("Avant") == [*before, ("accepted", date(2026, 11, 20))]
    undone(batch)
    idea.refresh_from_db()
    assert (events("Avant")[: len(before)], idea.state, idea.accepted_on) == (before, "captured", None)


def test_published_ideas_come_with_one_reported_state_by_lab_staff_only(cast: Cast):
    edition = EditionFactory(retrospective=True, state="closed")
    cohort = CohortFactory(edition=edition, retrospective=True, state="completed", slug="publiee")
    text = "Titre;État;Date;Source\nHub PME;mise en œuvre;;Une page\nAutre;captured;3/2/2015;\n"
    for role in "CP":
        with pytest.raises(Refused):
            checked("ideas", "publiee", text, cast[role])
    batch = imported("ideas", "publiee", text, cast["S"])
    assert list(Idea.objects.filter(cohort=cohort).order_by("pk").values_list("title", "state", "retrospective")) == [
        ("Hub PME", "implemented", True),
        ("Autre", "captured", True),
    ]
    assert plans(checked("ideas", "publiee", text, cast["S"])) == [("unchanged", [])] * 2
    assert actions.undo_refusals(batch, cast["S"], NOW)[0].startswith("Published facts cannot be undone:")


def test_people_who_do_not_lead_the_cohort_import_no_ideas(cast: Cast):
    for role in "DMRANX":
        target = import_kinds["ideas"].find_target("rivage", None)
        assert target is not None
        assert not import_kinds["ideas"].can_import(cast[role], target, NOW.date())


@pytest.mark.parametrize("number", [1, 3])
def test_the_statements_do_not_grow_with_the_rows(cast: Cast, number: int, django_assert_num_queries):
    text = "Titre\n" + "".join(f"Idée {n}\n" for n in range(number))
    with django_assert_num_queries(20):
        checked("ideas", "rivage", text, cast["P"])


def test_people_who_left_the_cohort_own_no_imported_idea_and_get_none_back(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, title="Le guichet", owner=cast["C"])
    batch = imported("ideas", "rivage", f"Titre;Porteur\nLe guichet;{cast['M'].email}", cast["P"])
    Membership.objects.filter(cohort=cast.cohort, user=cast["C"]).update(ends_on=date(2026, 11, 23))
    assert actions.undo_refusals(batch, cast["P"], NOW) == [
        f"The owners from before have left the cohort: {idea}. Change these ideas one by one."
    ]
    assert plans(checked("ideas", "rivage", f"Titre;Porteur\nLe guichet;{cast['C'].email}", cast["P"])) == [
        ("refused", ("owner", "No member, or more than one, has this name or address."))
    ]
