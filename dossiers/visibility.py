"""What a dossier may show: what its person may read, narrowed to what its circle of readers may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import User
from canvases.models import Canvas, CanvasQuerySet
from cohorts.cohort.models import CohortQuerySet
from cohorts.models import Cohort, Session
from cohorts.sessions.models import SessionQuerySet
from dossiers.enums import CONSENTS, INSIDE, DossierAudience
from figures.scope.selection import FiguresScope
from figures.scope.visibility import VisibleCohorts, shared_cohorts, visible_cohorts
from figures.sharing.enums import Audience
from files.models import Attachment
from files.registries import Owner, file_owners
from programmes.models import Edition
from prototypes.ideas.models import IdeaQuerySet
from prototypes.models import Idea
from web.dates.clock import today_everywhere

AUDIENCES = {DossierAudience.EDITION: Audience.EDITION, DossierAudience.PUBLIC: Audience.PUBLIC}


@dataclass(frozen=True, slots=True)
class AudienceAccess:
    """What `audience` may see of what `person` may read on `today`.

    `about_edition`: the dossier is about an edition. What is published of it holds no idea one by one, because each
    cohort decides on its own publication.
    """

    person: User
    audience: str
    today: date
    about_edition: bool = False

    @property
    def is_inside(self) -> bool:
        """Return whether the readers see the work of the cohort in full, and not only what it shares."""
        return self.audience in INSIDE

    @property
    def is_public(self) -> bool:
        """Return whether everyone may read the dossier, so that its figures are those that cohorts publish."""
        return self.audience == DossierAudience.PUBLIC

    @property
    def sees_names(self) -> bool:
        """Return whether people are named: only in dossiers that stay with the person who made them."""
        return self.audience == DossierAudience.ME

    def ideas(self) -> IdeaQuerySet:
        """Return the ideas that the dossier may show: shared ones and published facts, inside the cohort all."""
        ideas = Idea.objects.visible_to(self.person)
        return ideas if self.is_inside else ideas.filter(self._shared())

    def canvases(self) -> CanvasQuerySet:
        """Return the canvases that the dossier may show: shared ones and published facts, inside the cohort all."""
        canvases: CanvasQuerySet = Canvas.objects.visible_to(self.person)
        if self.is_inside:
            return canvases
        shared = Q(shared_with_edition=True)
        return canvases.none() if self._publishes_edition() else canvases.filter(shared)

    def sessions(self) -> SessionQuerySet:
        """Return the sessions that the dossier may show: those of the cohort, for readers inside it."""
        sessions = Session.objects.visible_to(self.person)
        return sessions if self.is_inside else sessions.filter(retrospective=True)

    def cohorts(self, edition: Edition) -> CohortQuerySet:
        """Return the cohorts of an edition that its page lists: all but prospects and those withdrawn."""
        return Cohort.objects.filter(edition=edition).exclude(state__in=["prospect", "withdrawn"])

    def _shared(self) -> Q:
        """Return the filter for ideas that the cohort shares, and published facts."""
        facts = Q(retrospective=True)
        return facts if self._publishes_edition() else facts | Q(shared_with_edition=True)

    def _publishes_edition(self) -> bool:
        """Return whether the dossier is about a whole edition and for the public."""
        return self.about_edition and self.audience == DossierAudience.PUBLIC

    def cohort_scope(self, cohort: Cohort) -> tuple[VisibleCohorts, FiguresScope] | None:
        """Return the figures of one cohort for readers inside it; None for others: cohorts share only totals.

        Someone who left the cohort does not read them either.
        """
        visible = visible_cohorts(self.person)
        if not self.is_inside or cohort not in visible.selectable_cohorts():
            return None
        return visible, visible.scope(cohort=cohort)

    def edition_scope(self, edition: Edition) -> tuple[VisibleCohorts, FiguresScope] | None:
        """Return the totals of an edition over the cohorts that share their figures with the readers; None without."""
        visible = self._countable(edition)
        if not visible.reads_edition(edition):
            return None
        return visible, visible.scope(edition=edition)

    def _countable(self, edition: Edition) -> VisibleCohorts:
        """Return the cohorts whose figures the readers may count."""
        if self.is_inside:
            return visible_cohorts(self.person)
        return shared_cohorts(edition, AUDIENCES[DossierAudience(self.audience)])

    def countable_ids(self, edition: Edition) -> set[int]:
        """Return the ids of the cohorts of an edition whose figures the readers may count now."""
        return {cohort.pk for cohort in self._countable(edition).cohorts if cohort.edition_id == edition.pk}

    def owner(self, about: str, object_id: int) -> Owner | None:
        """Return an object as the owner of its files, for the person who makes the dossier; None if it is hidden."""
        return file_owners[about](object_id, self.person, today_everywhere())

    def pictures(self, owner: Owner) -> QuerySet[Attachment]:
        """Return the pictures of an object whose people agreed to be seen by the readers, until today or later."""
        if self.audience == DossierAudience.ME:
            rows = Attachment.objects.viewable_by(owner, self.today)
        else:
            rows = Attachment.objects.of(owner).with_consent(CONSENTS[self.audience], self.today)
        return rows.pictures().by_age()

    def hides_one_of(self, ids: Iterable[int]) -> bool:
        """Return whether one of these pictures may not be shown to the readers any more."""
        rows = Attachment.objects.filter(pk__in=list(ids))
        if self.audience != DossierAudience.ME:
            return rows.with_consent(CONSENTS[self.audience], self.today).count() < len(set(ids))
        owners = {(row.about, row.object_id): self.owner(row.about, row.object_id) for row in rows}
        return any(
            owner is None or not self.pictures(owner).filter(pk=row.pk).exists()
            for row in rows
            for owner in [owners[row.about, row.object_id]]
        )
