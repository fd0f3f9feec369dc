"""The ARNs that an action was used on, where the record has them and the action takes them."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

_QUEUE: Final = re.compile(
    r"https?://(?:sqs\.([a-z0-9-]+)\.amazonaws\.com|[^/]+)/(\d{12})/([\w.-]+)"
)
_NAME: Final = re.compile(r"[\w+=,.@-]{1,512}")

# Actions that take a resource of their service, by prefix, as the Service Authorization Reference
# has them. What is not here gets "*".
_OBJECTS: Final = re.compile(
    r"(Get|Put|Delete|Restore)Object\w*|AbortMultipartUpload|ListMultipartUploadParts"
)
_BUCKET_LESS: Final = frozenset(
    ("ListAllMyBuckets", "GetAccountPublicAccessBlock", "PutAccountPublicAccessBlock")
)
_TAKES: Final = {
    "lambda": re.compile(
        r"(Add|Remove)Permission|(Create|Delete|Get|Invoke|Update)Function\w*|Get\w*Policy|"
        r"(Create|Delete|Get|Update)Alias|ListVersionsByFunction|ListAliases|PublishVersion|"
        r"(Put|Delete|Get)FunctionConcurrency|(Tag|Untag)Resource|ListTags"
    ),
    "dynamodb": re.compile(
        r"(Get|Put|Update|Delete|BatchGet|BatchWrite)Item|Query|Scan|ConditionCheckItem|"
        r"(Create|Describe|Update|Delete)Table|Describe(TimeToLive|ContinuousBackups)|"
        r"UpdateTimeToLive|UpdateContinuousBackups|(Tag|Untag)Resource|ListTagsOfResource"
    ),
    "kms": re.compile(
        r"Encrypt|Decrypt|ReEncrypt(From|To)|GenerateDataKey\w*|GenerateMac|VerifyMac|Sign|Verify|"
        r"DescribeKey|(Create|Revoke|Retire|List)Grants?|(Get|Put)KeyPolicy|ListKeyPolicies|"
        r"(Enable|Disable)Key|(Enable|Disable)KeyRotation|GetKeyRotationStatus|GetPublicKey|"
        r"ScheduleKeyDeletion|CancelKeyDeletion|ImportKeyMaterial|DeleteImportedKeyMaterial|"
        r"GetParametersForImport|UpdateKeyDescription|(Tag|Untag)Resource|ListResourceTags"
    ),
    "sqs": re.compile(
        r"(Send|Receive|Delete)Message|ChangeMessageVisibility|PurgeQueue|(Create|Delete)Queue|"
        r"(Get|Set)QueueAttributes|GetQueueUrl|(Add|Remove)Permission|(Tag|Untag)Queue|ListQueueTags"
    ),
    "sns": re.compile(
        r"Publish|Subscribe|ConfirmSubscription|ListSubscriptionsByTopic|(Create|Delete)Topic|"
        r"(Get|Set)TopicAttributes|(Add|Remove)Permission|(Tag|Untag)Resource|ListTagsForResource"
    ),
    "secretsmanager": re.compile(
        r"(Get|Put)SecretValue|(Describe|Delete|Update|Restore|Rotate)Secret|ListSecretVersionIds|"
        r"(Get|Put|Delete)ResourcePolicy|(Tag|Untag)Resource"
    ),
    "sts": re.compile(r"AssumeRole"),
}
_KINDS: Final = {
    "lambda": re.compile(r"function:"),
    "dynamodb": re.compile(r"table/"),
    "kms": re.compile(r"key/"),
    "secretsmanager": re.compile(r"secret:"),
    "sts": re.compile(r"role/"),
    "sqs": re.compile(r""),
    "sns": re.compile(r"(?!.*:).+"),
}


class Place(Struct, frozen=True):
    """What a call was about, as the columns have it: its target, region and account."""

    target: str
    region: str
    account: str


def takes_resource(prefix: str, action: str) -> bool:
    """Whether it is known that an action can be narrowed to a resource of its service."""
    if prefix == "s3":
        return action not in _BUCKET_LESS
    takes = _TAKES.get(prefix)
    return takes is not None and takes.fullmatch(action) is not None


def resource_of(prefix: str, action: str, place: Place) -> str | None:
    """The ARN of what the call was about, of a kind that the action takes; None where the columns
    do not say it."""
    if prefix == "s3":
        return _s3(action, place)
    partition = _partition(place.region)
    target = place.target
    if prefix == "lambda" and _NAME.fullmatch(target) and place.region and place.account:
        return f"arn:{partition}:lambda:{place.region}:{place.account}:function:{target}"
    if prefix == "dynamodb" and _NAME.fullmatch(target) and place.region and place.account:
        return f"arn:{partition}:dynamodb:{place.region}:{place.account}:table/{target}"
    if prefix == "sqs" and (queue := _QUEUE.fullmatch(target)):
        region = queue[1] or place.region
        return f"arn:{partition}:sqs:{region}:{queue[2]}:{queue[3]}"
    parts = target.split(":", 5)
    service = "iam" if prefix == "sts" else prefix
    if len(parts) < 6 or parts[0] != "arn" or parts[2] != service or not _is_plain(target):
        return None
    return target if _KINDS[prefix].match(parts[5]) else None


def _s3(action: str, place: Place) -> str | None:
    target = place.target
    if target.startswith("arn:"):
        parts = target.split(":", 5)
        if len(parts) < 6 or parts[2] != "s3" or parts[3] or parts[4]:
            return None  # an access point, which has rules of its own
        head, path = ":".join(parts[:5]), parts[5]
    else:
        head, path = f"arn:{_partition(place.region)}:s3::", target
    bucket, _, key = path.partition("/")
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]", bucket):
        return None
    if not _OBJECTS.fullmatch(action):
        return f"{head}:{bucket}"
    # Without a key, as of DeleteObjects, any object of the bucket.
    return f"{head}:{bucket}/{_literal(key)}" if key else f"{head}:{bucket}/*"


def _literal(key: str) -> str:
    """A key whose characters stand for themselves where a policy would read wildcards (IAM User
    Guide, "IAM policy elements: variables and tags")."""
    escapes = {"*": "${*}", "?": "${?}", "$": "${$}"}
    return "".join(escapes.get(char, char) for char in key)


def _is_plain(arn: str) -> bool:
    return not set(arn) & set("*?$") and arn.isprintable()


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
