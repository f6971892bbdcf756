"""Actions on the plans of an edition: have them calculated, lock what stays, and use a plan."""
