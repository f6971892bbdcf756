"""Actions on invitations: invite, send again, accept, revoke, send lists, erase."""
