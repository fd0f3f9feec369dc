"""Amazon Athena: queries that run there, and their answers as a source."""
