"""What the lab and its partners published about the Residencies and La Transfo, carried as `retrospective` rows."""
