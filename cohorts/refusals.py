"""The sentence that people read when the database refuses a row of this app, by rule, with the field it belongs to."""

from django.utils.translation import gettext_lazy as _

from web.database.created_on import NEVER_CHANGES
from web.database.lengths import TEXT_TOO_LONG
from web.database.refusals import RefusalText
from web.dates.plausible import CHECK_THE_YEAR, TOO_LONG
from web.mailboxes import NO_MAILBOX

# Of an address, for whatever reason: whether it has an account is not for the person who records it.
ADDRESS_REFUSED = _("This address cannot be recorded here. Ask the person for another one.")
NO_SIREN = _("This is not a SIREN number: check its nine digits.")
_ANSWERED = _("This request has already been answered.")

SENTENCES: dict[str, RefusalText] = {
    "created_on_fixed": NEVER_CHANGES,
    "cohort_once": (_("This authority has a cohort in the edition already (at this site)."), "authority"),
    "cohort_code_once": (_("Another cohort uses this code."), "code"),
    "cohort_code_letters": (_("The code takes two to five capital letters, such as PDL."), "code"),
    "cohort_slug_once": (_("Another cohort has this name."), "name"),
    "cohort_planned_dates": (_("The cohort ends before it starts: check both planned dates."), "planned_end"),
    "cohort_planned_dates_known": (_("Give the cohort a planned start and end."), "planned_start"),
    "cohort_actual_dates": (_("The cohort ends before it starts: check both dates."), "actual_end"),
    "cohort_plausible_dates": (CHECK_THE_YEAR, "planned_start"),
    "cohort_ten_years": (TOO_LONG, "planned_end"),
    "cohort_state": _("The cohort cannot move from its current state to the one you chose."),
    "cohort_withdrawn_reason": (_("Say why the cohort withdraws."), "reason"),
    "cohort_authority_living": (
        _("This authority no longer exists on that date: choose the authority that succeeded it."),
        "authority",
    ),
    "cohort_seats_hold": (
        _("On some days more ambassadors are active than this number of seats: end a membership first."),
        "seats",
    ),
    "cohort_retrospective_fixed": _("The mark “published facts” cannot be changed."),
    "phase_dates": (_("The phase ends before it starts. Check both dates."), "ends_on"),
    "phase_plausible_dates": (CHECK_THE_YEAR, "starts_on"),
    "phase_once": (_("The cohort has this phase already."), "kind"),
    "replanning_undone_afterwards": _("A proposal can be undone only after it was applied."),
    "replanning_undone_once": _("This proposal of new days has already been undone."),
    "replanning_fixed": _("A proposal of new days cannot be changed once it is applied."),
    "group_rule_role": (_("Choose the role from the list."), "role"),
    "group_rule_group": (_("Give the name of the group."), "group"),
    "group_rule_siren": (NO_SIREN, "siren"),
    "group_rule_authority": (_("Give the SIREN of the authority."), "siren"),
    "group_rule_once": (_("This rule exists already."), "group"),
    "provider_groups_once": _("This person signed in twice at the same moment. Sign in again."),
    "group_grant_of_lab_or_authority": _("A role by a group is one of the lab, or that of the admin of an authority."),
    "group_grant_one_lab_role": _("This person has a role in the lab by a group already."),
    "group_grant_once_for_mandate": _("This mandate was given by a group already."),
    "group_grant_ends_after_it_began": _("A role by a group cannot end before it begins."),
    "group_grant_has_rule": _("No rule of the lab gives this role to a group of this person."),
    "group_grant_fixed": _("The record of a role by a group cannot be changed."),
    "membership_dates": (_("The membership ends before it starts. Check both dates."), "ends_on"),
    "membership_plausible_dates": (CHECK_THE_YEAR, "starts_on"),
    "membership_overlap": (_("This person has that role in the cohort already at these dates."), "email"),
    "membership_one_pilot": (_("The cohort has a pilot at these dates: end that membership first."), "role"),
    "membership_seats": (
        _("Every seat of the cohort is taken on one of these days. Choose other dates, or end a membership first."),
        "role",
    ),
    "membership_attended": (
        _("Attendance is recorded for this person outside these dates. Choose dates that include it."),
        "ends_on",
    ),
    "membership_never_deleted": _("Memberships are never deleted: give this one an end date."),
    "membership_no_truncate": _("Memberships are never deleted: give each an end date."),
    "invitation_into_one": _(
        "An invitation is to one cohort with one of its roles, to be the admin of an authority, or to the lab."
    ),
    "invitation_role_known": (_("Choose the role from the list."), "role"),
    "invitation_mailbox": (NO_MAILBOX, "email"),
    "invitation_email_lower": (_("Addresses are stored in lower case."), "email"),
    "invitation_has_email": (_("An open invitation needs an e-mail address."), "email"),
    "invitation_hashed": _("Only the hash of a link is stored."),
    "invitation_token_once": _("Each invitation has its own link."),
    "invitation_once": (_("This person is invited already and has not answered: send that invitation again."), "email"),
    "invitation_lab_once": (
        _("This person is invited already and has not answered: send that invitation again."),
        "email",
    ),
    "invitation_admin_once": (
        _("This person is invited already and has not answered: send that invitation again."),
        "email",
    ),
    "invitation_one_end": _("An invitation cannot be both accepted and withdrawn."),
    "invitation_in_time": _("This invitation has ended. Ask the person who invited you to send it again."),
    "invitation_revoked_reason": (_("Say why the invitation is withdrawn."), "reason"),
    "invitation_expires": _("An invitation is open for a limited time after it is sent."),
    "invitation_dates": (_("The membership ends before it starts. Check both dates."), "ends_on"),
    "invitation_plausible_dates": (CHECK_THE_YEAR, "starts_on"),
    "address_awaited": (
        _(
            "This address has an open invitation. Once the invitation is accepted or"
            " withdrawn, the address can be used."
        ),
        "email",
    ),
    "invitation_address_once": (
        _("This address belongs to someone else, or was used to invite someone else. Ask the lab."),
        "email",
    ),
    "invitation_address": _(
        "Only the invited person can accept, and only while the invited address is in their account."
    ),
    "invitation_settled": _("An invitation that was answered or withdrawn can no longer be changed."),
    "invitation_token_new": _("A link can only be replaced by a new link that no invitation has had before."),
    "invitation_fixed": _(
        "The person, the role and the cohort or authority of an invitation cannot be changed. Withdraw the"
        " invitation and send a new one."
    ),
    "invitation_kept": _("An invitation cannot be deleted. Withdraw it instead."),
    "invitation_no_truncate": _("An invitation cannot be deleted. Withdraw it instead."),
    "session_number_once": (_("The cohort has a session with this number already."), "number"),
    "session_state": _("The session cannot move from its current state to the one you chose."),
    "session_scheduled_has_days": _("Give the session at least one day first."),
    "session_cancelled_reason": (_("Say why the session is cancelled."), "reason"),
    "session_lead_known": _("Choose who prepared and led the session from the list."),
    "session_outcome_after_it_was_held": (_("Mark the session as held first."), "outcome"),
    "session_reported_has_report": (_("Write the report first."), "report"),
    "session_cancelled_unattended": _(
        "People have already attended this session. Mark it as held; it cannot be cancelled."
    ),
    "session_version": _("E-mails are planned for these days: give the session a new version with its new days."),
    "session_cohort_fixed": _("A session cannot be moved to another cohort."),
    "session_retrospective_fixed": _("The mark “published facts” cannot be changed."),
    "session_method_once": (_("The session uses this method already."), "method"),
    "session_method_texts": (_("Give a title, and write the steps."), "steps"),
    "session_method_minutes": (_("Give the time in minutes, from 1 to 2,400."), "minutes"),
    "session_method_length": (TEXT_TOO_LONG, "steps"),
    "session_method_open": _("This session is cancelled or one of the published facts: no method can be added to it."),
    "session_method_fixed": _("A method of a session cannot be moved to another session."),
    "session_day_once": (_("The session has this day already."), "date"),
    "session_day_plausible_date": (CHECK_THE_YEAR, "date"),
    "session_day_times": (_("The day ends before it starts: check both times."), "ends_at"),
    "session_day_attended": (_("Attendance is recorded for that day: the day can no longer be moved."), "date"),
    "session_day_session_fixed": _("A day cannot be moved to another session."),
    "design_team_one_place": (_("A member of the design team is on site in another cohort that day."), "date"),
    "attendance_one_person": _("Attendance is either a member’s or a stakeholder’s."),
    "attendance_member_once": _("This member’s attendance is recorded already for that day."),
    "attendance_stakeholder_once": _("This stakeholder’s attendance is recorded already for that day."),
    "attendance_half_days": (_("Enter half-days for the people who came, and only for them."), "half_days"),
    "attendance_plausible_dates": CHECK_THE_YEAR,
    "attendance_active": (_("This person is not active in the cohort that day."), "status"),
    "attendance_not_cancelled": (_("The session is cancelled: no attendance can be recorded."), "status"),
    "attendance_not_future": (_("This day is in the future: attendance can only be expected or excused."), "status"),
    "attendance_took_place": (
        _("The dates of the session are not confirmed: attendance cannot be recorded yet."),
        "status",
    ),
    "stakeholder_named": (_("Give the stakeholder a name."), "name"),
    "stakeholder_once": (_("The cohort has this stakeholder already."), "name"),
    "stakeholder_cohort_fixed": _("A stakeholder cannot be moved to another cohort."),
    "stakeholder_erased_is_anonymous": (_("A name does not begin with #. Write the name as people say it."), "name"),
    "stakeholder_erased": _("This stakeholder’s data was erased. Their record can no longer be changed."),
    "stakeholder_contact_consent": (_("Write what the person agreed to, and how they said so."), "consent"),
    "stakeholder_contact_one": _("An address of this stakeholder was recorded just now. Open the page again."),
    "stakeholder_contact_fixed": _("A recorded consent is not changed: record a new one."),
    "stakeholder_contact_once": (ADDRESS_REFUSED, "email"),
    "attendance_texts_of_stakeholders": _("Only stakeholders name a substitute or needs here."),
    "stakeholder_levels": (_("Influence and interest go from 1 to 3."), "influence"),
    "team_state": _("The innovation team cannot move from its current state to the one you chose."),
    "team_once": _("The cohort already has an innovation team: continue with that team, or close it first."),
    "team_dates": (_("These dates are out of order: proposed, prefigured, decided, opened, closed."), "happened_on"),
    "team_not_future": (_("This date is in the future. Record it once the day has come."), "happened_on"),
    "team_plausible_dates": (CHECK_THE_YEAR, "happened_on"),
    "team_dates_known": (_("Give the date of this step."), "happened_on"),
    "team_figures": (_("Posts and budget cannot be below zero."), "posts"),
    "team_follow_up_months": _("A team is asked about 6, 12 and 24 months after it opened."),
    "team_follow_up_answered": _("Give at least one number, or say in a few words what has become of the team."),
    "team_follow_up_figures": (_("People and budget cannot be below zero."), "posts"),
    "team_follow_up_plausible_date": CHECK_THE_YEAR,
    "team_follow_up_due": _("This question is not due yet. Answer it when it is due."),
    "team_follow_up_append_only": _("An answer about a team cannot be changed or deleted. Record another one."),
    "team_follow_up_no_truncate": _("Answers about teams cannot be deleted."),
    "team_retrospective_fixed": _("The mark “published facts” cannot be changed."),
    "access_request_once": _("A request was already made with this account."),
    "access_request_answered": _("Give the day of the answer and the person who gave it."),
    "access_request_reason": (_("Give the reason: the person reads it."), "reason"),
    "access_request_siret": _("A SIRET number has fourteen digits. Check the number."),
    "access_request_state": _ANSWERED,
    "access_request_stays": _ANSWERED,
    "access_request_whose_fixed": _("An access request cannot be moved to another person."),
    "assessment_once": _("You have answered for this moment already."),
    "assessment_scales": _("Choose from 1 to 5."),
    "assessment_moment": _("Choose one of the moments: before, after, then or later."),
    "assessment_pseudonymous": _("Answers are kept under a pseudonym only."),
    "assessment_whose_fixed": _("Answers cannot be moved to another person, cohort or moment."),
}
