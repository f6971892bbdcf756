"""Notices on the home page of lab staff: versions to check after an erasure, a rule that a colleague asks to end."""

from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from publications.models import ApprovalRule, Publication
from web.database.nested_rows import nested
from web.dates.clock import Today
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows, since_day

MAX_ROWS: Final = 100  # a larger count is not useful


def _names_to_check_query(user: User, _today: Today) -> ArraySubquery | None:
    """Return a subquery of the versions to check, the oldest first, for lab staff; None for anyone else."""
    rows = Publication.objects.names_to_check()[:MAX_ROWS]
    return nested(rows, "id", "names_to_check_since") if user.is_lab_staff else None


def _names_to_check_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return the notice that counts the versions to check, with a link to their list; [] when there are none."""
    if not rows:
        return []
    strong = ngettext(
        "%(n)d publication may name a person who was erased.",
        "%(n)d publications may name a person who was erased.",
        len(rows),
    ) % {"n": len(rows)}
    href = reverse("publications:publications")
    text = _("Someone else may have the same name. Read the texts.")
    return [HomeNotice(strong, text, href, _("Check names"), when=since_day(rows[0]["names_to_check_since"]))]


def _rule_to_end_query(user: User, _today: Today) -> ArraySubquery | None:
    """Return a subquery of the lab's rule if another person asks to end it, for lab staff; None for anyone else."""
    rows = ApprovalRule.objects.current().filter(authority=None, end_asked_by__isnull=False).exclude(end_asked_by=user)
    return nested(rows.order_by("pk"), "id", person="end_asked_by__full_name") if user.is_lab_staff else None


def _rule_to_end_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return the notice that a colleague asks to end the lab's rule; [] when nobody does."""
    text = _("One person could then submit and publish alone. It ends when a second person of the lab agrees.")
    return [
        HomeNotice(
            _("%(person)s asks to end the approval of publications by a second person.") % {"person": row["person"]},
            text,
            reverse("publications:lab_rule"),
            _("Answer"),
        )
        for row in rows
    ]


NAMES_TO_CHECK: Final = HomeNoticeSource(_names_to_check_query, _names_to_check_notices, "publication_names")
RULE_TO_END: Final = HomeNoticeSource(_rule_to_end_query, _rule_to_end_notices, "publication_rule")
