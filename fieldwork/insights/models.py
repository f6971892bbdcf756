"""Insights: what several field notes say together."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort
from fieldwork.visibility import in_cohorts_of_work
from prototypes.models import Challenge
from web.database.columns import idempotency_key_field
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Rule
from web.forms.edit_conflicts import column_values


class InsightQuerySet(models.QuerySet["Insight"]):
    def visible_to(self, user: User) -> "InsightQuerySet":
        """Return the insights of cohorts in which the person works, or worked until they left; all for lab staff."""
        return self.filter(in_cohorts_of_work(user))


@tracked()
class Insight(models.Model):
    """A group of field notes, with a name once it is clear what they say together.

    The name is a sentence, such as “Acronyms make residents believe that they are at the wrong counter”. Only a named
    insight becomes a challenge.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="insights", verbose_name=_("cohort"))
    title = models.CharField(_("insight"), max_length=160, blank=True)
    challenge = models.ForeignKey(
        Challenge, models.PROTECT, null=True, blank=True, related_name="insights", verbose_name=_("challenge")
    )
    idempotency_key = idempotency_key_field()
    created_on = created_on_field()

    objects = InsightQuerySet.as_manager()

    class Meta:
        verbose_name = _("insight")
        verbose_name_plural = _("insights")
        constraints = [
            models.UniqueConstraint(fields=["idempotency_key"], name="insight_idempotency_key_unique"),
            models.CheckConstraint(condition=Q(challenge=None) | ~Q(title=""), name="insight_named_before_challenge"),
        ]
        triggers = [
            FixedColumns("cohort_id", name="insight_cohort_fixed"),
            Rule(
                name="insight_challenge_of_cohort",
                broken="EXISTS (SELECT 1 FROM prototypes_challenge c WHERE c.id = NEW.challenge_id"
                " AND c.cohort_id <> NEW.cohort_id)",
            ),
            created_on_is_fixed("insight_created_on_fixed"),
        ]

    def __str__(self) -> str:
        """Return the name of the insight; “Group without a name” before it has one."""
        return self.title or str(_("Group without a name"))

    def get_absolute_url(self) -> str:
        """Return the URL of the insight on the board of its cohort."""
        return f"{reverse('fieldwork:board', args=[self.cohort.slug])}#insight-{self.pk}"

    def form_values(self) -> dict[str, object]:
        """Return the saved value of the form to name the insight."""
        return column_values(self, "title")
