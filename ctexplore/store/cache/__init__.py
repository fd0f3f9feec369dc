"""What is kept on disk, and how it stays whole, private and within its limit."""
