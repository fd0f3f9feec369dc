"""The installed program, in a real terminal, against a real S3 protocol."""
