"""Plans of the sessions of an edition's cohorts that share people."""
