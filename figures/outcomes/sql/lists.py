"""The SQL of ideas row by row: what became of each, and those behind one number of the rates."""

from figures.outcomes.sql.tally import COUNTS_NOW, COUNTS_THEN, FIRST_GIVEN, FIRST_TOLD, given, outcomes


def one_by_one(*, known: bool = False, more: str = "") -> str:
    """The same a row an idea, with the reason in words; `more` are further columns, of `o`."""
    return f"""SELECT * FROM ({outcomes(known=known)}
SELECT o.id, o.outcome, o.months, o.state, o.in_part,
       happened.since, CASE WHEN happened.since = o.since THEN o.precision ELSE 'day' END AS precision,
       COALESCE((SELECT {FIRST_GIVEN.format(column="reason")}
                 FROM prototypes_ideaevent e WHERE o.outcome = 'abandoned' AND e.idea_id = o.ended_as
                 AND e.state = 'abandoned' AND e.effective_on = o.abandoned_on
                 AND {COUNTS_THEN if known else COUNTS_NOW}
                 ORDER BY {FIRST_TOLD} DESC, e.place DESC LIMIT 1), '') AS reason{more}
FROM o CROSS JOIN LATERAL (
    SELECT CASE o.outcome WHEN 'implemented' THEN o.implemented_on
                          WHEN 'abandoned' THEN o.abandoned_on ELSE o.since END AS since
) AS happened) AS told_one_by_one
"""  # noqa: S608 - constants only


def of_outcome(*, known: bool = False) -> str:
    """One page of the ideas of some outcome that the reader may see one by one, by reference; and how many there are.

    `outcome` is "" for all accepted, one of those above, or a slug of `figures.outcomes.categories`; `reason` goes with
    "reason".
    """
    return f"""SELECT * FROM ({outcomes(known=known)}, {given(known=known)}
SELECT o.id, COUNT(*) OVER () AS ideas
FROM o JOIN prototypes_idea i ON i.id = o.id JOIN cohorts_cohort c ON c.id = i.cohort_id
     LEFT JOIN given g ON o.outcome = 'abandoned' AND g.idea_id = o.ended_as AND g.effective_on = o.abandoned_on
WHERE o.own AND NOT o.retrospective AND CASE %(outcome)s
    WHEN '' THEN o.months IS NOT NULL
    WHEN 'discontinued' THEN o.outcome = 'implemented' AND o.standing IS NOT TRUE
    WHEN 'unconfirmed' THEN o.months IS NOT NULL AND o.confirmed IS NOT TRUE
    WHEN 'imprecise' THEN o.months IS NOT NULL AND o.vague
    WHEN 'reason' THEN o.outcome = 'abandoned' AND COALESCE(g.reason, '') = %(reason)s
    ELSE o.outcome = %(outcome)s END
ORDER BY c.code, i.number OFFSET %(skip)s LIMIT %(most)s) AS of_outcome
"""  # noqa: S608 - constants only


ONE_BY_ONE, ONE_BY_ONE_THEN = one_by_one(), one_by_one(known=True)
OF_OUTCOME, OF_OUTCOME_THEN = of_outcome(), of_outcome(known=True)
