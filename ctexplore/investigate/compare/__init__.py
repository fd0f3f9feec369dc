"""Events side by side, and what a change of a policy changed."""
