"""Routes of dossiers: whoever sees an idea, a cohort or an edition may make a dossier of it for themselves."""

from tests.matrix import RouteRow
from tests.matrix.cohorts import WITHIN, cohort
from tests.matrix.programmes import edition
from tests.matrix.prototypes import READERS, idea

ROUTES: dict[str, RouteRow] = {
    "dossiers:idea_dossier": RouteRow(visible_to=READERS, post=True, args=idea),
    "dossiers:cohort_dossier": RouteRow(visible_to=WITHIN, post=True, args=cohort),
    "dossiers:edition_dossier": RouteRow(post=True, args=edition),
}
