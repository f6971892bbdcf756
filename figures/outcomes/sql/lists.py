"""SQL with one row per idea: its outcome, or the ideas behind one number of the rates."""

from figures.outcomes.sql.tally import COUNTS_AS_KNOWN, COUNTS_NOW, FIRST_REASON, IS_FIRST_REASON, outcomes, reasons_cte


def _columns(*, as_known: bool) -> str:
    """Return SQL for the columns of `IdeaOutcome`, from the tables `o` and `happened` (see `HAPPENED`)."""
    return f"""o.id, o.outcome, o.months, o.state, o.in_part,
       happened.since, CASE WHEN happened.since = o.since THEN o.precision ELSE 'day' END AS precision,
       COALESCE((SELECT {FIRST_REASON.format(column="reason")}
                 FROM prototypes_ideaevent e WHERE o.outcome = 'abandoned' AND e.idea_id = o.ended_as
                 AND e.state = 'abandoned' AND e.effective_on = o.abandoned_on
                 AND {COUNTS_AS_KNOWN if as_known else COUNTS_NOW}
                 ORDER BY {IS_FIRST_REASON} DESC, e.position DESC LIMIT 1), '') AS reason"""  # noqa: S608 - constants only


HAPPENED = """CROSS JOIN LATERAL (
    SELECT CASE o.outcome WHEN 'implemented' THEN o.implemented_on
                          WHEN 'abandoned' THEN o.abandoned_on ELSE o.since END AS since
) AS happened"""


def outcome_by_idea(*, as_known: bool = False, extra_columns: str = "") -> str:
    """Return SQL with one row per idea: id, outcome, months, state, since when, and why it was abandoned, in words.

    With `as_known`, only records made by the parameter `known_at` count. `extra_columns` is SQL for further columns,
    from the table `o`.
    """
    return f"""SELECT * FROM ({outcomes(as_known=as_known)}
SELECT {_columns(as_known=as_known)}{extra_columns} FROM o {HAPPENED}) AS outcome_by_idea
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
