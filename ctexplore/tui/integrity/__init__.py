"""Whether CloudTrail vouches for what is on the screen: verified beside it, and told."""
