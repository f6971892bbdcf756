"""The import of ideas with their first events; published facts come with one reported state."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import can_change_as_lab
from cohorts.imports.targets import cohort_of, cohort_target
from cohorts.models import Cohort, Membership
from cohorts.permissions import ONLY_STAFF, can_lead, roles_of
from imports.cells import address_or_name, day, enum_choice, normalised, text
from imports.columns import ImportColumn
from imports.enums import TargetType
from imports.kinds import ImportContext, ImportedThing, ImportKind, ImportTarget, RowPlan, Values, value_changes
from imports.undoing import changed_since, in_use, named, restored_values, values_before
from prototypes.actions import (
    abandon_idea,
    accept_idea,
    capture_idea,
    change_idea,
    correct_event,
    record_published_idea,
)
from prototypes.enums import AbandonReason, IdeaState
from prototypes.ideas.recorded_reasons import IMPORT_UNDONE
from prototypes.models import Idea, IdeaEvent
from web.decisions import Decision

# The states that an event can be imported for: the others rest on tests, packages and evidence.
IMPORTED_STATES: Final = (IdeaState.CAPTURED, IdeaState.ACCEPTED, IdeaState.ABANDONED)
ENDED_STATES: Final = (IdeaState.ABANDONED, IdeaState.MERGED, IdeaState.SPLIT)
PARTS: Final = ("events", "authorships")  # rows that belong to an idea itself
STATE_WORDS: Final = {
    "idée": "captured",
    "nouvelle": "captured",
    "retenue": "accepted",
    "validée": "accepted",
    "abandon": "abandoned",
    "en test": "testing",
    "mise en œuvre": "implemented",
}
COLUMNS: Final = (
    ImportColumn("reference", gettext_lazy("Reference"), text(length=16), ("réf", "ref", "référence", "code", "n°")),
    ImportColumn(
        "title", gettext_lazy("Title"), text(length=160), ("titre", "intitulé", "idée", "idea", "nom"), required=True
    ),
    ImportColumn("summary", gettext_lazy("Summary"), text(lines=True), ("résumé", "description", "texte")),
    ImportColumn("owner", gettext_lazy("Owner"), address_or_name, ("porteur", "porteuse", "responsable", "pilote")),
    ImportColumn(
        "state",
        gettext_lazy("State"),
        enum_choice(IdeaState, STATE_WORDS),
        ("état", "statut", "status", "avancement"),
        choices=IdeaState.choices,
    ),
    ImportColumn(
        "captured_on", gettext_lazy("Captured on"), day, ("date de recueil", "recueillie le", "date", "proposée le")
    ),
    ImportColumn(
        "accepted_on", gettext_lazy("Accepted on"), day, ("date validation", "acceptée le", "retenue le", "validée le")
    ),
    ImportColumn("abandoned_on", gettext_lazy("Abandoned on"), day, ("abandonnée le", "date d’abandon")),
    ImportColumn("reason", gettext_lazy("Reason"), text(lines=True), ("raison", "motif", "pourquoi")),
    ImportColumn("source", gettext_lazy("Source"), text(), ("publication", "page")),
)


@dataclass(frozen=True, slots=True)
class CohortIdeas:
    """The ideas of a cohort by reference and, while they run, by title; its members by address and by name."""

    cohort: Cohort
    by_reference: Mapping[str, Idea]
    by_title: Mapping[str, Idea]
    members: Mapping[str, set[int]]

    @classmethod
    def read(cls, cohort: Cohort, references: set[str], titles: set[str], today: date) -> CohortIdeas:
        """Return the ideas of a cohort that rows with these references and titles name, and its members active today
        (three statements).
        """
        known = Idea.objects.filter(cohort=cohort).values_list("pk", "reference", "title")
        keys = {pk for pk, reference, title in known if reference.upper() in references or normalised(title) in titles}
        ideas = list(Idea.objects.filter(pk__in=keys).select_related("owner").order_by("-pk"))
        members: dict[str, set[int]] = {}
        for member in Membership.objects.filter(cohort=cohort).active(today).select_related("user"):
            for word in (member.user.email.lower(), normalised(member.name)):
                members.setdefault(word, set()).add(member.user_id)
        return cls(
            cohort,
            {idea.reference.upper(): idea for idea in ideas},
            {normalised(idea.title): idea for idea in ideas if cohort.retrospective or idea.state not in ENDED_STATES},
            members,
        )

    def idea_of(self, values: Values) -> Idea | None:
        """Return the idea with the reference of a row, without one that with its title; None for a new one."""
        if values["reference"]:
            return self.by_reference.get(values["reference"].upper())
        return self.by_title.get(normalised(values["title"]))

    def owners_of(self, values: Values) -> set[int]:
        """Return the keys of the members whom the row names as owner."""
        word = values["owner"]
        return self.members.get(word if "@" in word else normalised(word), set()) if word else set()


class IdeaImport(ImportKind):
    """Ideas: a row captures, accepts or abandons one, or changes its title, summary and owner."""

    label = gettext_lazy("Ideas")
    model = Idea
    target_type = TargetType.COHORT
    columns = COLUMNS
    note = gettext_lazy("Importing ideas sends no e-mail.")

    def find_target(self, slug: str, user: User | None) -> ImportTarget | None:
        """Return the cohort with this slug, which the user may see."""
        return cohort_target(slug, user)

    def can_import(self, user: User, target: ImportTarget, today: date) -> Decision:
        """Return whether the user leads the cohort; published facts are for lab staff only."""
        if target.item.retrospective:
            return can_change_as_lab(user, ONLY_STAFF)
        return can_lead(roles_of(user, target.item, today))

    def key(self, values: Values) -> Hashable:
        """Return the reference, else the title."""
        return values["reference"].upper() or normalised(values["title"])

    def plan(self, rows: Sequence[Values], context: ImportContext) -> list[RowPlan]:
        """Return whether each row creates an idea, changes one, changes nothing, or is refused."""
        references = {values["reference"].upper() for values in rows}
        titles = {normalised(values["title"]) for values in rows}
        ideas = CohortIdeas.read(cohort_of(context), references, titles, context.today)
        return [self._plan_row(values, ideas, context.today) for values in rows]

    def _plan_row(self, values: Values, ideas: CohortIdeas, today: date) -> RowPlan:
        """Return the plan of one row."""
        idea, owners = ideas.idea_of(values), ideas.owners_of(values)
        if refusal := _refusal(values, ideas, idea, owners, today):
            return refusal
        owner = next(iter(owners), None)
        if idea is None:
            return RowPlan.create(owner)
        before = {"title": idea.title, "summary": idea.summary}
        if values["owner"] and owner != idea.owner_id and not _names(values["owner"], idea.owner):
            before["owner"] = str(idea.owner or "")
        if values["accepted_on"] and idea.state == IdeaState.CAPTURED:
            before["accepted_on"] = ""
        return RowPlan.of_changes(idea.pk, value_changes(self.columns, before, values), owner)

    def save(self, values: Values, plan: RowPlan, context: ImportContext) -> ImportedThing:
        """Create the idea of a row with its events, or change what the row gives."""
        if plan.object_id is None:
            idea = self._create(values, plan.related, context)
            return ImportedThing(idea.pk, previous={"state": idea.state})
        idea = Idea.objects.select_for_update(of=["self"]).get(pk=plan.object_id, cohort=cohort_of(context))
        names = {change.column for change in plan.changes}
        fields: dict[str, Any] = {name: values[name] for name in ("title", "summary") if name in names}
        new_owner = User.objects.get(pk=plan.related) if "owner" in names else None
        day_given = {"accepted_on": values["accepted_on"]} if "accepted_on" in names else {}
        previous = values_before(idea, fields | ({"owner_id": plan.related} if new_owner else {}) | day_given)
        if fields or new_owner:
            fields |= {"owner": new_owner} if new_owner else {}
            change_idea(idea=idea, by=context.by, **fields)
        if day_given:
            accept_idea(idea=idea, by=context.by, at=context.at, on=values["accepted_on"])
        return ImportedThing(idea.pk, is_new=False, previous=previous)

    def _create(self, values: Values, owner: int | None, context: ImportContext) -> Idea:
        """Create the idea of a row, with the events that its dates tell."""
        cohort = cohort_of(context)
        given: dict[str, Any] = {"by": context.by, "at": context.at}
        facts: dict[str, Any] = {"title": values["title"], "summary": values["summary"]}
        if cohort.retrospective:
            on = values["abandoned_on"] or values["accepted_on"] or values["captured_on"]
            state = values["state"] or IdeaState.CAPTURED
            return record_published_idea(cohort=cohort, state=state, on=on, source=values["source"], **facts, **given)
        captured = values["captured_on"] or values["accepted_on"] or values["abandoned_on"] or context.today
        person = User.objects.filter(pk=owner).first() if owner else context.by
        idea = capture_idea(cohort=cohort, on=captured, owner=person, **facts, **given)
        if values["accepted_on"] or values["state"] == IdeaState.ACCEPTED:
            accept_idea(idea=idea, on=values["accepted_on"] or captured, **given)
        if values["abandoned_on"]:
            details = {"reason": values["reason"], "abandoned_for": AbandonReason.OTHER}
            abandon_idea(idea=idea, on=values["abandoned_on"], **details, **given)
        return idea

    def dependents(self, things: Sequence[ImportedThing], context: ImportContext) -> list[str]:
        """Return sentences on published facts, on new ideas that went on or have work, on ideas changed since, and on
        those whose owner from before has left the cohort.
        """
        rows = {row.pk: row for row in Idea.objects.filter(pk__in=[thing.object_id for thing in things]).order_by("pk")}
        new = {thing.object_id: thing.previous["state"] for thing in things if thing.is_new}
        created = [row for row in rows.values() if row.pk in new]
        accepted = {thing.object_id for thing in things if "accepted_on" in thing.previous}
        went_on = [str(row) for row in created if not row.retrospective and row.state != new[row.pk]]
        went_on += [str(rows[pk]) for pk in sorted(accepted & rows.keys()) if rows[pk].state != IdeaState.ACCEPTED]
        published = [str(row) for row in created if row.retrospective]
        return [
            *named(_("Published facts cannot be undone: %(names)s."), published),
            *named(_("These ideas went on since: %(names)s."), went_on),
            *in_use(created, except_for=PARTS),
            *changed_since(list(rows.values()), things),
            *named(
                _("The owners from before have left the cohort: %(names)s. Change these ideas one by one."),
                _with_former_owner_gone(rows, things, context),
            ),
        ]

    def undo(self, thing: ImportedThing, context: ImportContext) -> None:
        """Take back the events of a new idea and abandon it, or give the changed one its values from before.

        An acceptance is corrected first, so that the idea never counts in the rates. Of a changed idea it is the last
        event: what was recorded before the import stays.
        """
        idea = Idea.objects.select_for_update(of=["self"]).get(pk=thing.object_id)
        given: dict[str, Any] = {"reason": IMPORT_UNDONE, "by": context.by, "at": context.at}
        events = IdeaEvent.objects.uncorrected().filter(idea=idea).exclude(state=IdeaState.CAPTURED)
        imported = None if thing.is_new else int("accepted_on" in thing.previous)
        for event in events.order_by("-position", "-pk")[:imported]:
            correct_event(event=event, state=IdeaState.CAPTURED, **given)
        idea.refresh_from_db()
        if thing.is_new:
            abandon_idea(idea=idea, abandoned_for=AbandonReason.OTHER, **given)
            return
        values = restored_values(idea, thing)
        values.pop("accepted_on", None)
        if "owner_id" in values:
            values["owner"] = User.objects.filter(pk=values.pop("owner_id")).first()
        if values:
            change_idea(idea=idea, by=context.by, **values)


def _with_former_owner_gone(
    rows: Mapping[int, Idea], things: Sequence[ImportedThing], context: ImportContext
) -> list[str]:
    """Return the ideas whose owner from before the import has left the cohort since."""
    former = {thing.object_id: int(before) for thing in things if (before := thing.previous.get("owner_id", [None])[0])}
    members = Membership.objects.filter(cohort=cohort_of(context), user__in=former.values())
    gone = members.people_who_left(context.today)
    return [str(rows[key]) for key, owner in former.items() if key in rows and owner in gone]


def _refusal(values: Values, ideas: CohortIdeas, idea: Idea | None, owners: set[int], today: date) -> RowPlan | None:
    """Return the plan to refuse a row, with the first reason; None when there is none."""
    if values["reference"] and idea is None:
        reason = _("No idea of the cohort has this reference. Leave it empty for a new idea: it gets the next one.")
        return RowPlan.refuse(reason, column="reference")
    keeps_owner = idea is not None and _names(values["owner"], idea.owner)
    if values["owner"] and len(owners) != 1 and not keeps_owner and not ideas.cohort.retrospective:
        return RowPlan.refuse(_("No member, or more than one, has this name or address."), column="owner")
    for name in ("captured_on", "accepted_on", "abandoned_on"):
        if values[name] and values[name] > today:
            return RowPlan.refuse(_("This date is in the future."), column=name)
    if ideas.cohort.retrospective:
        changed = idea is not None and values["summary"] not in ("", idea.summary)
        return RowPlan.refuse(_("Published facts cannot be changed here.")) if changed else None
    return _state_refusal(values) if idea is None else None


def _names(word: str, person: User | None) -> bool:
    """Return whether the address or name in a cell is that of the person: of an owner who has left the cohort, too."""
    return person is not None and word in (person.email.lower(), str(person))


def _state_refusal(values: Values) -> RowPlan | None:
    """Return the plan to refuse a new idea whose state or dates cannot be imported; None when they can."""
    dates = [values[name] for name in ("captured_on", "accepted_on", "abandoned_on") if values[name]]
    if values["state"] and values["state"] not in IMPORTED_STATES:
        labels = ", ".join(str(state.label) for state in IMPORTED_STATES)
        reason = _("Import the idea as one of: %(states)s. Record what followed on its page, with its evidence.")
        return RowPlan.refuse(reason % {"states": labels}, column="state", suggestion=str(IdeaState.ACCEPTED.label))
    if dates != sorted(dates):
        return RowPlan.refuse(
            _("The dates must follow each other: captured, accepted, abandoned."), column="accepted_on"
        )
    if bool(values["abandoned_on"]) != (values["state"] == IdeaState.ABANDONED):
        return RowPlan.refuse(_("An abandoned idea has the state “abandoned”, and the date."), column="abandoned_on")
    if values["abandoned_on"] and not values["reason"]:
        return RowPlan.refuse(_("Say why the idea was abandoned."), column="reason")
    return None
