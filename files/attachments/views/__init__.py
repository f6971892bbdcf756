"""Pages that add, describe and withdraw files; and the files themselves."""
