"""Planning of dates and hosts: proposals, changes of date, and whose turn it is to host."""
