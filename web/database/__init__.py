"""What tables and statements share: triggers and their sentences, history, roles, text search, nested rows."""
