"""Costs of cohorts and who funds them: budget lines, counted days with their rates, agreements, statements."""
