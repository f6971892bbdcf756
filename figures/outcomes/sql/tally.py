"""The SQL behind the rates: which ideas count, with which outcome and since when, now or as known at a past moment."""

from typing import NamedTuple

from figures import rates
from figures.outcomes.outcome_counts import HORIZONS
from figures.outcomes.sql.splits import FAMILY, UNITS, with_family
from prototypes.enums import COUNTED_SCOPES, CURRENTLY_LIVE, EVER_LIVE, IdeaState
from prototypes.ideas.triggers import sql_list


def with_completed_months(spans: str) -> str:
    """Return SQL that adds the column `months` between `accepted_on` and `until` to the rows of the SQL table `spans`.

    Whole months first (an earlier day of the month is complete where it is the month's last), then the elapsed share of
    the running one, exactly as `figures.rates.months_between` calculates it.
    """
    return f"""
    SELECT f.*, w.whole + (f.until - (f.accepted_on + make_interval(months => w.whole))::date)::float8
                / ((f.accepted_on + make_interval(months => w.whole + 1))::date
                   - (f.accepted_on + make_interval(months => w.whole))::date) AS months
    FROM {spans} f CROSS JOIN LATERAL (
        SELECT (12 * (date_part('year', f.until) - date_part('year', f.accepted_on))
                + date_part('month', f.until) - date_part('month', f.accepted_on))::int
               - (date_part('day', f.until) < date_part('day', f.accepted_on)
                  AND date_part('day', f.until + 1) <> 1)::int AS whole OFFSET 0) w
"""  # noqa: S608 - constants only


# Whether the event `e` counts: now, and at a past moment (`known_at`).
SUPERSEDED = """
WITH RECURSIVE superseded AS MATERIALIZED (
    SELECT e.corrects_id AS id FROM prototypes_ideaevent e WHERE e.corrects_id IS NOT NULL AND {recorded}
)"""
RECORDED_BY_THEN = "e.recorded_at <= %(known_at)s"
COUNTS_NOW = "NOT EXISTS (SELECT 1 FROM superseded r WHERE r.id = e.id)"
COUNTS_AS_KNOWN = f"{RECORDED_BY_THEN} AND {COUNTS_NOW}"

# Whether the implementation `m` counts, wherever it is; and whether it is live on the day asked for.
COUNTED_IMPLEMENTATION = f"""m.scope IN ({sql_list(COUNTED_SCOPES)}) AND m.state IN ({sql_list(EVER_LIVE)})
      AND m.live_on IS NOT NULL AND m.evidence <> '' AND NOT m.retrospective"""
LIVE_THAT_DAY = "m.live_on <= %(as_of)s AND (m.ended_on IS NULL OR m.ended_on > %(as_of)s)"

# A period needs a day of acceptance that has come: ideas only captured and most published ones have none.
PERIOD = """((%(accepted_from)s::date IS NULL AND %(accepted_until)s::date IS NULL)
           OR {accepted_on} BETWEEN COALESCE(%(accepted_from)s::date, '-infinity')
                            AND LEAST(%(accepted_until)s::date, %(as_of)s::date))"""

# All ideas that may have an imprecise day that counts; `o.vague` tells which do.
IMPRECISE_IDEAS = """SELECT e.idea_id FROM prototypes_ideaevent e WHERE e.precision <> 'day'
    UNION SELECT m.idea_id FROM prototypes_implementation m WHERE m.live_precision <> 'day'
    UNION SELECT m.idea_id FROM prototypes_implementationevent m WHERE m.live_precision <> 'day'
    UNION SELECT unnest(ARRAY[l.child_id, l.parent_id]) FROM prototypes_lineage l WHERE l.kind = 'split'"""
COLUMNS = """i.id, i.cohort_id, i.state, i.state_since, i.state_precision, i.accepted_on, i.implemented_on,
           CASE WHEN i.last_update_on <= %(as_of)s THEN i.last_update_on > %(stale_cutoff)s END AS confirmed,
           i.retrospective,
           (%(own)s::bigint[] IS NULL OR c.authority_id = ANY(%(own)s::bigint[])) AS own"""
# The kind of challenge asked for: of the idea's challenge today; or as both were at the moment `known_at`, from their
# history. Where that began later, as for imported rows, its first row counts; without any history, the present one.
KIND_NOW = "i.challenge_id IN (SELECT h.id FROM prototypes_challenge h WHERE h.kind = %(kind)s)"
THAT_MOMENT_FIRST = """ORDER BY v.pgh_created_at > %(known_at)s,
    CASE WHEN v.pgh_created_at <= %(known_at)s THEN -v.pgh_id ELSE v.pgh_id END LIMIT 1"""
KIND_AS_KNOWN = f"""%(kind)s = (
    SELECT COALESCE((SELECT v.kind FROM prototypes_challengeevent v
                     WHERE v.pgh_obj_id = h.id {THAT_MOMENT_FIRST}), h.kind)
    FROM prototypes_challenge h WHERE h.id = CASE
        WHEN EXISTS (SELECT 1 FROM prototypes_ideahistory v WHERE v.pgh_obj_id = i.id)
        THEN (SELECT v.challenge_id FROM prototypes_ideahistory v WHERE v.pgh_obj_id = i.id {THAT_MOMENT_FIRST})
        ELSE i.challenge_id END)"""  # noqa: S608 - constants only


def requested_ideas(kind: str, only: str) -> str:
    """Return SQL for the ideas that a scope asks for; `kind` is the SQL condition of their kind of challenge.

    `only` is SQL for the ids of the only ideas to read, "" for all.
    """
    chosen = f"i.id = ANY(ARRAY({only}))" if only else "TRUE"
    return f"""
    SELECT {COLUMNS}, TRUE AS is_requested
    FROM prototypes_idea i JOIN cohorts_cohort c ON c.id = i.cohort_id
    WHERE (%(authority)s::bigint IS NULL OR c.authority_id = %(authority)s)
      AND (%(edition)s::bigint IS NULL OR c.edition_id = %(edition)s)
      AND (%(cohort)s::bigint IS NULL OR c.id = %(cohort)s)
      AND (%(report_cohorts)s::bigint[] IS NULL OR c.id = ANY(%(report_cohorts)s::bigint[]))
      AND (%(ids)s::bigint[] IS NULL OR i.id = ANY(%(ids)s::bigint[]))
      AND {chosen}
      AND (%(kind)s = '' OR {kind})
      AND (%(own)s::bigint[] IS NULL OR c.authority_id = ANY(%(own)s::bigint[])
           OR (%(everyone)s AND (c.retrospective OR c.id = ANY(%(shared)s::bigint[]))))
"""  # noqa: S608 - constants only


# Ideas with the ideas they are part of: a part of a split idea keeps the clock of the whole.
KIN = """
kin (id, whole) AS (
    SELECT l.child_id, l.parent_id FROM {ideas} i JOIN prototypes_lineage l ON l.child_id = i.id
    WHERE l.kind = 'split' AND {accepted}
    UNION SELECT k.id, l.parent_id FROM kin k JOIN prototypes_lineage l ON l.child_id = k.whole
    WHERE l.kind = 'split' AND {accepted}
)"""
# An array rather than a join: few ideas are then looked up by the index, and many as quickly as by reading it all. For
# the same reason OFFSET 0 keeps EXISTS from becoming a join.
IN_IDEAS = "ANY(ARRAY(SELECT i.id FROM ideas i))"
ACCEPTED_NOW = "(SELECT w.accepted_on FROM prototypes_idea w WHERE w.id = l.parent_id) IS NOT NULL"


def _ideas_now(only: str) -> str:
    """Return SQL for the ideas of a scope (`ideas`) and their implementations (`works`), as they are now.

    `only` is SQL for the ids of the only ideas to read, "" for all.
    """
    return f"""{SUPERSEDED.format(recorded="TRUE")},
requested AS ({requested_ideas(KIND_NOW, only)} AND {PERIOD.format(accepted_on="i.accepted_on")}),
{FAMILY.format(counts=COUNTS_NOW)}, ideas AS ({with_family(COLUMNS)}),
{KIN.format(ideas="ideas", accepted=ACCEPTED_NOW)},
works AS (SELECT m.* FROM prototypes_implementation m WHERE m.idea_id = {IN_IDEAS})"""  # noqa: S608 - constants only


# As known at a past moment: stored columns do not tell, so states come from the events recorded by then, and
# implementations from their history. An implementation is known since it was written down, or since its event was
# recorded, where that is earlier: imported rows were known before they came here. Events exist for the idea's own
# implementation only, never for a replication. Published facts are those of today.
ACCEPTED_AS_KNOWN = f"""EXISTS (SELECT 1 FROM prototypes_ideaevent e
    WHERE e.idea_id = l.parent_id AND e.state = 'accepted' AND {COUNTS_AS_KNOWN} OFFSET 0)"""  # noqa: S608 - constants only


def _ideas_as_known(only: str) -> str:
    """Return SQL for the ideas of a scope and their implementations as `_ideas_now` does, as known at `known_at`."""
    return f"""{SUPERSEDED.format(recorded=RECORDED_BY_THEN)},
requested AS ({requested_ideas(KIND_AS_KNOWN, only)}),
{FAMILY.format(counts=COUNTS_AS_KNOWN)}, related AS ({with_family(COLUMNS)}),
{KIN.format(ideas="related", accepted=ACCEPTED_AS_KNOWN)},
clock AS (
    SELECT w.id, MIN(w.effective_on) AS accepted_on
    FROM (SELECT c.id, c.id AS whole, e.effective_on FROM related c JOIN prototypes_ideaevent e ON e.idea_id = c.id
          WHERE e.state = 'accepted' AND {COUNTS_AS_KNOWN}
          UNION ALL SELECT k.id, k.whole, e.effective_on FROM kin k JOIN prototypes_ideaevent e ON e.idea_id = k.whole
          WHERE e.state = 'accepted' AND e.idea_id = ANY(ARRAY(SELECT k.whole FROM kin k)) AND {COUNTS_AS_KNOWN}) w
    GROUP BY w.id HAVING bool_or(w.whole = w.id)
), ended AS (
    SELECT e.idea_id, MIN(e.effective_on) AS implemented_on
    FROM related c JOIN prototypes_ideaevent e ON e.idea_id = c.id
    WHERE e.state = 'implemented' AND {COUNTS_AS_KNOWN} GROUP BY e.idea_id
), ideas AS (
    SELECT c.id, c.cohort_id, c.state, CASE WHEN c.retrospective THEN c.state_since ELSE 'infinity' END AS state_since,
           c.state_precision, CASE WHEN c.retrospective THEN c.accepted_on ELSE k.accepted_on END AS accepted_on,
           n.implemented_on, NULL::boolean AS confirmed, c.retrospective, c.own, c.is_requested
    FROM related c LEFT JOIN clock k ON k.id = c.id LEFT JOIN ended n ON n.idea_id = c.id
    WHERE (NOT c.retrospective OR c.state = '' OR EXISTS (
               SELECT 1 FROM prototypes_ideaevent e WHERE e.idea_id = c.id AND e.recorded_at <= %(known_at)s))
      AND (NOT c.is_requested
           OR {PERIOD.format(accepted_on="CASE WHEN c.retrospective THEN c.accepted_on ELSE k.accepted_on END")})
), works AS (
    SELECT DISTINCT ON (v.pgh_obj_id) v.* FROM prototypes_implementationevent v
    WHERE v.idea_id = {IN_IDEAS}
      AND (v.pgh_created_at <= %(known_at)s OR (v.kind = 'origin' AND v.state IN ({sql_list(CURRENTLY_LIVE)})
           AND EXISTS (
        SELECT 1 FROM prototypes_ideaevent e WHERE e.idea_id = v.idea_id AND e.state = '{IdeaState.IMPLEMENTED}'
        AND e.effective_on = v.live_on AND e.recorded_at <= %(known_at)s)))
    ORDER BY v.pgh_obj_id, v.pgh_id DESC
)"""  # noqa: S608 - constants only


class UpdateSource(NamedTuple):
    """Rows `s` that count as an update of `idea` on some `days`, as in the triggers that set `last_update_on`.

    `history_rows` are the same rows as they were written at the time, and `recorded_at` is when; by default those of
    their history.
    """

    rows: str
    days: str
    idea: str = "s.idea_id"
    history_rows: str = ""
    recorded_at: str = "s.pgh_created_at"


UPDATE_SOURCES = (
    UpdateSource(
        "prototypes_ideaevent s", "s.recorded_on", history_rows="prototypes_ideaevent s", recorded_at="s.recorded_at"
    ),
    UpdateSource("prototypes_prototype s", "s.made_on", history_rows="prototypes_prototypeevent s"),
    UpdateSource(
        "prototypes_trial s JOIN prototypes_prototype p ON p.id = s.prototype_id",
        "s.locked_on, s.held_on, s.concluded_on",
        idea="p.idea_id",
        history_rows="prototypes_trialevent s JOIN prototypes_prototype p ON p.id = s.prototype_id",
    ),
    UpdateSource("prototypes_followup s", "s.noted_on", history_rows="prototypes_followupevent s"),
    UpdateSource(
        "(SELECT * FROM prototypes_implementation WHERE kind = 'origin' AND state <> 'planned') s",
        "s.live_on, s.ended_on, s.created_on",
        history_rows="(SELECT v.*, m.created_on FROM prototypes_implementationevent v JOIN prototypes_implementation m"
        " ON m.id = v.pgh_obj_id WHERE v.kind = 'origin' AND v.state <> 'planned') s",
    ),
    UpdateSource(
        "prototypes_confirmation s",
        "s.confirmed_on",
        history_rows="prototypes_confirmation s",
        recorded_at="s.recorded_at",
    ),
)


def _updates(*, as_known: bool) -> str:
    """Return SQL for the ids of ideas that had an update in the six months before the day of the figures.

    It looks only at ideas whose latest update came after that day. With `as_known`, only records made by the parameter
    `known_at` count.
    """
    return " UNION ALL ".join(_updates_of(source, as_known=as_known) for source in UPDATE_SOURCES)


def _updates_of(source: UpdateSource, *, as_known: bool) -> str:
    """Return SQL for the ids of ideas that one source (such as tests) updated in the six months before the day.

    With `as_known`, only records made by the parameter `known_at` count.
    """
    days = " OR ".join(f"({day} > %(stale_cutoff)s AND {day} <= %(as_of)s)" for day in source.days.split(", "))
    rows, by_then = (
        (source.history_rows, f"{source.recorded_at} <= %(known_at)s") if as_known else (source.rows, "TRUE")
    )
    return f"""SELECT {source.idea} AS idea_id FROM {rows} JOIN late i ON i.id = {source.idea}
    WHERE i.is_update_unknown AND ({days}) AND {by_then}"""  # noqa: S608


# The reason of an abandonment is the first one recorded; a correction may have moved its day (`position` names that
# event).
FIRST_REASON = """CASE WHEN e.corrects_id IS NULL THEN e.{column} ELSE (
        SELECT CASE WHEN first.state = 'abandoned' THEN first.{column} ELSE e.{column} END
        FROM prototypes_ideaevent first WHERE first.id = e.position) END"""
IS_FIRST_REASON = """(e.corrects_id IS NULL
        OR EXISTS (SELECT 1 FROM prototypes_ideaevent first
                   WHERE first.id = e.position AND first.state = 'abandoned'))"""

# An idea stores the state of its latest event; `past_states` reads the events only where that is not enough: the idea
# changed after the as-of date, or corrections may have repeated the state it was abandoned in. An implementation has
# its own date, frozen once live: it yields to the idea's events only where one of them was corrected. `vague` are days
# known to the month or the year only. OFFSET 0 keeps PostgreSQL from working out the same expression once for each
# mention. `late` are the ideas whose events may be needed.
OUTCOMES = f"""
{{ideas}}, late AS MATERIALIZED (
    SELECT i.id, i.state, i.state_since, i.confirmed IS NULL AS is_update_unknown FROM ideas i
    WHERE NOT i.retrospective AND (i.state_since > %(as_of)s OR i.state = 'abandoned' OR i.confirmed IS NULL)
), corrected AS (
    SELECT e.idea_id, bool_or(named.state = 'implemented') AS implementation
    FROM ideas i JOIN prototypes_ideaevent e ON e.idea_id = i.id
         JOIN prototypes_ideaevent named ON named.id = e.corrects_id
    WHERE e.corrects_id IS NOT NULL AND {{recorded}} GROUP BY e.idea_id
), past_states AS (
    SELECT e.idea_id, e.state, e.effective_on, e.position, e.precision,
           lag(e.state) OVER (PARTITION BY e.idea_id ORDER BY e.effective_on, e.position) AS before
    FROM late i JOIN prototypes_ideaevent e ON e.idea_id = i.id LEFT JOIN corrected x ON x.idea_id = i.id
    WHERE (i.state_since > %(as_of)s OR (i.state = 'abandoned' AND x.idea_id IS NOT NULL))
      AND e.effective_on <= %(as_of)s AND {{counts}}
), latest_state AS (
    SELECT t.idea_id,
           (array_agg(t.state ORDER BY t.effective_on DESC, t.position DESC))[1] AS state,
           (array_agg(t.effective_on ORDER BY t.effective_on DESC, t.position DESC))[1] AS since,
           (array_agg(t.precision ORDER BY t.effective_on DESC, t.position DESC))[1] AS precision,
           MAX(t.effective_on) FILTER (
               WHERE t.state = 'abandoned' AND t.before IS DISTINCT FROM 'abandoned') AS abandoned_on
    FROM past_states t GROUP BY t.idea_id
), live AS (
    SELECT m.idea_id, MIN(m.live_on) FILTER (WHERE m.kind = 'origin') AS live_on,
           MIN(m.live_on) FILTER (WHERE m.kind = 'origin' AND m.live_precision = 'day') AS precisely_on,
           bool_or(m.kind = 'origin' AND {LIVE_THAT_DAY}) AS still_live,
           bool_or(m.kind = 'replication' AND {LIVE_THAT_DAY}) AS replicated
    FROM works m WHERE {COUNTED_IMPLEMENTATION} GROUP BY m.idea_id
), signs AS (
    SELECT g.idea_id FROM ({{signs}}) g GROUP BY g.idea_id
), vague AS (
    SELECT e.id AS idea_id, array_agg(e.effective_on) FILTER (WHERE e.state = 'accepted') AS accepted,
           array_agg(e.effective_on) FILTER (WHERE e.state = 'abandoned') AS abandoned,
           array_agg(e.effective_on) FILTER (WHERE e.state = 'implemented') AS implemented
    FROM (SELECT i.id, e.state, e.effective_on FROM ideas i JOIN prototypes_ideaevent e ON e.idea_id = i.id
          WHERE e.precision <> 'day' AND {{counts}}
          UNION ALL SELECT k.id, e.state, e.effective_on FROM kin k JOIN prototypes_ideaevent e ON e.idea_id = k.whole
          WHERE e.precision <> 'day' AND e.state = 'accepted' AND {{counts}}) e
    GROUP BY e.id
), dated AS (
    SELECT i.id, i.own, i.is_requested, i.cohort_id, i.retrospective, i.accepted_on, l.still_live, l.replicated,
           COALESCE(s.abandoned_on, i.state_since) AS abandoned_on,
           CASE WHEN i.retrospective OR i.state_since <= %(as_of)s THEN i.state ELSE s.state END AS state,
           CASE WHEN i.state_since <= %(as_of)s THEN i.state_since ELSE s.since END AS since,
           CASE WHEN i.state_since <= %(as_of)s THEN i.state_precision ELSE s.precision END AS precision,
           CASE WHEN l.live_on IS NOT NULL AND x.implementation THEN i.implemented_on
                ELSE l.live_on END AS implemented_on,
           CASE WHEN x.implementation THEN i.implemented_on = ANY(v.implemented)
                ELSE l.precisely_on IS DISTINCT FROM l.live_on END AS implemented_vaguely,
           v.accepted AS vaguely_accepted, v.abandoned AS vaguely_abandoned,
           COALESCE(i.confirmed, g.idea_id IS NOT NULL) AS confirmed
    FROM ideas i LEFT JOIN latest_state s ON s.idea_id = i.id LEFT JOIN live l ON l.idea_id = i.id
         LEFT JOIN corrected x ON x.idea_id = i.id LEFT JOIN vague v ON v.idea_id = i.id
         LEFT JOIN signs g ON g.idea_id = i.id
    WHERE NOT i.retrospective OR i.state_since IS NULL OR i.state_since <= %(as_of)s
    OFFSET 0
), sorted AS (
    SELECT d.*, CASE WHEN d.retrospective THEN 'retrospective'
                     WHEN d.state = 'merged' THEN 'merged'
                     WHEN d.state = 'split' THEN 'split'
                     WHEN d.accepted_on IS NULL OR d.accepted_on > %(as_of)s THEN 'captured'
                     WHEN d.implemented_on <= %(as_of)s THEN 'implemented'
                     WHEN d.state = 'abandoned' THEN 'abandoned'
                     ELSE 'open' END AS outcome
    FROM dated d WHERE d.retrospective OR d.state <> ''
    OFFSET 0
), {UNITS}, followed AS (
    SELECT s.*, CASE s.outcome WHEN 'implemented' THEN GREATEST(s.implemented_on, s.accepted_on)
                               WHEN 'abandoned' THEN s.abandoned_on
                               WHEN 'open' THEN %(as_of)s::date END AS until,
           CASE WHEN s.implemented_vaguely OR s.vaguely_accepted IS NOT NULL OR s.vaguely_abandoned IS NOT NULL THEN
               COALESCE(s.accepted_on = ANY(s.vaguely_accepted), FALSE)
               OR COALESCE(CASE s.outcome WHEN 'implemented' THEN s.implemented_vaguely
                                          WHEN 'abandoned' THEN s.abandoned_on = ANY(s.vaguely_abandoned) END, FALSE)
               ELSE FALSE END AS vague
    FROM units s
    OFFSET 0
), o AS ({with_completed_months("followed")})
"""  # noqa: S608 - constants only


def outcomes(*, as_known: bool, only: str = "") -> str:
    """Return SQL that ends with the table `o`: one row per idea with its outcome and months.

    With `as_known`, only records made by the parameter `known_at` count. `only` is SQL for the ids of the only ideas to
    read, "" for all.
    """
    return OUTCOMES.format(
        ideas=_ideas_as_known(only) if as_known else _ideas_now(only),
        recorded=RECORDED_BY_THEN if as_known else "TRUE",
        counts=COUNTS_AS_KNOWN if as_known else COUNTS_NOW,
        signs=_updates(as_known=as_known),
    )


def reasons_cte(*, as_known: bool) -> str:
    """Return SQL for the common table expression `reasons`: the reason chosen for an abandonment, by idea and day.

    With `as_known`, only records made by the parameter `known_at` count.
    """
    return f"""reasons AS (
    SELECT DISTINCT ON (e.idea_id, e.effective_on) e.idea_id, e.effective_on,
           {FIRST_REASON.format(column="abandoned_for")} AS reason
    FROM late i JOIN prototypes_ideaevent e ON e.idea_id = i.id
    WHERE e.state = 'abandoned' AND {COUNTS_AS_KNOWN if as_known else COUNTS_NOW}
    ORDER BY e.idea_id, e.effective_on, {IS_FIRST_REASON} DESC, e.position DESC)"""  # noqa: S608 - constants only


def tally(*, as_known: bool = False) -> str:
    """Return SQL that counts ideas by outcome, months and reason of abandonment, then again by cohort.

    Merged ideas have the months until they were merged. Rows of a cohort also count its ideas accepted 12 months ago or
    earlier, and those implemented within 12 months, and list the months of its ideas by outcome. Each row repeats the
    median of the days from capture to acceptance of all ideas. With `as_known`, only records made by the parameter
    `known_at` count.
    """
    counts = COUNTS_AS_KNOWN if as_known else COUNTS_NOW
    merged = """(SELECT o.accepted_on, GREATEST(o.accepted_on, o.since, p.since) AS until
        WHERE o.outcome = 'merged' AND o.accepted_on <= %(as_of)s)"""
    months_of_cohort = ", ".join(
        f"CASE WHEN GROUPING(s.cohort_id) = 0 THEN array_agg(s.months) FILTER (WHERE s.outcome = '{outcome}') END"
        f" AS months_{outcome}"
        for outcome in rates.OUTCOMES
    )
    return f"""SELECT * FROM ({outcomes(as_known=as_known)}, {reasons_cte(as_known=as_known)}, captures AS (
    SELECT e.idea_id, MIN(e.effective_on) AS captured_on FROM ideas i JOIN prototypes_ideaevent e ON e.idea_id = i.id
    WHERE e.state = 'captured' AND {counts} GROUP BY e.idea_id
), sides AS (
    SELECT o.outcome, COALESCE(o.months, m.months) AS months, o.until, o.cohort_id, o.own, o.confirmed, o.vague,
           o.replicated, o.in_part, CASE WHEN o.until IS NOT NULL THEN o.accepted_on - n.captured_on END AS days,
           o.until IS NOT NULL AND (o.accepted_on + INTERVAL '{HORIZONS[0]} months') <= %(as_of)s AS followed,
           o.outcome = 'implemented' AS implemented, o.still_live AND o.outcome = 'implemented' AS still_live,
           CASE WHEN o.retrospective THEN o.state WHEN g.idea_id IS NOT NULL THEN g.reason ELSE '' END AS detail
    FROM o LEFT JOIN reasons g ON o.outcome = 'abandoned' AND g.idea_id = o.ended_as AND g.effective_on = o.abandoned_on
         LEFT JOIN captures n ON n.idea_id = o.id
         LEFT JOIN (SELECT f.root, MAX(f.since) AS since FROM family f GROUP BY 1) p
             ON o.state = 'split' AND p.root = o.id
         LEFT JOIN LATERAL ({with_completed_months(merged)}) m ON TRUE
    OFFSET 0
)
SELECT s.outcome, s.months, s.detail, s.cohort_id, COUNT(*) AS ideas,
       COUNT(*) FILTER (WHERE s.own) AS own, COUNT(*) FILTER (WHERE s.still_live) AS still_live,
       COUNT(*) FILTER (WHERE s.confirmed) AS confirmed, COUNT(*) FILTER (WHERE s.vague) AS vague,
       COUNT(*) FILTER (WHERE s.replicated) AS replicated,
       COUNT(s.until) AS accepted, COUNT(*) FILTER (WHERE s.implemented) AS implemented,
       COUNT(*) FILTER (WHERE s.followed) AS followed,
       COUNT(*) FILTER (WHERE s.followed AND s.implemented AND s.months <= {HORIZONS[0]}) AS within,
       COUNT(*) FILTER (WHERE s.in_part) AS in_part,
       (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY s.days) FROM sides s) AS days,
       {months_of_cohort}
FROM sides s GROUP BY GROUPING SETS ((s.outcome, s.months, s.detail), (s.cohort_id))) AS tally
"""  # noqa: S608 - constants only


# The beginning of statements elsewhere: the chosen ideas (`ideas`) and their present outcomes (`o`).
OUTCOMES_NOW = outcomes(as_known=False)

# The months of the accepted ideas of each cohort by outcome, for shares by group of cohorts.
MONTHS_BY_COHORT = f"""SELECT * FROM ({OUTCOMES_NOW}
SELECT o.cohort_id, {", ".join(f"array_agg(o.months) FILTER (WHERE o.outcome = '{name}')" for name in rates.OUTCOMES)}
FROM o WHERE o.months IS NOT NULL GROUP BY 1 ORDER BY 1) AS months_by_cohort (cohort_id, {", ".join(rates.OUTCOMES)})
"""  # noqa: S608 - constants only

# The first and the last day an event may have happened on: within its month or year, not before what came before it,
# not after what came after it nor after it was recorded. The story is in order, so a running bound is enough.
FIRST_DAY = """MAX(GREATEST(date_trunc(e.precision, e.effective_on)::date, c.actual_start))
               OVER (PARTITION BY e.idea_id ORDER BY e.effective_on, e.position)"""
LAST_DAY = """MIN(LEAST((date_trunc(e.precision, e.effective_on) + ('1 ' || e.precision)::interval)::date - 1,
                        e.recorded_on))
              OVER (PARTITION BY e.idea_id ORDER BY e.effective_on DESC, e.position DESC)"""


# The possible outcomes of an idea by the as-of day. Soonest: accepted as late and implemented as early as may be; where
# it was not implemented, not accepted yet, or still open, if that may be. Latest: accepted as early and implemented as
# late as may be, after the day if that may be. The plain share can be no higher and no lower.
SIDES = """
    ('counted', m.outcome, m.accepted_on, m.until),
    ('soonest', CASE WHEN m.outcome = 'implemented' THEN 'implemented' WHEN m.accepted_last > %(as_of)s THEN 'captured'
                     WHEN m.abandoned_last <= %(as_of)s THEN 'abandoned' ELSE 'open' END,
     LEAST(m.accepted_last, %(as_of)s), CASE WHEN m.outcome = 'implemented' THEN m.implemented_first
                                             WHEN m.abandoned_last <= %(as_of)s THEN m.abandoned_first END),
    ('latest', CASE WHEN m.implemented_last <= %(as_of)s THEN 'implemented'
                    WHEN m.abandoned_last IS NOT NULL THEN 'abandoned' ELSE 'open' END,
     m.accepted_first, CASE WHEN m.implemented_last <= %(as_of)s THEN m.implemented_last ELSE m.abandoned_last END)"""


def bounds(*, as_known: bool = False) -> str:
    """Return SQL that counts the ideas with imprecise days by outcome and months, in three variants (column `side`).

    “counted” takes the days as recorded; “soonest” and “latest” move them, within their month or year, so that ideas
    were implemented as soon, or as late, after acceptance as possible. With `as_known`, only records made by the
    parameter `known_at` count.
    """
    return f"""SELECT * FROM ({outcomes(as_known=as_known, only=IMPRECISE_IDEAS)}, story AS (
    SELECT e.idea_id, e.state, e.effective_on, {FIRST_DAY} AS first, {LAST_DAY} AS last
    FROM (SELECT unnest(ARRAY[o.id, o.ended_as]) AS id FROM o WHERE o.vague
          UNION SELECT k.whole FROM o JOIN kin k ON k.id = o.id WHERE o.vague) i
         JOIN prototypes_ideaevent e ON e.idea_id = i.id JOIN prototypes_idea r ON r.id = e.idea_id
         JOIN cohorts_cohort c ON c.id = r.cohort_id
    WHERE {COUNTS_AS_KNOWN if as_known else COUNTS_NOW}
), moved AS (
    SELECT o.outcome, o.accepted_on, o.until, COALESCE(a.first, o.accepted_on) AS accepted_first,
           COALESCE(a.last, o.accepted_on) AS accepted_last,
           z.first AS abandoned_first, z.last AS abandoned_last,
           CASE WHEN o.outcome = 'implemented' THEN COALESCE(n.first, w.first, o.until) END AS implemented_first,
           CASE WHEN o.outcome = 'implemented' THEN COALESCE(LEAST(n.last, w.last), o.until) END AS implemented_last
    FROM o LEFT JOIN LATERAL (
        SELECT s.first, s.last FROM story s
        WHERE s.state = 'accepted' AND s.effective_on = o.accepted_on
          AND (s.idea_id = o.id OR s.idea_id IN (SELECT k.whole FROM kin k WHERE k.id = o.id))
        ORDER BY s.last - s.first DESC LIMIT 1) a ON TRUE
    LEFT JOIN LATERAL (
        SELECT s.first, s.last FROM story s
        WHERE s.idea_id = o.ended_as AND s.state = 'abandoned' AND s.effective_on = o.abandoned_on
          AND (o.state = 'abandoned' OR (o.state = 'split' AND o.outcome = 'abandoned'))
        LIMIT 1) z ON TRUE
    LEFT JOIN LATERAL (
        SELECT s.first, s.last FROM story s
        WHERE s.idea_id = o.ended_as AND o.implemented_vaguely AND s.effective_on = o.implemented_on
          AND (s.state = 'implemented' OR (o.state = 'split' AND s.state = 'abandoned'))
        LIMIT 1) n ON TRUE
    LEFT JOIN LATERAL (
        SELECT MIN(date_trunc(m.live_precision, m.live_on)::date) AS first, MIN(LEAST(
                   (date_trunc(m.live_precision, m.live_on) + ('1 ' || m.live_precision)::interval)::date - 1,
                   m.ended_on)) AS last
        FROM works m
        WHERE m.idea_id = o.ended_as AND m.kind = 'origin' AND o.implemented_vaguely
          AND {COUNTED_IMPLEMENTATION}) w ON TRUE
    WHERE o.vague AND o.months IS NOT NULL
), sided AS (
    SELECT v.side, v.outcome, v.accepted_on,
           GREATEST(LEAST(COALESCE(v.until, %(as_of)s), %(as_of)s), v.accepted_on) AS until
    FROM moved m CROSS JOIN LATERAL (VALUES {SIDES}) AS v (side, outcome, accepted_on, until)
    WHERE v.outcome <> 'captured'
)
SELECT s.side, s.outcome, s.months, COUNT(*) AS ideas
FROM ({with_completed_months("sided")}) s GROUP BY 1, 2, 3) AS bounds
"""  # noqa: S608 - constants only


BOUNDS, BOUNDS_AS_KNOWN = bounds(), bounds(as_known=True)
TALLY, TALLY_AS_KNOWN = tally(), tally(as_known=True)
