"""Access requests of people who signed in with a provider and were not invited: created, answered, erased."""
