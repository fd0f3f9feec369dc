"""ctexplore: a terminal explorer for AWS CloudTrail logs."""

__version__ = "0.1.0"
