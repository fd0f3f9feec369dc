"""Events to files and streams: CSV, JSON, JSON lines, CloudTrail's own form, raw records."""
