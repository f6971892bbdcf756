"""Implementation rates, work, editions compared and the network: what was counted, and what may be told to whom."""
