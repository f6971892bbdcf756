"""The chapters of dossiers: what is read from the database, as blocks."""
