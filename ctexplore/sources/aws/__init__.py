"""What is asked of an account beside its buckets."""
