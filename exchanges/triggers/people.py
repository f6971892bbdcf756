"""How the database knows who is of an edition on a day: member of a cohort of it, or admin of a cohort's authority."""


def of_edition(day: str | None, *, cohorts: str = "") -> str:
    """SQL: the person of the row `u` is of the edition of the exchange `x` on that day; without one, on any day.

    `cohorts` narrows down the cohorts `c` that count.
    """
    member = f"\n        AND daterange(m.starts_on, m.ends_on, '[]') @> {day}" if day else ""
    admin = f"\n        AND daterange(a.since, a.until, '[]') @> {day}" if day else ""
    return f"""(EXISTS (
        SELECT 1 FROM cohorts_membership m JOIN cohorts_cohort c ON c.id = m.cohort_id
        WHERE m.user_id = u.id AND c.edition_id = x.edition_id{cohorts}{member})
    OR EXISTS (
        SELECT 1 FROM programmes_authorityadmin a JOIN cohorts_cohort c ON c.authority_id = a.authority_id
        WHERE a.user_id = u.id AND c.edition_id = x.edition_id{cohorts}{admin}))"""
