"""A least-privilege policy from what events did."""
