"""The ledger: the list of all e-mails for lab staff, with what is planned, sent, paused and failed."""
