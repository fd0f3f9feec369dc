"""Tar and zip files, read in place."""
