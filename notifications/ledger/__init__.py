"""The ledger: the list of all emails for lab staff, with what is planned, sent, paused and failed."""
