"""SQL with one row per idea: its outcome, or the ideas behind one number of the rates."""

from figures.outcomes.sql.tally import COUNTS_AS_KNOWN, COUNTS_NOW, FIRST_REASON, IS_FIRST_REASON, outcomes, reasons_cte


def _columns(*, as_known: bool) -> str:
    """Return SQL for the columns of `IdeaOutcome`, from the tables `o` and `happened` (see `HAPPENED`).

    The day of acceptance is as precise as its event. A part of a split idea has the day of the whole idea; if that day
    is imprecise, it is given as known to the month.
    """
    counts = COUNTS_AS_KNOWN if as_known else COUNTS_NOW
    return f"""o.id, o.outcome, o.months, o.state, o.in_part,
       happened.since, CASE WHEN happened.since = o.since THEN o.precision ELSE 'day' END AS precision,
       COALESCE((SELECT {FIRST_REASON.format(column="reason")}
                 FROM prototypes_ideaevent e WHERE o.outcome = 'abandoned' AND e.idea_id = o.ended_as
                 AND e.state = 'abandoned' AND e.effective_on = o.abandoned_on
                 AND {counts}
                 ORDER BY {IS_FIRST_REASON} DESC, e.position DESC LIMIT 1), '') AS reason,
       CASE WHEN o.accepted_on <= %(as_of)s THEN o.accepted_on END AS accepted_on,
       COALESCE((SELECT MAX(e.precision) FROM prototypes_ideaevent e
                 WHERE o.accepted_on = ANY(o.vaguely_accepted) AND e.idea_id = o.id AND e.state = 'accepted'
                 AND e.effective_on = o.accepted_on AND {counts}),
                CASE WHEN o.accepted_on = ANY(o.vaguely_accepted) THEN 'month' ELSE 'day' END) AS acceptance"""  # noqa: S608 - constants only


HAPPENED = """CROSS JOIN LATERAL (
    SELECT CASE o.outcome WHEN 'implemented' THEN o.implemented_on
                          WHEN 'abandoned' THEN o.abandoned_on ELSE o.since END AS since
) AS happened"""


def outcome_by_idea(*, as_known: bool = False) -> str:
    """Return SQL with one row per idea in the columns of `IdeaOutcome`.

    With `as_known`, only records made by the parameter `known_at` count.
    """
    return f"""SELECT * FROM ({outcomes(as_known=as_known)}
SELECT {_columns(as_known=as_known)} FROM o {HAPPENED}) AS outcome_by_idea
"""  # noqa: S608 - constants only


def ideas_with_outcome(*, as_known: bool = False) -> str:
    """Return SQL for one page of ideas with an outcome: the columns of `outcome_by_idea`, and the number of ideas.

    The parameter `outcome` is "" for all accepted ideas, or a slug such as “open” or “unconfirmed”; with “reason”, the
    parameter `reason` says which reason of abandonment. With `as_known`, only records made by the parameter `known_at`
    count.
    """
    return f"""SELECT * FROM ({outcomes(as_known=as_known)}, {reasons_cte(as_known=as_known)}
SELECT {_columns(as_known=as_known)}, COUNT(*) OVER () AS ideas
FROM o {HAPPENED} JOIN prototypes_idea i ON i.id = o.id JOIN cohorts_cohort c ON c.id = i.cohort_id
     LEFT JOIN reasons g ON o.outcome = 'abandoned' AND g.idea_id = o.ended_as AND g.effective_on = o.abandoned_on
WHERE o.own AND NOT o.retrospective AND CASE %(outcome)s
    WHEN '' THEN o.months IS NOT NULL
    WHEN 'discontinued' THEN o.outcome = 'implemented' AND o.still_live IS NOT TRUE
    WHEN 'unconfirmed' THEN o.months IS NOT NULL AND o.confirmed IS NOT TRUE
    WHEN 'imprecise' THEN o.months IS NOT NULL AND o.vague
    WHEN 'reason' THEN o.outcome = 'abandoned' AND COALESCE(g.reason, '') = %(reason)s
    ELSE o.outcome = %(outcome)s END
ORDER BY c.code, i.number OFFSET %(skip)s LIMIT %(limit)s) AS ideas_with_outcome
"""  # noqa: S608 - constants only


OUTCOME_BY_IDEA, OUTCOME_BY_IDEA_AS_KNOWN = outcome_by_idea(), outcome_by_idea(as_known=True)
IDEAS_WITH_OUTCOME, IDEAS_WITH_OUTCOME_AS_KNOWN = ideas_with_outcome(), ideas_with_outcome(as_known=True)
