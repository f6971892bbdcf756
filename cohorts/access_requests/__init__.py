"""Access requests of people whom a provider of identities sent and nobody invited: sent, answered, erased."""
