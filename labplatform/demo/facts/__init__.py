"""What the lab and its partners published about the Residencies and La Transfo, stored as `retrospective` rows."""
