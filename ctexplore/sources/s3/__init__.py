"""A bucket: listing, plain and careful GETs, what S3 answers when it refuses."""
