"""The content of an exchange: questions, contributions, programme, minutes, commitments and feedback."""
