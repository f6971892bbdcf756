"""Pictures and names on public pages: what may be on them, and whose consent their texts need."""
