"""The SQL that counts outcomes of ideas."""
