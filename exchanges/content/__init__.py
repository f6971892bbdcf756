"""What is prepared for an exchange and what remains: questions, contributions, programme, minutes, commitments."""
