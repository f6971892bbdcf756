"""Writers of dossiers: ODT and tagged PDF, from the same blocks."""
