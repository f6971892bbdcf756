"""SQL of database triggers that several models share."""
