"""What CloudTrail writes: key layout, names, records. Pure: no I/O."""
