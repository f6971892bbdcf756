"""`make drill`: a backup is taken and restored into an empty cluster, for real, and what must hold is counted."""
