"""The Intertransfo archive: a search over what was said and written at exchanges."""
