"""The SQL that counts what became of ideas."""
