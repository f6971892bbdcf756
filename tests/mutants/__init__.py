"""Each scope and each permission check taken out in turn: the suite must turn red (`make mutants`)."""
