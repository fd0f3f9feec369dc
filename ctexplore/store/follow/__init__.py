"""What is new in a trail since it was last looked at."""
