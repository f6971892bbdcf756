"""Plans of residencies: on-site weeks placed by a solver, with reasons, and what would have to change."""
