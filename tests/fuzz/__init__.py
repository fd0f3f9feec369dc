"""Fuzzing by coverage, and what it found once."""
