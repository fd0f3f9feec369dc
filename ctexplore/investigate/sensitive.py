"""Calls that an investigation wants to see first."""

from __future__ import annotations

from typing import Final

from ctexplore.trail.severity import is_destructive, reads_secret

# What gives rights, opens something to others, runs code with another's rights, or blinds those
# who watch. Lambda's names carry the date of their API version.
_BY_SOURCE: Final = {
    "iam": (
        "CreateUser CreateAccessKey CreateLoginProfile UpdateLoginProfile AttachUserPolicy "
        "AttachRolePolicy AttachGroupPolicy PutUserPolicy PutRolePolicy PutGroupPolicy "
        "UpdateAssumeRolePolicy AddUserToGroup AddRoleToInstanceProfile CreatePolicyVersion "
        "SetDefaultPolicyVersion CreateSAMLProvider UpdateSAMLProvider CreateOpenIDConnectProvider "
        "AddClientIDToOpenIDConnectProvider UpdateAccessKey CreateServiceSpecificCredential"
    ),
    "s3": (
        "PutBucketPolicy PutBucketAcl PutObjectAcl PutBucketPublicAccessBlock "
        "PutAccountPublicAccessBlock PutBucketReplication PutBucketLifecycle PutBucketLogging"
    ),
    "ec2": (
        "AuthorizeSecurityGroupIngress ModifySnapshotAttribute ModifyImageAttribute CreateKeyPair "
        "ImportKeyPair ModifyInstanceAttribute AssociateIamInstanceProfile"
    ),
    "rds": "ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute",
    "kms": "PutKeyPolicy CreateGrant",
    "secretsmanager": "PutResourcePolicy",
    "lambda": (
        "AddPermission20150331v2 AddPermission20150331 UpdateFunctionCode20150331v2 "
        "UpdateFunctionCode20150331 UpdateFunctionConfiguration20150331v2"
    ),
    "ssm": "SendCommand StartSession",
    "ec2-instance-connect": "SendSSHPublicKey SendSerialConsoleSSHPublicKey",
    "cloudtrail": "UpdateTrail PutEventSelectors",
    "guardduty": "UpdateDetector",
    "config": "StopConfigurationRecorder",
    "signin": "PasswordUpdated",
}
_SENSITIVE: Final = frozenset(
    (f"{source}.amazonaws.com", name)
    for source, names in _BY_SOURCE.items()
    for name in names.split()
)


def is_sensitive(source: str, name: str) -> bool:
    """Whether a call destroys, reads a secret, gives rights or opens something.

    source: as in a record, ``iam.amazonaws.com``.
    """
    return (source, name) in _SENSITIVE or is_destructive(name) or reads_secret(source, name)
