"""Tables that people bring in: read, checked row by row, imported as one batch, and undone as one."""
