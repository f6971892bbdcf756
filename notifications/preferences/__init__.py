"""Everyone’s own e-mails: which came, which kinds are wanted, and how to stop them."""
