"""What the lab offers, and to whom: authorities, programmes, format versions, editions and lessons."""
