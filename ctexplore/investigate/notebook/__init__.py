"""What was found: marks, notes and filters, kept on disk, reported, and handed over as evidence."""
