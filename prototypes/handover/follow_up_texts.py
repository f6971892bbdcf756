"""Questions and answers of follow-ups as texts, for pages of the idea and for its public page."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prototypes.enums import FollowUpAnswer, FollowUpStart


def follow_up_title(counted_from: str, months: int) -> str:
    """Return the title of a follow-up question, such as “6 months after hand-over”.

    `counted_from` is the event from which the months count, "handover" or "live".
    """
    if counted_from == FollowUpStart.LIVE:
        text = ngettext("%(months)s month after it went live", "%(months)s months after it went live", months)
    else:
        text = ngettext("%(months)s month after hand-over", "%(months)s months after hand-over", months)
    return text % {"months": months}


def follow_up_answer(counted_from: str, answer: str) -> str:
    """Return the answer to a follow-up question as a sentence: “Live, in part.”, or “Still live, in part.” once the
    idea was live.
    """
    if counted_from == FollowUpStart.HANDOVER:
        return {
            FollowUpAnswer.FULL: _("Live, in full."),
            FollowUpAnswer.PARTIAL: _("Live, in part."),
            FollowUpAnswer.NO: _("Not live."),
            FollowUpAnswer.UNKNOWN: _("Nobody knows whether it is live."),
        }[FollowUpAnswer(answer)]
    return {
        FollowUpAnswer.FULL: _("Still live, in full."),
        FollowUpAnswer.PARTIAL: _("Still live, in part."),
        FollowUpAnswer.NO: _("Not live any more."),
        FollowUpAnswer.UNKNOWN: _("Nobody knows whether it is still live."),
    }[FollowUpAnswer(answer)]
