"""People of a cohort: their memberships, roles and leaving."""
