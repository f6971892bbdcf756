"""Public: what anyone reads without signing in, prepared, approved and withdrawn by the people it is about."""
