"""``python -m pyz``: ctexplore and all that it needs in one file."""
