"""Questions that are asked so often that they have a name."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Preset(Struct, frozen=True):
    """A named filter.

    id: stable, for keys and configuration. filter: its text. columns: fields and paths worth
    showing beside the usual ones. empty: usual columns that say nothing of what it finds. ask: a
    field whose value narrows it to one thing, as "which function?"; empty when there is nothing
    to ask. kind: the folder of a trail that holds nothing else; "" where there is none.
    """

    id: str
    title: str
    filter: str
    columns: tuple[str, ...] = ()
    ask: str = ""
    empty: tuple[str, ...] = ()
    kind: str = ""


# The first nine are on the keys 1 to 9, in this order.
PRESETS: Final = (
    Preset("writes", "Writes", "is:write"),
    Preset("failures", "Failures", "is:failed"),
    Preset("denied", "Denied", "is:denied"),
    Preset(
        "logins",
        "Console logins",
        "source:signin or name:ConsoleLogin",
        (
            "additionalEventData.MFAUsed",
            "responseElements.ConsoleLogin",
            "additionalEventData.LoginTo",
        ),
    ),
    Preset(
        "iam", "IAM changes", "source:iam,sso,sso-directory,identitystore,organizations is:write"
    ),
    Preset("root", "Root", "is:root"),
    Preset(
        "network",
        "Security groups and network changes",
        "is:write (source:network-firewall or source:ec2 name:*SecurityGroup*,*NetworkAcl*,*Vpc*,"
        "*Subnet*,*Route,*RouteTable*,*Gateway*,*Address,*NetworkInterface*,*PrefixList*,"
        "*VpnConnection*)",
        (
            "requestParameters.groupId",
            "requestParameters.ipPermissions.items.ipRanges.items.cidrIp",
        ),
    ),
    Preset(
        "secrets",
        "Keys and secrets",
        "source:secretsmanager name:GetSecretValue,BatchGetSecretValue"
        " or source:ssm name:GetParameter*"
        " or source:kms name:Decrypt,GenerateDataKey*,ReEncrypt*,CreateGrant,DisableKey,"
        "ScheduleKeyDeletion,PutKeyPolicy"
        " or source:ec2 name:GetPasswordData,CreateKeyPair,ImportKeyPair"
        " or name:CreateAccessKey,UpdateAccessKey,GetSessionToken,GetFederationToken,"
        "CreateServiceSpecificCredential,ResetServiceSpecificCredential",
        ("requestParameters.secretId", "requestParameters.keyId", "requestParameters.name"),
    ),
    Preset(
        "logging",
        "Logging tampered with",
        "source:cloudtrail name:StopLogging,DeleteTrail,UpdateTrail,PutEventSelectors,"
        "PutInsightSelectors,DeleteEventDataStore,StopEventDataStoreIngestion"
        " or source:config name:StopConfigurationRecorder,DeleteConfigurationRecorder,"
        "DeleteDeliveryChannel,PutConfigurationRecorder"
        " or source:guardduty name:DeleteDetector,UpdateDetector,DeleteMembers,"
        "DisassociateFromMasterAccount,DisassociateFromAdministratorAccount,StopMonitoringMembers,"
        "CreateFilter,CreateIPSet"
        " or source:securityhub name:DisableSecurityHub,DeleteMembers,DisassociateMembers"
        " or source:ec2 name:DeleteFlowLogs"
        " or source:logs name:DeleteLogGroup,DeleteLogStream,PutRetentionPolicy,"
        "DeleteSubscriptionFilter,DeleteMetricFilter"
        " or source:monitoring name:DeleteAlarms,DisableAlarmActions"
        " or source:s3 name:PutBucketLifecycle*,DeleteBucketLifecycle,PutBucketLogging",
    ),
    # Parameters as in records of 2024 and later; keys of a path match whatever their case.
    Preset(
        "instance-connect",
        "Who connected over EC2 Instance Connect",
        "source:ec2-instance-connect"
        " name:SendSSHPublicKey,SendSerialConsoleSSHPublicKey,OpenTunnel",
        (
            "requestParameters.instanceId",
            "requestParameters.instanceOSUser",
            "requestParameters.sSHPublicKey",
        ),
        ask="requestParameters.instanceId",
    ),
    Preset(
        "lambda",
        "Who ran this Lambda",
        "source:lambda name:Invoke*",
        ("requestParameters.functionName",),
        ask="target",
    ),
    Preset(
        "object",
        "Who read this object",
        "source:s3 name:GetObject*,HeadObject,SelectObjectContent,CopyObject,UploadPartCopy,"
        "RestoreObject",
        (
            "additionalEventData.bytesTransferredOut",
            "requestParameters.bucketName",
            "requestParameters.key",
        ),
        ask="target",
    ),
    # One for each category of events that are no management events, and for service events.
    Preset(
        "data",
        "Data events",
        "category:Data",
        ("additionalEventData.bytesTransferredIn", "additionalEventData.bytesTransferredOut"),
    ),
    Preset(
        "insights",
        "Insights",
        "is:insight",
        (
            "insightDetails.state",
            "insightDetails.insightContext.statistics.baseline.average",
            "insightDetails.insightContext.statistics.insight.average",
            "insightDetails.insightContext.statistics.insightDuration",
            "insightDetails.insightType",
        ),
        empty=("who", "target", "ip"),
        kind="CloudTrail-Insight",
    ),
    Preset(
        "endpoints",
        "Network activity",
        "category:NetworkActivity",
        ("vpcEndpointId", "vpcEndpointAccountId", "errorMessage"),
        empty=("target",),
        kind="CloudTrail-NetworkActivity",
    ),
    Preset(
        "aggregated",
        "Aggregated data events",
        "category:Aggregated",
        (
            "summary.primaryDimension.dimension",
            "summary.primaryDimension.statistics.name",
            "summary.primaryDimension.statistics.value",
        ),
        empty=("who", "ip", "error", "target"),
        kind="CloudTrail-Aggregated",
    ),
    # Filled by the explorer: what an actor did for the first time.
    Preset("new", "First seen", "is:new", ("new",)),
    Preset("service-events", "Service events", "type:AwsServiceEvent", ("serviceEventDetails",)),
)

# What the keys H and S add to a filter, in so many words, so that what is hidden is always said.
HIDE_READS: Final = "-is:read"
HIDE_SERVICES: Final = "-is:service"
