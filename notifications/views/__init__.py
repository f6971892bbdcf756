"""Pages about letters: the ledger of lab staff, everyone's own letters, the demonstration's letterbox."""
