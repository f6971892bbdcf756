"""What a dossier consists of, whatever the format it is written in."""
