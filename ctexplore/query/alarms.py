"""The classic alarms on a trail, as filters with a name.

What the CloudTrail User Guide's "Creating CloudWatch alarms for CloudTrail events" and the CIS AWS
Foundations Benchmark watch for, in this language. Unlike presets they may read records: nobody
waits for them at a keystroke.
"""

from __future__ import annotations

from typing import Final

from ctexplore.query.presets import Preset

ALARMS: Final = (
    Preset(
        "alarm-security-groups",
        "Alarm: security groups changed",
        "source:ec2 name:AuthorizeSecurityGroup*,RevokeSecurityGroup*,ModifySecurityGroupRules,"
        "CreateSecurityGroup,DeleteSecurityGroup -is:failed",
    ),
    Preset(
        "alarm-failed-sign-ins",
        "Alarm: console sign-in failed",
        "name:ConsoleLogin is:failed",
    ),
    Preset(
        "alarm-iam-policies",
        "Alarm: IAM policies changed",
        "source:iam name:CreatePolicy,CreatePolicyVersion,DeletePolicy,DeletePolicyVersion,"
        "SetDefaultPolicyVersion,PutUserPolicy,PutGroupPolicy,PutRolePolicy,DeleteUserPolicy,"
        "DeleteGroupPolicy,DeleteRolePolicy,AttachUserPolicy,AttachGroupPolicy,AttachRolePolicy,"
        "DetachUserPolicy,DetachGroupPolicy,DetachRolePolicy,UpdateAssumeRolePolicy -is:failed",
    ),
    Preset(
        "alarm-root",
        "Alarm: root was used",
        "is:root -userIdentity.invokedBy:* -type:AwsServiceEvent",
    ),
    Preset(
        "alarm-trails",
        "Alarm: trails changed",
        "source:cloudtrail name:CreateTrail,UpdateTrail,DeleteTrail,StartLogging,StopLogging,"
        "PutEventSelectors,PutInsightSelectors",
    ),
    Preset(
        "alarm-no-mfa",
        "Alarm: console sign-in without MFA",
        "name:ConsoleLogin userIdentity.type:IAMUser,Root -is:failed "
        "-additionalEventData.MFAUsed:Yes",
    ),
)
