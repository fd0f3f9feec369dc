"""Names, keys and times of the intrusion: the same for every seed."""

from __future__ import annotations

from ctexplore.sources.demo.clock import moment
from ctexplore.sources.demo.fleet import PROD

LEAKED_KEY = "AKIAIOSFODNN7EXAMPLE"
"""Access key of the IAM user ci-deploy, which Jenkins goes on using."""
ROLE_KEY = "ASIASTORYROLEEXAMPLE"
"""Issued when the thief took the role deploy-admin."""
PLANTED_KEY = "AKIAI44QH8DHBEXAMPLE"
"""Of the user svc-backup-sync, whom the thief created."""
REMOVED_KEY = "AKIAREMOVEDKEYEXAMPL"
"""A second one of ci-deploy, which the thief made and hid: no log has it."""
RESPONSE_KEY = "ASIARESPONDEREXAMPLE"
"""Issued to the responder for the role incident-response."""

THIEF_ADDRESSES = ("192.0.2.66", "192.0.2.101")
THIEF_AGENT = (
    "aws-cli/2.9.19 Python/3.11.2 Linux/6.6.9-kali1-amd64 source/x86_64.kali.2024 prompt/off"
)
STRANGER = "999988887777"
"""The account the data was opened to; not one of the company's."""
LEAKED_USER, PLANTED_USER = "ci-deploy", "svc-backup-sync"
ADMIN_ROLE, RESPONSE_ROLE = "deploy-admin", "incident-response"
BUCKET = "corp-customer-data-prod"
SNAPSHOT, VOLUME = "snap-0c0ffee5c0ffee123", "vol-0c0ffee5c0ffee123"
GROUP = "sg-0c0ffee5c0ffee123"
TRAIL = f"arn:aws:cloudtrail:us-east-1:{PROD}:trail/corp-trail"

STOPPED, STARTED = moment("03-07 03:58:21"), moment("03-07 06:30:04")
"""Between these seconds nothing in the production account was logged."""
