"""The messages for database rules of this app, by rule, with the form field they belong to."""

from django.utils.translation import gettext_lazy as _

from web.database.created_on import NEVER_CHANGES
from web.database.refusals import NOT_LISTED, SENT_ALREADY, RefusalText

PUBLISHED_FLAG_FIXED = _("The mark “published facts” cannot be changed.")
EVIDENCE_REQUIRED = _("To confirm an implemented idea, give evidence that it is implemented.")
VALUE_OR_REASON = _("Give the value, or say why it was not measured.")
MEASURED_WHILE_LIVE = _("Give a date between the day the idea went live and today.")
NOT_NEGATIVE = _("This value cannot be negative. Give 0 or more.")
NOT_CONCLUDED = _("This test has no recorded conclusion yet. Log what was observed instead.")

ROUND_CLOSED = _("The rating is closed: ratings and challenges can no longer be changed. Choose challenges again.")

SENTENCES: dict[str, RefusalText] = {
    "created_on_fixed": NEVER_CHANGES,
    "challenge_idempotency_key_unique": SENT_ALREADY,
    "challenge_state": _(
        "The state of this challenge does not allow this change. Open its page to see its current state."
    ),
    "challenge_dropped_reason": (_("Say why the challenge is dropped."), "reason"),
    "challenge_dates": (_("The end date of the challenge is before its start date. Check both dates."), "ended_on"),
    "challenge_retrospective_fixed": PUBLISHED_FLAG_FIXED,
    "challenge_cohort_fixed": _("A challenge cannot move to another cohort."),
    "rating_round_idempotency_key_unique": SENT_ALREADY,
    "rating_round_one_open": _(
        "The cohort already rates challenges. Close that rating first; it is on the page of the challenges."
    ),
    "rating_round_criteria": _("Challenges are rated by at least one criterion, named in both languages."),
    "rating_round_fixed": _("The cohort and the criteria of a choice of challenges cannot be changed."),
    "rating_round_closed_for_good": ROUND_CLOSED,
    "rated_challenge_once": _("This challenge is already in this choice of challenges."),
    "rated_challenge_decision_known": NOT_LISTED,
    "rated_challenge_decision_has_reason": (_("Say what was decided, and why."), "reason"),
    "rated_challenge_of_cohort": _("This challenge belongs to another cohort."),
    "rated_challenge_round_open": ROUND_CLOSED,
    "rated_challenge_fixed": _("The challenges of a choice of challenges cannot be exchanged."),
    "rated_challenge_decided_after_rating": _("Members still rate. Close the rating first, then decide."),
    "rated_challenge_decided_once": _("The decision about this challenge is recorded already."),
    "challenge_rating_once": SENT_ALREADY,
    "challenge_rating_score": _("Give a score from 1 to 5."),
    "challenge_rating_round_open": ROUND_CLOSED,
    "challenge_rating_criterion": _("This criterion is not one of this choice of challenges."),
    "idea_idempotency_key_unique": SENT_ALREADY,
    "idea_reference_once": _("Another idea of the cohort has this reference."),
    "idea_reference_fixed": _("The cohort and the reference of an idea cannot be changed."),
    "idea_state_by_events": _("The state of an idea changes only when an event is recorded. Record an event."),
    "idea_challenge_of_cohort": (_("This challenge belongs to another cohort."), "challenge"),
    "idea_retrospective_fixed": PUBLISHED_FLAG_FIXED,
    "acceptance_request_waiting": _("This idea no longer waits to be accepted. Open its page to see its state."),
    "acceptance_request_append_only": _("A request for acceptance cannot be changed or deleted."),
    "idea_event_append_only": _("The events of an idea cannot be changed or deleted. Record a correction instead."),
    "idea_event_no_truncate": _("The events of an idea cannot be deleted."),
    "idea_event_reported_state": _(
        "An idea known from publications has a single event, as published. Other ideas cannot have an event of"
        " this kind."
    ),
    "idea_event_correction": (
        _("A correction must name an event of this idea that still counts, and give a reason."),
        "reason",
    ),
    "idea_event_date_known": (_("Say when this happened."), "on"),
    "idea_event_not_future": (_("This date is in the future. Record only what has already happened."), "on"),
    "idea_event_after_start": (_("The cohort had not started yet on this date. Give a later date."), "on"),
    "idea_event_in_order": (
        _("A later event is already recorded. Give a later date, or correct that event first."),
        "on",
    ),
    "idea_event_transition": _(
        "The state of this idea does not allow this change. Open its page to see its current state."
    ),
    "idea_event_story_consistent": (
        _(
            "With this date, the rest of the idea’s timeline would no longer be consistent. Give another date,"
            " or correct the rest first."
        ),
        "on",
    ),
    "idea_event_abandoned_reason": (_("Say why the idea is abandoned."), "reason"),
    "idea_event_decision": (_("Say whether the idea is adopted or adapted."), "decision"),
    "idea_event_decided_on_what": (
        _("The idea has no concluded test. Give the reason for the decision."),
        "reason",
    ),
    "idea_event_implemented_evidence": (
        _(
            "To record the idea as implemented, say whether it is live in full or adapted, and give the date and"
            " evidence."
        ),
        "scope",
    ),
    "idea_event_merge_target": (_("Say which idea this one merges into."), "into"),
    "idea_merge_same_edition": (_("An idea can only be merged into another idea of the same edition."), "into"),
    "idea_merge_no_cycle": (_("That idea was already merged into this one. Choose another idea."), "into"),
    "prototype_idempotency_key_unique": SENT_ALREADY,
    "prototype_version_once": _("The idea has a prototype with this version already: try again."),
    "prototype_fidelity": (_("Realism goes from 1 to 5."), "fidelity"),
    "prototype_date_known": (_("Give the date the prototype was made, and its realism."), "made_on"),
    "prototype_made_in_time": (
        _("This date is more than a year before the cohort starts. Check the year."),
        "made_on",
    ),
    "prototype_made_before_its_tests": (
        _("A test of the prototype was held before this day. Check the year."),
        "made_on",
    ),
    "prototype_state": _(
        "The state of this prototype does not allow this change. Open its page to see its current state."
    ),
    "prototype_supersedes_earlier": (
        _("A prototype can only replace an earlier prototype of the same idea."),
        "supersedes",
    ),
    "prototype_retrospective_fixed": PUBLISHED_FLAG_FIXED,
    "prototype_idea_fixed": _("A prototype cannot move to another idea."),
    "trial_idempotency_key_unique": SENT_ALREADY,
    "trial_number_once": _("The prototype has a test with this number already: try again."),
    "trial_state": _("The state of this test does not allow this change. Open its page to see its current state."),
    "trial_lock_known": _("The date and time of locking are missing. Try again."),
    "trial_locked_complete": _("Before you lock the test, write its hypothesis, measure, criterion and threshold."),
    "trial_frozen_once_locked": _("The test is locked: hypothesis, measure, criterion and threshold do not change."),
    "trial_never_deleted": _("A locked test is never deleted: cancel it, and say why."),
    "trial_frozen_once_concluded": _(
        "The conclusion of this test is recorded. To change the figures, correct them and say why."
    ),
    "trial_correction_concluded": NOT_CONCLUDED,
    "trial_correction_complete": _("A correction must give every figure of the test."),
    "trial_correction_changes": _("These figures are already recorded. Change at least one."),
    "trial_correction_reason": (_("Say why the figures are corrected."), "reason"),
    "trial_correction_append_only": _("A correction is never changed or deleted: record another one."),
    "trial_correction_no_truncate": _("A correction is never deleted: record another one."),
    "participant_groups_frozen": _(
        "The conclusion of this test is recorded. To change the figures, correct them and say why."
    ),
    "trial_value_after_lock": (
        _("Lock the test first. A value observed before locking is not evidence."),
        "observed_value",
    ),
    "trial_held_participants": (
        _("Give the date of the test and the number of people who took part (at least one)."),
        "participants",
    ),
    "trial_successes_fit": (
        _("The number of people who succeeded is higher than the number who took part. Check both numbers."),
        "successes",
    ),
    "trial_concluded_result": (_("Say whether the criterion was met."), "result"),
    "trial_concluded_on_what": (
        _("Give the observed value, or mark the test as inconclusive. The conclusion cannot be dated before the test."),
        "observed_value",
    ),
    "trial_result_contradicts": (
        _("This result contradicts the threshold. Explain why in writing, or choose the other result."),
        "contradiction_reason",
    ),
    "trial_cancelled_reason": (_("Say why the test is cancelled."), "reason"),
    "trial_planned_in_time": (
        _("This date is more than a year before the cohort starts, or after it ends. Check the year."),
        "planned_on",
    ),
    "trial_held_in_time": (
        _("On this date the prototype had not been made yet, or the cohort had not started. Check the year."),
        "held_on",
    ),
    "trial_threshold_share": (_("A percentage lies between 0 and 100."), "threshold"),
    "trial_observed_share": (_("A percentage lies between 0 and 100."), "observed_value"),
    "trial_session_of_cohort": (_("This session belongs to another cohort."), "session"),
    "trial_retrospective_fixed": PUBLISHED_FLAG_FIXED,
    "participant_group_once": _("This group is already in the list. Change its number there."),
    "participant_group_count": _("A group counts at least one person."),
    "participant_groups_fit": _("The groups add up to more people than took part. Check the numbers."),
    "trial_note_key_once": SENT_ALREADY,
    "trial_note_outcome_known": _("A note on a test must be used in it or saved as a second version. Try again."),
    "trial_note_settlement_complete": _(
        "To choose between two versions, the person, the time and the choice are needed. Try again."
    ),
    "trial_note_fixed": _("Notes on tests cannot be changed or deleted."),
    "trial_note_choice_known": (NOT_LISTED, "choice"),
    "trial_note_replace_reason": (_("Say why the first note is replaced."), "replace_reason"),
    "trial_note_in_order": _("Your earlier note has not arrived yet. Send the earlier note first."),
    "trial_note_settled_once": _("A choice between these two versions has already been made."),
    "trial_note_no_truncate": _("Notes on tests cannot be deleted."),
    "implementation_origin_once": (
        _("An implementation with this department, scope and day is already recorded. Correct that one instead."),
        "unit",
    ),
    "implementation_corrected_once": _("This implementation was already corrected. Correct the newer entry."),
    "implementation_correction": _(
        "You can correct only an implementation that has been live and has not been"
        " corrected yet, for the same idea and authority."
    ),
    "implementation_correction_reason": (_("Say what was wrong."), "reason"),
    "implementation_end_frozen": _(
        "The date and the reason of the end can no longer be changed. Correct the implementation instead."
    ),
    "implementation_once": (_("This department is recorded already for the idea."), "unit"),
    "implementation_live_evidence": (_("Give the date the idea went live, and the evidence."), "evidence"),
    "implementation_dates": (_("The end date is before the date it went live. Check both dates."), "ended_on"),
    "implementation_end_reason": (_("Say when and why the implementation ended."), "reason"),
    "implementation_state": _(
        "The state of this implementation does not allow this change. Open its page to see its current state."
    ),
    "implementation_origin_home": (_("An idea must first be implemented by its own authority."), "authority"),
    "implementation_live_frozen": _(
        "What is recorded about this implementation can no longer be changed: add a correction that says why."
    ),
    "implementation_withdrawn_by_correction": _(
        "This implementation is still in the idea’s timeline. Correct the event there."
    ),
    "implementation_withdrawn_frozen": _(
        "This implementation was recorded by mistake and withdrawn. It can no longer be changed."
    ),
    "implementation_never_deleted": _("An implementation cannot be deleted. Say when and why it ended."),
    "implementation_retrospective_fixed": PUBLISHED_FLAG_FIXED,
    "implementation_reused_there": (
        _("A cohort of this authority has reused the idea. Record what is live there on the idea of that cohort."),
        "authority",
    ),
    "challenge_stakeholder_once": _("This stakeholder is already in the list."),
    "challenge_stakeholder_of_cohort": (_("This stakeholder is another cohort’s."), "stakeholders"),
    "challenge_session_once": _("This session is already in the list."),
    "challenge_session_of_cohort": (_("This session belongs to another cohort."), "sessions"),
    "idea_author_once": _("This person is a co-author already."),
    "idea_author_of_cohort": (_("A co-author must be, or have been, a member of the idea’s cohort."), "co_authors"),
    "idea_event_abandoned_for": (_("Only an abandoned idea can have a reason for abandonment."), "abandoned_for"),
    "idea_split_stays": _("The idea was split, and its parts replace it. Abandon or merge the parts instead."),
    "lineage_once": _("This link between the two ideas is already recorded."),
    "lineage_no_cycle": _("An idea cannot come from itself, even through other ideas."),
    "lineage_split_at_home": _("The parts of an idea must stay in its cohort."),
    "lineage_split_ended": _("Only a split idea can have parts; otherwise they would count twice."),
    "lineage_reuse_elsewhere": _("Only another cohort can reuse an idea."),
    "lineage_reuse_shared": _(
        "Only a shared or published idea can be reused by another cohort. Ask the cohort of the idea to share it."
    ),
    "lineage_reuse_once": _(
        "Your authority already follows this idea as a replication. Reusing it would count it twice."
    ),
    "lineage_append_only": _("The origin of an idea cannot be changed or deleted."),
    "confirmation_state_known": NOT_LISTED,
    "confirmation_evidence": (EVIDENCE_REQUIRED, "evidence"),
    "confirmation_current_state": _(
        "The state of the idea has changed since you opened this page. Check the idea, then try again."
    ),
    "confirmation_counted": _("You can only confirm running ideas that were accepted and are counted themselves."),
    "confirmation_not_future": _("This date is in the future. Confirm only what has already happened."),
    "confirmation_append_only": _("A confirmation cannot be changed or deleted. Confirm the idea again."),
    "confirmation_no_truncate": _("A confirmation cannot be deleted."),
    "support_once": _("The decision names this test already."),
    "support_of_decision": _("Only a decision can be based on tests."),
    "support_concluded": (_("A decision can only be based on concluded tests of the same idea."), "tests"),
    "support_append_only": _("The tests behind a decision cannot be changed or deleted."),
    "package_once": _("This hand-over has its package already."),
    "package_of_hand_over": _("A package must belong to a hand-over."),
    "package_frozen": _("A package that a department received cannot be changed or deleted."),
    "follow_up_months": _("Follow-ups are due after 3, 6, 12 and 24 months. Choose one of these."),
    "follow_up_evidence": (_("Give evidence that the idea is live."), "evidence"),
    "follow_up_why_not": (_("Say in a few words why the idea is no longer live."), "words"),
    "follow_up_after_hand_over": _("The idea was not handed over, so there is no follow-up to answer."),
    "follow_up_after_live": _("The idea is not live yet: its follow-up counts from the hand-over."),
    "follow_up_append_only": _("A follow-up answer cannot be changed or deleted. Answer again."),
    "follow_up_no_truncate": _("Follow-up answers cannot be deleted."),
    "follow_up_counted_from_known": NOT_LISTED,
    "indicator_once": (
        _("This indicator is already recorded for the idea. Correct that one instead."),
        "measure",
    ),
    "indicator_texts": _("Say what is measured, in which unit, how, and where the baseline comes from."),
    "indicator_not_negative": NOT_NEGATIVE,
    "indicator_baseline_not_future": (
        _("This date is in the future. Give the day on which the baseline was measured."),
        "baseline_on",
    ),
    "indicator_correction_reason": (_("Say what was wrong."), "reason"),
    "indicator_of_decided_idea": _(
        "Indicators are added once the idea is decided and before it is implemented: a baseline chosen later would"
        " prove nothing."
    ),
    "indicator_corrects_first": _("A correction must belong to an indicator of the same idea."),
    "indicator_unit_of_values": (
        _("Values are already recorded in the earlier unit. Keep it, and explain it under “How it is measured”."),
        "unit",
    ),
    "indicator_append_only": _("An indicator cannot be changed or deleted. Correct it and say what was wrong."),
    "indicator_no_truncate": _("Indicators cannot be deleted."),
    "indicator_value_once": _("The follow-up already has a value for this indicator."),
    "indicator_value_or_reason": VALUE_OR_REASON,
    "indicator_value_not_negative": NOT_NEGATIVE,
    "indicator_value_of_idea": _("Only a follow-up of the same idea, once it is live, has values of its indicators."),
    "indicator_value_day": MEASURED_WHILE_LIVE,
    "indicator_value_append_only": _("A recorded value cannot be changed or deleted. Answer the follow-up again."),
    "indicator_value_no_truncate": _("Recorded values cannot be deleted."),
    "trial_criterion_change_reason": (
        _("The previous test of this measure had another success criterion. Say why the criterion changed."),
        "criterion_change_reason",
    ),
    "trial_people_after_lock": (
        _("Lock the test first. People counted before locking are not evidence."),
        "participants",
    ),
    "challenge_kind_known": (NOT_LISTED, "kind"),
    "challenge_state_known": NOT_LISTED,
    "challenge_precisions_known": NOT_LISTED,
    "follow_up_answer_known": (NOT_LISTED, "answer"),
    "idea_event_state_known": (NOT_LISTED, "state"),
    "idea_event_decision_known": (NOT_LISTED, "decision"),
    "idea_event_abandoned_for_known": (NOT_LISTED, "abandoned_for"),
    "idea_event_precision_known": (NOT_LISTED, "precision"),
    "implementation_kind_known": NOT_LISTED,
    "implementation_scope_known": (NOT_LISTED, "scope"),
    "implementation_state_known": NOT_LISTED,
    "implementation_precisions_known": NOT_LISTED,
    "lineage_kind_known": NOT_LISTED,
    "prototype_state_known": NOT_LISTED,
    "trial_state_known": NOT_LISTED,
    "trial_comparator_known": (NOT_LISTED, "comparator"),
    "trial_result_known": (NOT_LISTED, "result"),
    "trial_decision_known": (NOT_LISTED, "decision"),
    "trial_strength_known": (NOT_LISTED, "strength"),
}
