"""`make drill`: a real backup is restored into an empty cluster, and the result is checked."""
