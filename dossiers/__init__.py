"""Dossiers: an idea, a cohort, a residency or an edition as one document to hand on, as ODT or tagged PDF."""
