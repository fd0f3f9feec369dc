"""From an event's name to the actions that its caller needed.

Most calls are named like their action. What is not is named here, from the Service Authorization
Reference and the S3 User Guide ("Required permissions for Amazon S3 API operations").
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

# Lambda's events end in the date of their API, and a version (UpdateFunctionCode20150331v2),
# CloudFront's in a date with underscores (CreateDistribution2020_05_31).
_VERSION: Final = re.compile(r"(?:20\d{6}(?:v\d+)?|20\d\d_\d\d_\d\d)$")
_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9]{1,127}")


class Needs(Struct, frozen=True):
    """actions: without prefix; none where nothing is needed. reason: why there are none. named:
    the action is called like the event, which holds for operations of the service's API only."""

    actions: tuple[str, ...] = ()
    reason: str = ""
    free: bool = False  # no permission is needed at all
    named: bool = False


_FREE: Final = Needs(reason="needs no permission", free=True)
_TRUST: Final = Needs(reason="is allowed by the role's trust policy alone", free=True)
_STATEMENT: Final = Needs(reason="what it needs depends on its statement, which is not logged")
_ITEMS: Final = Needs(reason="what it needs depends on its items, which are not logged")

_OWN: Final[dict[str, dict[str, tuple[str, ...] | Needs]]] = {
    "lambda": {
        "Invoke": ("InvokeFunction",),
        "InvokeWithResponseStream": ("InvokeFunction",),
        "GetLayerVersionByArn": ("GetLayerVersion",),
    },
    "sts": {
        "GetCallerIdentity": _FREE,
        "GetSessionToken": _FREE,
        "AssumeRoleWithSAML": _TRUST,
        "AssumeRoleWithWebIdentity": _TRUST,
    },
    "kms": {"ReEncrypt": ("ReEncryptFrom", "ReEncryptTo")},
    "sqs": {
        "SendMessageBatch": ("SendMessage",),
        "DeleteMessageBatch": ("DeleteMessage",),
        "ChangeMessageVisibilityBatch": ("ChangeMessageVisibility",),
    },
    "sns": {"PublishBatch": ("Publish",)},
    "dynamodb": {
        "TransactGetItems": ("GetItem",),
        "TransactWriteItems": _ITEMS,
        "ExecuteStatement": _STATEMENT,
        "BatchExecuteStatement": _STATEMENT,
        "ExecuteTransaction": _STATEMENT,
    },
    "sso": {"Authenticate": _FREE, "Logout": _FREE, "Federate": _FREE},
}

# S3's events are named like its operations, its actions are not.
_S3: Final[dict[str, tuple[str, ...] | Needs]] = {
    "AbortMultipartUpload": ("AbortMultipartUpload",),
    "CompleteMultipartUpload": ("PutObject",),
    "CopyObject": ("GetObject", "PutObject"),
    "CreateBucket": ("CreateBucket",),
    "CreateMultipartUpload": ("PutObject",),
    "DeleteBucket": ("DeleteBucket",),
    "DeleteBucketCors": ("PutBucketCORS",),
    "DeleteBucketEncryption": ("PutEncryptionConfiguration",),
    "DeleteBucketLifecycle": ("PutLifecycleConfiguration",),
    "DeleteBucketPolicy": ("DeleteBucketPolicy",),
    "DeleteBucketPublicAccessBlock": ("PutBucketPublicAccessBlock",),
    "DeleteBucketReplication": ("PutReplicationConfiguration",),
    "DeleteBucketTagging": ("PutBucketTagging",),
    "DeleteBucketWebsite": ("DeleteBucketWebsite",),
    "DeleteObject": ("DeleteObject",),
    "DeleteObjects": ("DeleteObject",),
    "DeleteObjectTagging": ("DeleteObjectTagging",),
    "GetAccountPublicAccessBlock": ("GetAccountPublicAccessBlock",),
    "GetBucketAccelerate": ("GetAccelerateConfiguration",),
    "GetAccelerateConfiguration": ("GetAccelerateConfiguration",),
    "GetBucketAcl": ("GetBucketAcl",),
    "GetBucketCors": ("GetBucketCORS",),
    "GetBucketEncryption": ("GetEncryptionConfiguration",),
    "GetBucketLifecycle": ("GetLifecycleConfiguration",),
    "GetBucketLocation": ("GetBucketLocation",),
    "GetBucketLogging": ("GetBucketLogging",),
    "GetBucketNotification": ("GetBucketNotification",),
    "GetBucketObjectLockConfiguration": ("GetBucketObjectLockConfiguration",),
    "GetBucketOwnershipControls": ("GetBucketOwnershipControls",),
    "GetBucketPolicy": ("GetBucketPolicy",),
    "GetBucketPolicyStatus": ("GetBucketPolicyStatus",),
    "GetBucketPublicAccessBlock": ("GetBucketPublicAccessBlock",),
    "GetBucketReplication": ("GetReplicationConfiguration",),
    "GetBucketRequestPayment": ("GetBucketRequestPayment",),
    "GetBucketTagging": ("GetBucketTagging",),
    "GetBucketVersioning": ("GetBucketVersioning",),
    "GetBucketWebsite": ("GetBucketWebsite",),
    "GetObject": ("GetObject",),
    "GetObjectAcl": ("GetObjectAcl",),
    "GetObjectAttributes": ("GetObject", "GetObjectAttributes"),
    "GetObjectLegalHold": ("GetObjectLegalHold",),
    "GetObjectRetention": ("GetObjectRetention",),
    "GetObjectTagging": ("GetObjectTagging",),
    "HeadBucket": ("ListBucket",),
    "HeadObject": ("GetObject",),
    "ListBuckets": ("ListAllMyBuckets",),
    "ListMultipartUploads": ("ListBucketMultipartUploads",),
    "ListObjects": ("ListBucket",),
    "ListObjectsV2": ("ListBucket",),
    "ListObjectVersions": ("ListBucketVersions",),
    "ListParts": ("ListMultipartUploadParts",),
    "PutAccountPublicAccessBlock": ("PutAccountPublicAccessBlock",),
    "PutBucketAcl": ("PutBucketAcl",),
    "PutBucketCors": ("PutBucketCORS",),
    "PutBucketEncryption": ("PutEncryptionConfiguration",),
    "PutBucketLifecycle": ("PutLifecycleConfiguration",),
    "PutBucketLogging": ("PutBucketLogging",),
    "PutBucketNotification": ("PutBucketNotification",),
    "PutBucketOwnershipControls": ("PutBucketOwnershipControls",),
    "PutBucketPolicy": ("PutBucketPolicy",),
    "PutBucketPublicAccessBlock": ("PutBucketPublicAccessBlock",),
    "PutBucketReplication": ("PutReplicationConfiguration",),
    "PutBucketTagging": ("PutBucketTagging",),
    "PutBucketVersioning": ("PutBucketVersioning",),
    "PutBucketWebsite": ("PutBucketWebsite",),
    "PutObject": ("PutObject",),
    "PutObjectAcl": ("PutObjectAcl",),
    "PutObjectLegalHold": ("PutObjectLegalHold",),
    "PutObjectRetention": ("PutObjectRetention",),
    "PutObjectTagging": ("PutObjectTagging",),
    "RestoreObject": ("RestoreObject",),
    "SelectObjectContent": ("GetObject",),
    "UploadPart": ("PutObject",),
    "UploadPartCopy": ("GetObject", "PutObject"),
}

# Calls that may hand a role to a service; CloudTrail records no iam:PassRole.
_HANDING: Final = """
    cloudformation:CreateStack cloudformation:UpdateStack ec2:RunInstances
    ec2:AssociateIamInstanceProfile ec2:ReplaceIamInstanceProfileAssociation
    ecs:RegisterTaskDefinition ecs:RunTask ecs:CreateService glue:CreateJob glue:UpdateJob
    glue:CreateDevEndpoint glue:CreateCrawler lambda:CreateFunction
    lambda:UpdateFunctionConfiguration states:CreateStateMachine states:UpdateStateMachine
    sagemaker:CreateNotebookInstance sagemaker:CreateTrainingJob codebuild:CreateProject
    codepipeline:CreatePipeline events:PutTargets scheduler:CreateSchedule
    elasticmapreduce:RunJobFlow autoscaling:CreateLaunchConfiguration eks:CreateCluster
    datapipeline:PutPipelineDefinition ssm:StartAutomationExecution
"""
HANDING: Final = frozenset(_HANDING.split())


def needs_of(prefix: str, name: str) -> Needs:
    """What a call of a service with this prefix needed of IAM."""
    plain = _VERSION.sub("", name)
    if prefix == "s3":
        known = _S3.get(plain)
        if known is None:
            return Needs(reason="its action has another name, which is not known here")
    else:
        known = _OWN.get(prefix, {}).get(plain)
    if isinstance(known, Needs):
        return known
    if known is not None:
        return Needs(known)
    if not _NAME.fullmatch(plain):
        return Needs(reason="this is no name of an action")
    return Needs((plain,), named=True)
