"""What kind of event a record is, as far as what is worth showing of it goes."""

from __future__ import annotations

from enum import StrEnum

from ctexplore.trail.facts import at, text
from ctexplore.trail.node import Object


class Category(StrEnum):
    """CloudTrail's event categories, and of management events those that read differently.

    Insight, Aggregated and NetworkActivity as eventCategory has them (CloudTrail User Guide,
    "Understanding CloudTrail events"); SIGN_IN and SERVICE by eventType ("Non-API events captured
    by CloudTrail").
    """

    MANAGEMENT = "Management"
    DATA = "Data"
    NETWORK = "NetworkActivity"
    INSIGHT = "Insight"
    AGGREGATED = "Aggregated"
    SIGN_IN = "sign-in"
    SERVICE = "service event"


_BY_NAME = {str(c): c for c in (Category.DATA, Category.NETWORK, Category.INSIGHT)}
# The record reference writes AwsVpceEvents, every example AwsVpceEvent; the IAM User Guide writes
# AwsConsoleSignin where CloudTrail's own pages have AwsConsoleSignIn.
_BY_TYPE = {
    "awsvpceevent": Category.NETWORK,
    "awsvpceevents": Category.NETWORK,
    "awscloudtrailinsight": Category.INSIGHT,
    "awsaggregatedevent": Category.AGGREGATED,
    "awsconsolesignin": Category.SIGN_IN,
    "awsserviceevent": Category.SERVICE,
}


def category_of(record: Object) -> Category:
    """The category of a record, old ones without eventCategory included; never raises."""
    named, kind = text(record, "eventCategory"), text(record, "eventType").lower()
    if isinstance(at(record, "insightDetails"), Object):
        return Category.INSIGHT
    if named == Category.AGGREGATED:
        return Category.AGGREGATED
    found = _BY_NAME.get(named) or _BY_TYPE.get(kind)
    if found is None and text(record, "managementEvent") == "false":
        return Category.DATA
    return found or Category.MANAGEMENT
