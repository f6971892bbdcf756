"""Field notes: what someone saw, heard or recorded in the field, with the consent of the people concerned."""
