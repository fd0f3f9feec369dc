"""Shapes of the services that govern: IAM, STS, audit, deployment, billing, names."""

from __future__ import annotations

from ctexplore.sources.demo.records import Call, credentials
from ctexplore.sources.demo.shapes import Shape, arn, owned, reads, writes

_ROLE = "arn:aws:iam::%(c)s:role/%(o)s"
_TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":'
    '{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
)
_TRUST_ENCODED = (
    "%%7B%%22Version%%22%%3A%%222012-10-17%%22%%2C%%22Statement%%22%%3A%%5B%%7B%%22Effect%%22%%3A"
    "%%22Allow%%22%%2C%%22Principal%%22%%3A%%7B%%22Service%%22%%3A%%22lambda.amazonaws.com%%22%%7D"
    "%%2C%%22Action%%22%%3A%%22sts%%3AAssumeRole%%22%%7D%%5D%%7D"
)
_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow",'
    '"Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::corp-orders-prod*"}]}'
)

IAM = (
    *reads("iam", "GetUser ListAttachedUserPolicies ListUserPolicies ListGroupsForUser "
           "ListAccessKeys ListMFADevices GetLoginProfile", "user", {"userName": "%(o)s"}, None,
           ("NoSuchEntityException", "The user with name %(o)s cannot be found.", 40)),
    *reads("iam", "GetRole ListAttachedRolePolicies ListRolePolicies "
           "ListInstanceProfilesForRole ListRoleTags", "role", {"roleName": "%(o)s"}, None,
           ("NoSuchEntityException", "The role with name %(o)s cannot be found.", 30)),
    *reads("iam", "GetRolePolicy", "role", {"roleName": "%(o)s", "policyName": "inline"}),
    *reads("iam", "GetPolicy GetPolicyVersion ListPolicyVersions ListEntitiesForPolicy",
           "policy", {"policyArn": "arn:aws:iam::%(c)s:policy/%(o)s"}),
    *reads("iam", "ListUsers ListRoles ListPolicies ListInstanceProfiles", "",
           {"maxItems": 1000}),
    *reads("iam", "GetAccountSummary ListAccountAliases GetAccountPasswordPolicy "
           "GetCredentialReport ListOpenIDConnectProviders ListSAMLProviders"),
    *writes("iam", "CreateRole", "role",
            {"roleName": "%(o)s", "path": "/", "assumeRolePolicyDocument": _TRUST,
             "maxSessionDuration": 3600},
            {"role": {"path": "/", "roleName": "%(o)s", "arn": _ROLE, "roleId": "AROA%(x)s",
                      "assumeRolePolicyDocument": _TRUST_ENCODED}}),
    *writes("iam", "AttachRolePolicy DetachRolePolicy", "role",
            {"roleName": "%(o)s", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
    *writes("iam", "PutRolePolicy", "role",
            {"roleName": "%(o)s", "policyName": "inline", "policyDocument": _POLICY}),
    *writes("iam", "TagRole", "role",
            {"roleName": "%(o)s", "tags": [{"key": "team", "value": "platform"}]}),
    *writes("iam", "CreatePolicyVersion", "policy",
            {"policyArn": "arn:aws:iam::%(c)s:policy/%(o)s", "policyDocument": _POLICY,
             "setAsDefault": True},
            {"policyVersion": {"versionId": "v4", "isDefaultVersion": True}}),
)  # fmt: skip

STS = (
    *reads("sts", "GetCallerIdentity"),
    Shape(
        Call("sts", "AssumeRole", read=True,
             request={"roleArn": _ROLE, "roleSessionName": "%(b)s", "durationSeconds": 3600},
             response={
                 "credentials": credentials("ASIA%(k)sEXAMPLE", "%(p)s", "%(x)s"),
                 "assumedRoleUser": {
                     "assumedRoleId": "%(d)s:%(b)s",
                     "arn": "arn:aws:sts::%(c)s:assumed-role/%(o)s/%(b)s"}},
             resources=owned("AWS::IAM::Role", _ROLE), more={"sharedEventID": "%(s)s"}),
        "execution"),
)  # fmt: skip

AUDIT = (
    *reads("cloudtrail", "DescribeTrails ListTrails", "", {"includeShadowTrails": True}),
    *reads("cloudtrail", "GetTrailStatus GetEventSelectors", "", {"name": "corp-trail"}),
    *reads("cloudtrail", "LookupEvents", "", {"maxResults": 50}),
    *reads("config", "DescribeConfigurationRecorders DescribeConfigurationRecorderStatus "
           "DescribeDeliveryChannels DescribeConfigRules DescribeComplianceByConfigRule "
           "SelectResourceConfig", "", {"limit": 100}),
    *reads("guardduty", "ListDetectors", "", {"maxResults": 50}),
    *reads("guardduty", "GetDetector ListFindings GetFindings", "",
           {"detectorId": "12abc34d567e8fa901bc2d34eexample"}),
    *reads("securityhub", "GetFindings GetEnabledStandards DescribeHub", "",
           {"MaxResults": 100}),
    *writes("securityhub", "BatchImportFindings", "", {"Findings": []},
            {"SuccessCount": 3, "FailedCount": 0}),
    *reads("access-analyzer", "ListAnalyzers ListFindings", "",
           {"analyzerArn": arn("access-analyzer", "analyzer/corp")}),
    *reads("inspector2", "ListCoverage ListFindings", "", {"maxResults": 100}),
    *reads("health", "DescribeEventAggregates", "", {"aggregateField": "eventTypeCategory"}),
    *reads("organizations", "DescribeOrganization ListAccounts ListRoots"),
    *reads("ce", "GetCostAndUsage GetCostForecast", "",
           {"granularity": "DAILY", "metrics": ["UnblendedCost"]}),
    *reads("tagging", "GetResources", "", {"resourcesPerPage": 100}),
)  # fmt: skip

DEPLOYMENT = (
    *reads("cloudformation", "DescribeStacks DescribeStackEvents DescribeStackResources "
           "ListStackResources GetTemplate", "stack", {"stackName": "%(o)s"}),
    *reads("cloudformation", "ListStacks", "", {"stackStatusFilter": ["UPDATE_COMPLETE"]}),
    *writes("cloudformation", "CreateChangeSet ExecuteChangeSet", "stack",
            {"stackName": "%(o)s", "changeSetName": "release-%(x)s",
             "capabilities": ["CAPABILITY_IAM"]},
            {"id": arn("cloudformation", "changeSet/release-%(x)s/%(e)s")}),
    *reads("monitoring", "DescribeAlarms DescribeAlarmHistory", "alarm",
           {"alarmNames": ["%(o)s"]}),
    *reads("monitoring", "ListMetrics ListDashboards", "", {}),
    *writes("monitoring", "PutMetricAlarm", "alarm",
            {"alarmName": "%(o)s", "metricName": "HTTPCode_Target_5XX_Count", "period": 60,
             "threshold": 5.0, "comparisonOperator": "GreaterThanThreshold"}),
    *reads("route53", "ListHostedZones"),
    *reads("route53", "ListResourceRecordSets GetHostedZone", "zone",
           {"hostedZoneId": "%(o)s"}),
    *writes("route53", "ChangeResourceRecordSets", "zone",
            {"hostedZoneId": "%(o)s", "changeBatch": {"changes": [{
                "action": "UPSERT", "resourceRecordSet": {
                    "name": "api.corp.example.", "type": "A", "tTL": 60}}]}},
            {"changeInfo": {"id": "/change/C%(x)s", "status": "PENDING"}}),
    *reads("acm", "ListCertificates", "", {"maxItems": 1000}),
    *reads("cloudfront", "ListDistributions", "", {"maxItems": "100"}),
    *reads("cloudfront", "GetDistribution", "zone", {"id": "%(o)s"}),
    *writes("cloudfront", "CreateInvalidation", "zone",
            {"distributionId": "%(o)s", "invalidationBatch": {
                "paths": {"quantity": 1, "items": ["/*"]}, "callerReference": "%(x)s"}},
            {"invalidation": {"id": "I%(x)s", "status": "InProgress"}}),
    *reads("wafv2", "ListWebACLs", "", {"scope": "REGIONAL", "limit": 100}),
    *reads("wafv2", "GetWebACLForResource", "cluster",
           {"resourceArn": arn("elasticloadbalancing", "loadbalancer/app/%(o)s/0123456789abcdef")}),
)  # fmt: skip
