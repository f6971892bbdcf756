"""The import of the people and organisations a cohort works with."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.imports.targets import cohort_of, cohort_target
from cohorts.models import Stakeholder
from cohorts.permissions import can_plan_sessions, roles_of
from cohorts.stakeholders.actions import add_stakeholder, edit_stakeholder, remove_stakeholder
from cohorts.stakeholders.enums import Level, StakeholderCategory, StakeholderKind
from imports.cells import CellOptions, Parser, enum_choice, text
from imports.columns import ImportColumn
from imports.enums import TargetType
from imports.kinds import ImportContext, ImportedThing, ImportKind, ImportTarget, RowPlan, Values, value_changes
from imports.undoing import changed_since, in_use, restored_values, values_before
from web.decisions import Decision

CATEGORY_WORDS: Final = {
    "usager": "user",
    "usagère": "user",
    "habitant": "user",
    "habitante": "user",
    "citizen": "user",
    "agente publique": "agent",
    "agente": "agent",
    "élu": "elected",
    "élue": "elected",
    "partenaire": "partner",
    "asso": "association",
    "entreprise": "company",
    "experte": "expert",
    "autre": "other",
}
LEVEL_WORDS: Final = {
    "1": 1,
    "faible": 1,
    "bas": 1,
    "basse": 1,
    "2": 2,
    "moyen": 2,
    "moyenne": 2,
    "modéré": 2,
    "modérée": 2,
    "medium": 2,
    "middle": 2,
    "3": 3,
    "fort": 3,
    "forte": 3,
    "élevé": 3,
    "élevée": 3,
    "haut": 3,
    "haute": 3,
}


def _level() -> Parser:
    """Return the parser of a level: 1 to 3, or low, moderate and high in words; its value is None when empty."""
    parse_level = enum_choice(Level, LEVEL_WORDS)

    def parse(cell: str, options: CellOptions) -> int | None:
        """Return the level of a cell; raise CellError for another word."""
        level = parse_level(cell, options)
        return int(level) if level else None

    return parse


COLUMNS: Final = (
    ImportColumn(
        "name", gettext_lazy("Name"), text(length=120), ("nom", "partie prenante", "stakeholder", "contact"), True
    ),
    ImportColumn(
        "organisation",
        gettext_lazy("Organisation"),
        text(length=120),
        ("structure", "organisme", "entité", "organization"),
    ),
    ImportColumn(
        "kind",
        gettext_lazy("Kind"),
        enum_choice(StakeholderKind, {"structure": "organisation", "organisme": "organisation"}),
        ("type", "nature"),
        choices=StakeholderKind.choices,
    ),
    ImportColumn(
        "category",
        gettext_lazy("Category"),
        enum_choice(StakeholderCategory, CATEGORY_WORDS),
        ("catégorie", "profil", "famille"),
        choices=StakeholderCategory.choices,
    ),
    ImportColumn("influence", gettext_lazy("Influence"), _level(), ("pouvoir", "power"), choices=Level.choices),
    ImportColumn("interest", gettext_lazy("Interest"), _level(), ("intérêt",), choices=Level.choices),
    ImportColumn("notes", gettext_lazy("Notes"), text(lines=True), ("remarques", "commentaires", "comments")),
)
DEFAULTS: Final = {"kind": StakeholderKind.PERSON, "category": StakeholderCategory.USER}


class StakeholderImport(ImportKind):
    """People and organisations: a row adds one, or changes the one of the same name and organisation."""

    label = gettext_lazy("Stakeholders")
    model = Stakeholder
    target_type = TargetType.COHORT
    columns = COLUMNS

    def find_target(self, slug: str, user: User | None) -> ImportTarget | None:
        """Return the cohort with this slug, which the user may see."""
        return cohort_target(slug, user, "cohorts:stakeholders")

    def can_import(self, user: User, target: ImportTarget, today: date) -> Decision:
        """Return whether the user may edit the stakeholders of the cohort today."""
        return can_plan_sessions(roles_of(user, target.item, today))

    def key(self, values: Values) -> Hashable:
        """Return name and organisation, in lower case as the database compares them."""
        return values["name"].lower(), values["organisation"].lower()

    def plan(self, rows: Sequence[Values], context: ImportContext) -> list[RowPlan]:
        """Return whether each row adds a stakeholder, changes one, or changes nothing."""
        names = {values["name"].lower() for values in rows}
        named_so = Stakeholder.objects.alias(lower_name=Lower("name")).filter(lower_name__in=names)
        existing = {
            (row.name.lower(), row.organisation.lower()): row for row in named_so.filter(cohort=cohort_of(context))
        }
        return [self._plan_row(existing.get((values["name"].lower(), values["organisation"].lower())), values)
                for values in rows]  # fmt: skip

    def _plan_row(self, row: Stakeholder | None, values: Values) -> RowPlan:
        """Return the plan of a row about this stakeholder, or about a new one."""
        if row is None:
            return RowPlan.create()
        before = {name: getattr(row, name) for name in ("kind", "category", "influence", "interest", "notes")}
        return RowPlan.of_changes(row.pk, value_changes(self.columns, before, values))

    def save(self, values: Values, plan: RowPlan, context: ImportContext) -> ImportedThing:
        """Add the stakeholder of a row, or change what the row gives."""
        given: dict[str, Any] = {name: value for name, value in values.items() if value not in (None, "")}
        if plan.object_id is None:
            new = add_stakeholder(cohort=cohort_of(context), by=context.by, **{**DEFAULTS, **given})
            return ImportedThing(new.pk)
        row = Stakeholder.objects.select_for_update().get(pk=plan.object_id, cohort=cohort_of(context))
        changed = _changed(row, given)
        previous = values_before(row, changed)
        edit_stakeholder(stakeholder=row, by=context.by, **changed)
        return ImportedThing(row.pk, is_new=False, previous=previous)

    def dependents(self, things: Sequence[ImportedThing], context: ImportContext) -> list[str]:
        """Return a sentence for new stakeholders that are used, and one for those that were changed since."""
        rows = list(Stakeholder.objects.filter(pk__in=[thing.object_id for thing in things]).order_by("pk"))
        new = {thing.object_id for thing in things if thing.is_new}
        return [*in_use([row for row in rows if row.pk in new]), *changed_since(rows, things)]

    def undo(self, thing: ImportedThing, context: ImportContext) -> None:
        """Remove the new stakeholder, or give the changed one the values from before."""
        for row in Stakeholder.objects.select_for_update().filter(pk=thing.object_id):
            if thing.is_new:
                remove_stakeholder(stakeholder=row, by=context.by)
            else:
                edit_stakeholder(stakeholder=row, by=context.by, **restored_values(row, thing))


def _changed(row: Stakeholder, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the given values that differ from the row, apart from what tells it from others."""
    return {
        name: value
        for name, value in given.items()
        if name not in ("name", "organisation") and getattr(row, name) != value
    }
