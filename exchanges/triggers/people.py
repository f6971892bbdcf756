"""SQL that checks whether a person is in an edition on a day: as a member, or as admin of a cohort's authority."""


def of_edition(day: str | None, *, cohorts: str = "") -> str:
    """Return an SQL condition: the person `u` is in the edition of the exchange `x` on that day, itself an SQL
    expression.

    In it are members of its cohorts and admins of their authorities. Without a day any day counts. `cohorts` is a
    further SQL condition, starting with AND, on the cohorts `c`.
    """
    member = f"\n        AND daterange(m.starts_on, m.ends_on, '[]') @> {day}" if day else ""
    admin = f"\n        AND daterange(a.since, a.until, '[]') @> {day}" if day else ""
    return f"""(EXISTS (
        SELECT 1 FROM cohorts_membership m JOIN cohorts_cohort c ON c.id = m.cohort_id
        WHERE m.user_id = u.id AND c.edition_id = x.edition_id{cohorts}{member})
    OR EXISTS (
        SELECT 1 FROM programmes_authorityadmin a JOIN cohorts_cohort c ON c.authority_id = a.authority_id
        WHERE a.user_id = u.id AND c.edition_id = x.edition_id{cohorts}{admin}))"""
