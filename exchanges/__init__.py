"""The Intertransfos: when the cohorts of an edition meet, who hosts, who comes and what was promised."""
