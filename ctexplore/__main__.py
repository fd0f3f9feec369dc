"""``python -m ctexplore``."""

from ctexplore.cli import main

raise SystemExit(main())
