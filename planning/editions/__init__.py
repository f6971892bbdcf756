"""Plans of an edition: its residencies together, and its Intertransfos together."""
