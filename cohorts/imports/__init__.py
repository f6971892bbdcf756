"""Tables that can be imported into a cohort: what their columns are, and which actions create and change the rows."""
