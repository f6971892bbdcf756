"""The import of the budgets of an edition's cohorts: contributions in euros, days of the lab's team."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.cohort.actions import change_budget
from cohorts.models import Cohort
from cohorts.permissions import can_manage_cohorts
from imports.cells import normalised, number, text
from imports.columns import ImportColumn
from imports.enums import TargetType
from imports.kinds import ImportContext, ImportedThing, ImportKind, ImportTarget, RowPlan, Values, value_changes
from imports.undoing import changed_since, restored_values, values_before
from programmes.models import Edition
from web.dates.clock import platform_zone
from web.decisions import Decision

EUROS: Final = number(most=Decimal(10) ** 10 - 1)
DAYS: Final = number(most=9_999, decimals=1)
COLUMNS: Final = (
    ImportColumn(
        "cohort", gettext_lazy("Cohort"), text(length=160), ("cohorte", "code", "authority", "collectivité"), True
    ),
    ImportColumn("code", gettext_lazy("Code"), text(length=8), ("code de la cohorte",)),
    ImportColumn(
        "planned_contribution",
        gettext_lazy("Planned contribution (€)"),
        EUROS,
        ("planned contribution", "contribution prévue", "budget prévu", "montant prévu", "planned budget"),
    ),
    ImportColumn(
        "actual_contribution",
        gettext_lazy("Actual contribution (€)"),
        EUROS,
        ("actual contribution", "contribution réelle", "budget réel", "montant versé", "réalisé", "actual budget"),
    ),
    ImportColumn(
        "planned_team_days",
        gettext_lazy("Planned days of the team"),
        DAYS,
        ("planned team days", "jours prévus", "jours d’équipe prévus", "planned days"),
    ),
    ImportColumn(
        "actual_team_days",
        gettext_lazy("Actual days of the team"),
        DAYS,
        ("actual team days", "jours réels", "jours réalisés", "jours d’équipe réels", "actual days"),
    ),
)
BUDGET: Final = ("planned_contribution", "actual_contribution", "planned_team_days", "actual_team_days")


class BudgetImport(ImportKind):
    """Budgets: a row changes the budget of the cohort with its short name, code, name or authority."""

    label = gettext_lazy("Budgets")
    model = Cohort
    target_type = TargetType.EDITION
    columns = COLUMNS

    def find_target(self, slug: str, user: User | None) -> ImportTarget | None:
        """Return the edition with this slug."""
        rows = Edition.objects.all() if user is None else Edition.objects.visible_to(user)
        edition = rows.filter(slug=slug).first()
        if edition is None:
            return None
        href = reverse("programmes:edition", args=[edition.slug])
        return ImportTarget(edition.slug, edition.name, href, platform_zone(), item=edition)

    def can_import(self, user: User, target: ImportTarget, today: date) -> Decision:
        """Return whether the user may change budgets: lab staff only."""
        return can_manage_cohorts(user)

    def key(self, values: Values) -> Hashable:
        """Return the code of the cohort, else the words for it."""
        return values["code"].upper() or normalised(values["cohort"])

    def plan(self, rows: Sequence[Values], context: ImportContext) -> list[RowPlan]:
        """Return whether each row changes a budget, changes nothing, or is refused."""
        cohorts = list(Cohort.objects.filter(edition=context.target.item).select_related("authority").by_name())
        return [self._plan_row(cohorts, values) for values in rows]

    def _plan_row(self, cohorts: Sequence[Cohort], values: Values) -> RowPlan:
        """Return the plan of a row about the one of these cohorts that it names."""
        word = normalised(values["cohort"])
        with_code = [cohort for cohort in cohorts if values["code"] and cohort.code == values["code"].upper()]
        named = [cohort for cohort in cohorts if cohort.name == values["cohort"]]
        found = with_code or (named if len(named) == 1 else [cohort for cohort in cohorts if word in _words(cohort)])
        if len(found) != 1:
            reason = _("Several cohorts of this edition have this name.") if found else _(
                "No cohort of this edition has this name or code."
            )  # fmt: skip
            return RowPlan.refuse(reason, column="cohort", suggestion=_nearest(word, cohorts))
        before = {name: getattr(found[0], name) for name in BUDGET}
        return RowPlan.of_changes(found[0].pk, value_changes(self.columns, before, values))

    def save(self, values: Values, plan: RowPlan, context: ImportContext) -> ImportedThing:
        """Change the budget of the cohort as the row gives it."""
        row = Cohort.objects.select_for_update().get(pk=plan.object_id or 0, edition=context.target.item)
        changed: dict[str, Any] = {
            name: values[name] for name in BUDGET if values[name] not in (None, getattr(row, name))
        }
        previous = values_before(row, changed)
        change_budget(cohort=row, by=context.by, **changed)
        return ImportedThing(row.pk, is_new=False, previous=previous)

    def dependents(self, things: Sequence[ImportedThing], context: ImportContext) -> list[str]:
        """Return a sentence for cohorts whose budget was changed since."""
        rows = list(Cohort.objects.filter(pk__in=[thing.object_id for thing in things]).order_by("pk"))
        return changed_since(rows, things)

    def undo(self, thing: ImportedThing, context: ImportContext) -> None:
        """Give the cohort its budget from before."""
        for row in Cohort.objects.select_for_update().filter(pk=thing.object_id):
            change_budget(cohort=row, by=context.by, **restored_values(row, thing))


def _words(cohort: Cohort) -> set[str]:
    """Return the words by which a table may name a cohort: short name, code, name, and the name of its authority."""
    return {normalised(word) for word in (cohort.slug, cohort.code or "", cohort.name, cohort.authority.name)} - {""}


def _nearest(word: str, cohorts: Sequence[Cohort]) -> str:
    """Return the name of the cohort whose words begin like these, "" when none or several do."""
    found = [cohort for cohort in cohorts if any(name.startswith(word[:4]) for name in _words(cohort))]
    return found[0].name if len(found) == 1 else ""
