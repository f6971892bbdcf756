"""The types of e-mails about a session, and two of their audiences, as stored."""

from typing import Final

DATES: Final = "group_dates"
INVITATION: Final = "stakeholder_invitation"
SUMMARY: Final = "stakeholder_summary"
REPORT_MISSING: Final = "stakeholder_report_missing"
ATTENDANCE: Final = "group_attendance"
CHANGED: Final = "session_changed"  # the notice to people who knew the earlier dates
POSTPONED: Final = "session_postponed"
CANCELLED: Final = "session_cancelled"
NOT_YET_INFORMED: Final = "not_yet_informed"  # expected people who know nothing of the session yet
INFORMED: Final = "informed"  # everybody on the list, and everybody who got an e-mail about the session
